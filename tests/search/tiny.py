"""A tiny BERT, and what its states are by definition."""

from __future__ import annotations

import json
from math import erf
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace
from tokenizers.processors import TemplateProcessing

HIDDEN, HEADS, LAYERS, WIDE, WORDS, PLACES = 16, 4, 2, 32, 40, 200
UNKNOWN = 0
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


def save(folder: Path, weights: Weights | None = None, **changes: object) -> Path:
    """A model folder; the words of its texts are the numbers of its tokens, 1 begins, 2 ends."""
    folder.mkdir(parents=True, exist_ok=True)
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
    save_file(weights or tiny_weights(), folder / "model.safetensors")
    words = Tokenizer(
        WordLevel({str(number): number for number in range(WORDS)}, unk_token=str(UNKNOWN))
    )
    words.pre_tokenizer = Whitespace()
    words.post_processor = TemplateProcessing("1 $0 2", special_tokens=[("1", 1), ("2", 2)])
    words.save(str(folder / "tokenizer.json"))
    return folder


def slowly(weights: Weights, ids: list[int]) -> NDArray[np.float64]:
    """The states of the tokens, one head at a time, in float64, with the exact GELU."""
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
    return x
