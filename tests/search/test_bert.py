from __future__ import annotations

import json
from math import erf
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import save_file

from broadsheet.search import bert
from broadsheet.search.bert import Bert, UnfitModel

HIDDEN, HEADS, LAYERS, WIDE, WORDS, PLACES = 16, 4, 2, 32, 40, 200
Weights = dict[str, NDArray[np.float32]]


def tiny_weights() -> Weights:
    rng = np.random.default_rng(3)
    weights: Weights = {}

    def add(name: str, *shape: int) -> None:
        weights[f"{name}.weight"] = rng.normal(size=shape, scale=0.4).astype(np.float32)
        if len(shape) == 1 or not name.startswith("embeddings"):
            weights[f"{name}.bias"] = rng.normal(size=shape[0], scale=0.2).astype(np.float32)

    add("embeddings.word_embeddings", WORDS, HIDDEN)
    add("embeddings.position_embeddings", PLACES, HIDDEN)
    add("embeddings.token_type_embeddings", 2, HIDDEN)
    add("embeddings.LayerNorm", HIDDEN)
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        for part in ("self.query", "self.key", "self.value", "output.dense"):
            add(f"{name}.attention.{part}", HIDDEN, HIDDEN)
        add(f"{name}.attention.output.LayerNorm", HIDDEN)
        add(f"{name}.intermediate.dense", WIDE, HIDDEN)
        add(f"{name}.output.dense", HIDDEN, WIDE)
        add(f"{name}.output.LayerNorm", HIDDEN)
    return weights


def save(folder: Path, weights: Weights, **changes: object) -> Path:
    config = {
        "model_type": "bert",
        "hidden_act": "gelu",
        "hidden_size": HIDDEN,
        "num_attention_heads": HEADS,
        "num_hidden_layers": LAYERS,
        "layer_norm_eps": 1e-12,
        "max_position_embeddings": PLACES,
    }
    (folder / "config.json").write_text(json.dumps(config | changes), encoding="utf-8")
    save_file(weights, folder / "model.safetensors")
    return folder


def slowly(weights: Weights, ids: list[int]) -> NDArray[np.float64]:
    """One text at a time, one head at a time, in float64, with the exact GELU."""
    kept = {name: value.astype(np.float64) for name, value in weights.items()}

    def linear(x: NDArray[np.float64], name: str) -> NDArray[np.float64]:
        return x @ kept[f"{name}.weight"].T + kept[f"{name}.bias"]

    def norm(x: NDArray[np.float64], name: str) -> NDArray[np.float64]:
        scaled: NDArray[np.float64] = (x - x.mean(1, keepdims=True)) / x.std(1, keepdims=True)
        scaled *= kept[f"{name}.weight"]
        scaled += kept[f"{name}.bias"]
        return scaled

    x = kept["embeddings.word_embeddings.weight"][ids]
    x = x + kept["embeddings.position_embeddings.weight"][: len(ids)]
    x = norm(x + kept["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for layer in range(LAYERS):
        name = f"encoder.layer.{layer}"
        query, key, value = (
            linear(x, f"{name}.attention.self.{part}") for part in ("query", "key", "value")
        )
        mixed = np.zeros_like(x)
        for head in range(HEADS):
            at = slice(head * HIDDEN // HEADS, (head + 1) * HIDDEN // HEADS)
            weight = np.exp(query[:, at] @ key[:, at].T / np.sqrt(HIDDEN / HEADS))
            mixed[:, at] = weight / weight.sum(1, keepdims=True) @ value[:, at]
        attended = linear(mixed, f"{name}.attention.output.dense")
        x = norm(attended + x, f"{name}.attention.output.LayerNorm")
        wide = linear(x, f"{name}.intermediate.dense")
        wide = wide * 0.5 * (1 + np.vectorize(erf)(wide / np.sqrt(2)))
        x = norm(linear(wide, f"{name}.output.dense") + x, f"{name}.output.LayerNorm")
    mean: NDArray[np.float64] = x.mean(0)
    return mean / np.linalg.norm(mean)


@pytest.mark.parametrize("chunk", [7, 512])
def test_vectors_are_those_of_the_definition(
    tmp_path: Path, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bert, "CHUNK", chunk)
    weights = tiny_weights()
    model = Bert(save(tmp_path, weights))
    texts = [[1, 5, 2], [1, 2], [1, *range(3, 39), 2] * 3, [7]]
    vectors = model(texts)
    for ids, vector in zip(texts, vectors, strict=True):
        assert vector @ slowly(weights, ids) > 0.9999
    assert vectors.dtype == np.float32


def test_a_text_gets_the_same_vector_in_any_company(tmp_path: Path) -> None:
    model = Bert(save(tmp_path, tiny_weights()))
    alone, long = [1, 9, 8, 2], [1, *range(3, 39), 2] * 3
    assert model([alone])[0] == pytest.approx(model([long, alone, long])[1], abs=1e-5)


def test_what_is_no_bert_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnfitModel, match="gpt2"):
        Bert(save(tmp_path, tiny_weights(), model_type="gpt2"))
    lacking = tiny_weights()
    del lacking["encoder.layer.1.output.dense.bias"]
    with pytest.raises(UnfitModel, match=r"encoder\.layer\.1\.output\.dense\.bias"):
        Bert(save(tmp_path, lacking))
