"""A peer of the runtimes: the forward pass of a BERT sentence encoder in plain numpy.

Token ids in, unit vectors out: the encoder of Devlin et al. (BERT, NAACL 2019), the mean of its
last states over the tokens (Reimers, Gurevych: Sentence-BERT, EMNLP 2019), scaled to length 1.
Texts of a batch lie end to end in one matrix [tokens, hidden], so nothing is spent on padding.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import pi, sqrt
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

CHUNK = 512
"""Tokens that pass the widest layer at once: more would fall out of the cache."""
FEW = 64
"""Tokens, as a query has, for which BLAS is faster with the weights on the left."""

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Linear:
    """x W^T + b, with W [out, in] as the file has it."""

    weight: Matrix
    bias: Matrix

    def __call__(self, x: Matrix) -> Matrix:
        few = len(x) < FEW
        product: Matrix = (self.weight @ x.T).T if few else x @ self.weight.T
        product += self.bias
        return product


@dataclass(frozen=True, slots=True)
class Norm:
    """Layer normalisation: Ba, Kiros, Hinton (2016)."""

    weight: Matrix
    bias: Matrix
    epsilon: float

    def __call__(self, x: Matrix) -> Matrix:
        centred: Matrix = x - x.mean(axis=1, keepdims=True)
        variance = np.einsum("ij,ij->i", centred, centred) / x.shape[1]
        centred *= (1 / np.sqrt(variance + self.epsilon))[:, None]
        centred *= self.weight
        centred += self.bias
        return centred


@dataclass(frozen=True, slots=True)
class Layer:
    joint: Linear
    """Query, key and value one below the other, the query scaled by 1 / sqrt(head width)."""
    output: Linear
    output_norm: Norm
    wide: Linear
    narrow: Linear
    norm: Norm
    heads: int

    def __call__(self, x: Matrix, ends: Sequence[int]) -> Matrix:
        joint = self.joint(x)
        attended = np.empty_like(x)
        for start, end in zip((0, *ends), ends, strict=False):
            attended[start:end] = _attention(joint[start:end], self.heads)
        state = self.output_norm(self.output(attended) + x)
        for start in range(0, len(state), CHUNK):
            rows = slice(start, start + CHUNK)
            state[rows] += self.narrow(_gelu(self.wide(state[rows])))
        return self.norm(state)


def _attention(joint: Matrix, heads: int) -> Matrix:
    """Softmax(Q K^T) V for one text: [tokens, 3 x hidden] to [tokens, hidden]."""
    tokens = len(joint)
    query, key, value = joint.reshape(tokens, 3, heads, -1).transpose(1, 2, 0, 3)
    scores = query @ key.transpose(0, 2, 1)
    weights: Matrix = np.exp(scores - scores.max(axis=2, keepdims=True))
    mixed = weights @ value
    mixed /= weights.sum(axis=2, keepdims=True)
    return mixed.transpose(1, 0, 2).reshape(tokens, -1)


def _gelu(x: Matrix) -> Matrix:
    """0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))): Hendrycks, Gimpel (2016)."""
    inner = x * x
    inner *= np.float32(0.044715 * sqrt(2 / pi))
    inner += np.float32(sqrt(2 / pi))
    inner *= x
    np.tanh(inner, out=inner)
    inner += np.float32(1)
    inner *= x
    inner *= np.float32(0.5)
    return inner


class Bert:
    """A loaded model. Calls change nothing in it, so threads share it."""

    def __init__(self, folder: Path) -> None:
        config = json.loads((folder / "config.json").read_text("utf-8"))
        self._load(load_file(folder / "model.safetensors"), config)

    def _load(self, weights: Mapping[str, Matrix], config: Mapping[str, Any]) -> None:
        self.dimensions = int(config["hidden_size"])
        self.longest = int(config["max_position_embeddings"])
        parts = _Parts(weights, int(config["num_attention_heads"]), float(config["layer_norm_eps"]))
        self._words = weights["embeddings.word_embeddings.weight"]
        kind = weights["embeddings.token_type_embeddings.weight"][0]
        self._places = weights["embeddings.position_embeddings.weight"] + kind
        self._norm = parts.norm("embeddings.LayerNorm")
        self._layers = [parts.layer(number) for number in range(config["num_hidden_layers"])]

    def __call__(self, texts: Sequence[Sequence[int]]) -> Matrix:
        """Unit vectors [texts, dimensions] for token ids, of which each text has at least one."""
        lengths = [len(ids) for ids in texts]
        ends = np.cumsum(lengths).tolist()
        state = self._words[np.concatenate(texts)]
        state += self._places[np.concatenate([np.arange(length) for length in lengths])]
        state = self._norm(state)
        for layer in self._layers:
            state = layer(state, ends)
        sums: Matrix = np.add.reduceat(state, [0, *ends[:-1]], axis=0)
        sums /= np.linalg.norm(sums, axis=1, keepdims=True)
        return sums


@dataclass(frozen=True, slots=True)
class _Parts:
    """Finds the parts of a model by the names that BERT's files give them."""

    weights: Mapping[str, Matrix]
    heads: int
    epsilon: float

    def linear(self, name: str) -> Linear:
        return Linear(self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def norm(self, name: str) -> Norm:
        weight, bias = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        return Norm(weight, bias, self.epsilon)

    def layer(self, number: int) -> Layer:
        name = f"encoder.layer.{number}"
        attention = f"{name}.attention"
        return Layer(
            joint=self.joint(f"{attention}.self"),
            output=self.linear(f"{attention}.output.dense"),
            output_norm=self.norm(f"{attention}.output.LayerNorm"),
            wide=self.linear(f"{name}.intermediate.dense"),
            narrow=self.linear(f"{name}.output.dense"),
            norm=self.norm(f"{name}.output.LayerNorm"),
            heads=self.heads,
        )

    def joint(self, name: str) -> Linear:
        query, key, value = (self.linear(f"{name}.{part}") for part in ("query", "key", "value"))
        scale = np.float32(1 / sqrt(query.weight.shape[0] / self.heads))
        return Linear(
            np.concatenate([query.weight * scale, key.weight, value.weight]),
            np.concatenate([query.bias * scale, key.bias, value.bias]),
        )
