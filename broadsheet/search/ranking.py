"""Papers with a number for each, as columns: a search handles thousands, and shows thirty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

Ids = NDArray[np.int64]
Scores = NDArray[np.float64]
Numbers = Sequence[float] | NDArray[np.floating]


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Papers, none twice, and what speaks for each; best first where nothing else is said."""

    papers: Ids
    scores: Scores

    @classmethod
    def of(cls, papers: Sequence[int] | Ids, scores: Numbers) -> Self:
        """Best first; equal scores stand the larger (newer) id first."""
        ids, numbers = np.asarray(papers, np.int64), np.asarray(scores, np.float64)
        best = np.lexsort((-ids, -numbers))
        return cls(ids[best], numbers[best])

    def __len__(self) -> int:
        return len(self.papers)

    def first(self, count: int) -> Ranking:
        return Ranking(self.papers[:count], self.scores[:count])

    def only(self, chosen: NDArray[np.bool_]) -> Ranking:
        return Ranking(self.papers[chosen], self.scores[chosen])

    def at_least(self, score: float) -> Ranking:
        return self.only(self.scores >= score)

    def among(self, papers: Ids) -> Ranking:
        return self.only(np.isin(self.papers, papers))

    def with_(self, other: Ranking) -> Ranking:
        """Both, one after the other; they have no paper in common."""
        papers = np.concatenate((self.papers, other.papers))
        return Ranking(papers, np.concatenate((self.scores, other.scores)))

    def scores_of(self, papers: Ids, absent: float) -> Scores:
        """The numbers of these papers; `absent` for those that are not here."""
        if not len(self):
            return np.full(len(papers), absent)
        order = np.argsort(self.papers)
        at = order[np.minimum(np.searchsorted(self.papers, papers, sorter=order), len(self) - 1)]
        return np.where(self.papers[at] == papers, self.scores[at], absent)

    def places_of(self, papers: Ids) -> Ids:
        """Where these papers stand, from 1; 0 for those that are not here."""
        counted = Ranking(self.papers, np.arange(1, len(self) + 1, dtype=np.float64))
        return counted.scores_of(papers, 0).astype(np.int64)

    def raised(self, more: Mapping[int, float]) -> Ranking:
        """With so much more for some of its papers."""
        scores = self.scores.copy()
        for paper, score in more.items():
            scores[self.papers == paper] += score
        return Ranking.of(self.papers, scores)

    def led_by(self, papers: Sequence[int]) -> Ranking:
        """With these papers first, in their order, each with one more than it had."""
        if not papers:
            return self
        ids = np.array(papers, np.int64)
        first = Ranking(ids, 1 + self.scores_of(ids, 0.0))
        return first.with_(self.only(~np.isin(self.papers, ids)))


NOTHING = Ranking(np.empty(0, np.int64), np.empty(0))
