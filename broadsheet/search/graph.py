"""A BERT encoder as an ONNX graph, built from its weights without any framework.

Token ids in, a state for each token out: the encoder of Devlin et al. (BERT, NAACL 2019).

Building takes seconds and 700 MB, so it is done once, in a process of its own:

    python -m broadsheet.search.graph MODEL_FOLDER FILE.onnx

which ends at once when its standard input does.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import tempfile
from collections.abc import Mapping
from math import sqrt
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

from broadsheet.search.habits import UnfitModel

OPSET = 20
Weights = Mapping[str, NDArray[np.float32]]


def built(folder: Path) -> onnx.ModelProto:
    """The graph of the BERT in `config.json` and `model.safetensors`. Raises `UnfitModel`."""
    config = json.loads((folder / "config.json").read_text("utf-8"))
    if config.get("model_type") != "bert" or config.get("hidden_act", "gelu") != "gelu":
        raise UnfitModel(f"{folder} holds a {config.get('model_type')} model, not BERT")
    try:
        return GraphBuilder(load_file(folder / "model.safetensors"), config).model()
    except KeyError as missing:
        raise UnfitModel(f"{folder} holds a model without {missing}") from missing


def write_small(folder: Path, file: Path) -> None:
    """Write the model's graph with weights of 8 bits, a scale for each column.

    One bit stays unused: processors without VNNI add two products in 16 bits, which overflow.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tempfile.TemporaryDirectory(dir=file.parent) as work:
        whole = Path(work) / "whole.onnx"
        onnx.save(built(folder), str(whole))
        quantize_dynamic(
            whole, file, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True
        )


class GraphBuilder:
    """Collects nodes; each method returns the name of what it computes."""

    def __init__(self, weights: Weights, config: Mapping[str, Any]) -> None:
        self.weights = weights
        self.hidden = int(config["hidden_size"])
        self.heads = int(config["num_attention_heads"])
        self.layers = int(config["num_hidden_layers"])
        self.epsilon = float(config["layer_norm_eps"])
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: dict[str, onnx.TensorProto] = {}

    def model(self) -> onnx.ModelProto:
        """`input_ids` and `attention_mask`, int64 [texts, tokens], to `last_hidden_state`,
        float32 [texts, tokens, hidden]: the names that exported models have."""
        self.nodes.append(helper.make_node("Identity", [self._encoded()], ["last_hidden_state"]))
        tokens: list[str | int | None] = ["texts", "tokens"]
        states = [*tokens, self.hidden]
        graph = helper.make_graph(
            self.nodes,
            "encoder",
            [helper.make_tensor_value_info(name, TensorProto.INT64, tokens)
             for name in ("input_ids", "attention_mask")],
            [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, states)],
            list(self.initializers.values()),
        )  # fmt: skip
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)])
        model.ir_version = 10
        return model

    def _encoded(self) -> str:
        state = self._embedded()
        bias = self._attention_bias()
        for layer in range(self.layers):
            prefix = f"encoder.layer.{layer}."
            state = self._block(state, bias, prefix)
        return state

    def _embedded(self) -> str:
        words = self._node("Gather", self._weight("embeddings.word_embeddings.weight"), "input_ids")
        length = self._node("Shape", "input_ids", start=1, end=2)
        first = self._constant(np.zeros(1, np.int64))
        table = self._weight("embeddings.position_embeddings.weight")
        places = self._node("Slice", table, first, length)
        kinds = self._constant(self.weights["embeddings.token_type_embeddings.weight"][0])
        total = self._node("Add", self._node("Add", words, places), kinds)
        return self._normed(total, "embeddings.LayerNorm.")

    def _attention_bias(self) -> str:
        """0 for a token, a large negative number for padding: [texts, 1, 1, tokens]."""
        mask = self._node("Cast", "attention_mask", to=TensorProto.FLOAT)
        wide = self._node("Unsqueeze", mask, self._constant(np.array([1, 2], np.int64)))
        absent = self._node("Sub", self._constant(np.float32(1)), wide)
        return self._node("Mul", absent, self._constant(np.float32(-10_000)))

    def _block(self, state: str, bias: str, prefix: str) -> str:
        attended = self._attention(state, bias, f"{prefix}attention.")
        state = self._normed(
            self._node("Add", attended, state), f"{prefix}attention.output.LayerNorm."
        )
        wide = self._node("Gelu", self._linear(state, f"{prefix}intermediate.dense."))
        narrow = self._linear(wide, f"{prefix}output.dense.")
        return self._normed(self._node("Add", narrow, state), f"{prefix}output.LayerNorm.")

    def _attention(self, state: str, bias: str, prefix: str) -> str:
        query, key, value = (
            self._split(self._linear(state, f"{prefix}self.{part}."), order)
            for part, order in (
                ("query", (0, 2, 1, 3)), ("key", (0, 2, 3, 1)), ("value", (0, 2, 1, 3))
            )
        )  # fmt: skip
        scale = self._constant(np.float32(1 / sqrt(self.hidden / self.heads)))
        scores = self._node("Mul", self._node("MatMul", query, key), scale)
        weights = self._node("Softmax", self._node("Add", scores, bias), axis=-1)
        mixed = self._node("Transpose", self._node("MatMul", weights, value), perm=(0, 2, 1, 3))
        joined = self._node("Reshape", mixed, self._constant(np.array([0, 0, self.hidden])))
        return self._linear(joined, f"{prefix}output.dense.")

    def _split(self, state: str, order: tuple[int, ...]) -> str:
        shape = np.array([0, 0, self.heads, self.hidden // self.heads])
        return self._node(
            "Transpose", self._node("Reshape", state, self._constant(shape)), perm=order
        )

    def _linear(self, state: str, prefix: str) -> str:
        name = f"{prefix}weight.T"
        self._add(name, np.ascontiguousarray(self.weights[f"{prefix}weight"].T))
        return self._node("Add", self._node("MatMul", state, name), self._weight(f"{prefix}bias"))

    def _normed(self, state: str, prefix: str) -> str:
        weight, bias = self._weight(f"{prefix}weight"), self._weight(f"{prefix}bias")
        return self._node("LayerNormalization", state, weight, bias, epsilon=self.epsilon)

    def _weight(self, name: str) -> str:
        return self._add(name, self.weights[name])

    def _constant(self, value: NDArray[Any] | np.generic) -> str:
        return self._add(f"constant{len(self.initializers)}", np.asarray(value))

    def _add(self, name: str, value: NDArray[Any]) -> str:
        self.initializers[name] = numpy_helper.from_array(value, name)
        return name

    def _node(self, kind: str, *inputs: str, **attributes: Any) -> str:  # noqa: ANN401  as ONNX has it
        name = f"{kind}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name


def _end_with_parent() -> None:
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


if __name__ == "__main__":
    Thread(target=_end_with_parent, daemon=True).start()
    logging.disable(logging.WARNING)  # the quantiser's advice is for other kinds of models
    try:
        write_small(Path(sys.argv[1]), Path(sys.argv[2]))
    except UnfitModel as reason:
        sys.exit(str(reason))
