"""From which papers most is learned when somebody says what they think of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from broadsheet.recommend.shelf import Vectors

DOUBT = 1.0
"""How far from the border between yes and no a paper may lie, in standard deviations, until
nothing much is learned from it."""
UNLIKE = 0.1
"""What being unlike all that was asked is worth against ln(1 + votes)."""
OTHERS = 4.0
"""What ln(1 + votes) is worth against a standard deviation of what was learned."""


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
    meanings: Vectors,
    may: NDArray[np.bool_],
    asked: Sequence[int],
    scores: Vectors | None,
    votes: Vectors,
) -> int:
    """The row that is worth asking about next, of those that may be.

    While nothing is liked (`scores` is None) it is the one that most others like; of equals the one
    that is farthest from what was asked. After the first yes what was learned from yes and no
    counts too: among thousands of papers few are liked, so of a likely one the answer is not known.
    """
    liked_by_many = np.log1p(np.maximum(votes, 0))
    if scores is None:
        known = meanings[list(asked)]
        near = (meanings @ known.T).max(axis=1) if asked else np.zeros(len(meanings))
        value = liked_by_many + UNLIKE * (1 - near)
    else:
        value = scores + OTHERS * liked_by_many
    return int(np.argmax(np.where(may, value, -np.inf)))
