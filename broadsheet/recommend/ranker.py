"""An interest learned from its papers, and new papers ranked by it, each with its reason.

Logistic regression on meanings, the papers of the interest against papers drawn from all others
(the recipe of Scholar Inbox), blended with the cosine of words by TF-IDF. No tables here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from broadsheet.recommend.shelf import Shelf, Vectors

STRENGTH = 0.1
"""`C` of the regression: the weight of an example against a small normal vector, times ten."""
REJECTED = 0.8
"""The share of the weight of what is no interest that rejected papers have, where there are any."""
STEPS = 25
WORDS = 0.4
"""Weight of words against meaning, both standardised."""
NEAREST, TOLD = 2, 3
"""Papers and words that a reason names."""


@dataclass(frozen=True, slots=True)
class Pick:
    paper_id: int
    score: float
    near: tuple[int, ...]
    """Ids of the nearest papers of the interest, the nearest first."""
    words: tuple[str, ...]
    """Words that it shares with the interest, the most telling first."""


@dataclass(frozen=True, slots=True)
class Interest:
    """What was learned of one interest."""

    liked: Shelf
    direction: Vectors
    """The normal vector of the regression: what of a meaning speaks for the interest."""
    profile: NDArray[np.float64]

    @classmethod
    def learn(cls, liked: Shelf, others: Shelf, rejected: Shelf | None = None) -> Interest:
        """`others` stand for all papers: some hundreds drawn at random."""
        away = rejected.meanings if rejected else np.zeros((0, liked.meanings.shape[1]), np.float32)
        return cls(liked, _direction(liked.meanings, others.meanings, away), liked.profile())

    def scores(self, candidates: Shelf) -> Vectors:
        """How well each paper fits, comparable within these candidates alone."""
        by_meaning = candidates.meanings @ self.direction
        return _standard(by_meaning) + WORDS * _standard(candidates.likeness(self.profile))

    def picks(self, candidates: Shelf, at_most: int) -> list[Pick]:
        """The best of the candidates, the best first. What the interest holds is no pick."""
        held = set(self.liked.ids)
        scores = self.scores(candidates)
        best = [int(place) for place in np.argsort(-scores, kind="stable")]
        best = [place for place in best if candidates.ids[place] not in held][:at_most]
        near = np.argsort(-(candidates.meanings[best] @ self.liked.meanings.T), axis=1)
        return [
            Pick(
                candidates.ids[place],
                float(scores[place]),
                tuple(self.liked.ids[int(other)] for other in row[:NEAREST]),
                self._telling(candidates, place),
            )
            for place, row in zip(best, near, strict=True)
        ]

    def _telling(self, candidates: Shelf, place: int) -> tuple[str, ...]:
        """The words that brought most to the likeness of one candidate."""
        part = slice(candidates.ends[place], candidates.ends[place + 1])
        words = candidates.words[part]
        brought = self.profile[words] * candidates.values[part]
        best = np.argsort(-brought, kind="stable")[:TOLD]
        names = list(candidates.vocabulary.numbers)
        return tuple(names[words[each]] for each in best if brought[each] > 0)


def _direction(liked: Vectors, others: Vectors, rejected: Vectors) -> Vectors:
    """The normal vector of a logistic regression in which both sides weigh the same, however many
    papers each has.

    Newton's method with the curvature's upper bound w/4 (Böhning 1992): it is solved once, each
    step is two products with the examples, and the loss falls at each.
    """
    examples = np.concatenate([liked, rejected, others])
    share = REJECTED if len(rejected) else 0.0
    sides = ((liked, 1.0), (rejected, share), (others, 1.0 - share))
    weights = np.concatenate([np.full(len(part), w / max(len(part), 1)) for part, w in sides])
    weights = (weights * len(liked) * 10 * STRENGTH).astype(np.float32)
    wanted = np.zeros(len(examples), np.float32)
    wanted[: len(liked)] = 1
    examples = examples - (weights @ examples) / weights.sum()
    bend = (examples * (weights / 4)[:, None]).T @ examples
    bend[np.diag_indices_from(bend)] += 1
    undo = np.linalg.inv(bend)
    direction = np.zeros(examples.shape[1], np.float32)
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-examples @ direction))
        slope = (weights * (likely - wanted)) @ examples + direction
        direction = direction - undo @ slope
    return direction


def _standard(scores: Vectors) -> Vectors:
    return np.asarray((scores - scores.mean()) / (float(scores.std()) or 1.0), np.float32)
