"""Reciprocal rank fusion: several rankings become one, by ranks alone."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat

K = 60


def reciprocal_ranks(
    rankings: Sequence[Sequence[int]], coverage: Sequence[float] = (), k: int = K
) -> list[tuple[int, float]]:
    """Ids with their fused scores, best first: score(d) = sum over rankings of 1 / (k + rank(d)).

    Ranks count from 1; an id that a ranking lacks gets nothing from it. `coverage` is, for each
    ranking, the share of all papers that it could see, 1 where nothing is said: the best of one
    paper in a hundred is expected to be about the hundredth of all, and is ranked there. Ties go
    to the better single rank, then to the larger (newer) id, so equal input gives equal output.

    Source: Cormack, Clarke, Büttcher: Reciprocal Rank Fusion outperforms Condorcet and individual
    Rank Learning Methods. SIGIR 2009, pages 758-759; k = 60 is theirs.
    """
    scores: dict[int, float] = {}
    best: dict[int, float] = {}
    for ranking, share in zip(rankings, coverage or repeat(1.0), strict=False):
        for place, key in enumerate(ranking, start=1):
            rank = place / share
            scores[key] = scores.get(key, 0.0) + 1 / (k + rank)
            best[key] = min(rank, best.get(key, rank))
    return sorted(scores.items(), key=lambda item: (-item[1], best[item[0]], -item[0]))
