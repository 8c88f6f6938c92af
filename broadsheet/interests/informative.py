"""From which papers most is learned when somebody says what they think of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from broadsheet.recommend.shelf import Vectors

DOUBT = 1.0
"""How far from the border between yes and no a paper may lie, in standard deviations, until
nothing much is learned from it."""


def choose(meanings: Vectors, worth: Vectors, known: Vectors, number: int) -> list[int]:
    """Rows of `meanings` [n, dimensions], unit vectors: the most worth asking about, one after the
    other, each counted by how far it lies from what is known [m, dimensions] and already chosen.

    Greedy, as the maximal marginal relevance of Carbonell and Goldstein (SIGIR 1998) is.
    """
    nearest = (meanings @ known.T).max(axis=1) if len(known) else np.zeros(len(meanings))
    left = np.asarray(worth, np.float32).copy()
    chosen: list[int] = []
    for _ in range(min(number, len(meanings))):
        value = left * (1 - np.clip(nearest, 0, 1))
        best = int(np.argmax(value))
        if value[best] <= 0:
            break
        chosen.append(best)
        left[best] = 0
        nearest = np.maximum(nearest, meanings @ meanings[best])
    return chosen


def doubt(scores: Vectors, border: float) -> Vectors:
    """How uncertain the answer is for each score: 1 at the border, next to 0 far from it."""
    return np.asarray(np.exp(-(((scores - border) / DOUBT) ** 2)), np.float32)


def question(
    meanings: Vectors, may: NDArray[np.bool_], asked: Sequence[int], scores: Vectors | None
) -> int:
    """The row that is worth asking about next.

    While nothing is liked (`scores` is None): the one that stands for the most others, far from
    what was asked. Then: one that is likely to be liked, and unlike what was asked.
    """
    known = meanings[list(asked)] if asked else meanings[:0]
    worth = _standing(meanings) if scores is None else _likely(scores)
    [best] = choose(meanings, np.where(may, worth, 0), known, 1) or [int(np.argmax(may))]
    return best


def _standing(meanings: Vectors) -> Vectors:
    """How many others each stands for: its closeness to the middle of all, from 0 up."""
    close = meanings @ meanings.mean(axis=0)
    return np.asarray(close - close.min() + 1e-6, np.float32)


def _likely(scores: Vectors) -> Vectors:
    return np.asarray(1 / (1 + np.exp(-scores)), np.float32)
