"""Two rankings become one, by their scores: what the words say, and what they mean."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

MEANING = 0.6
"""Weight of meaning against words. Chosen on training queries; docs/decisions has the table."""
LEAST_CLOSENESS = 0.25
"""Cosine below which a paper has nothing to do with a query."""
USUAL = (0.2, 0.45)
"""Closeness of a paper with no words of a query, and how much more one with the most has."""
TRUST = 20.0
"""As many papers' worth `USUAL` counts against those of the query at hand."""

Numbers = NDArray[np.float64]


def blended(
    words: Mapping[int, float],
    closeness: Mapping[int, float],
    meaning: float = MEANING,
    depth: int = 1_000,
) -> list[tuple[int, float]]:
    """Ids with their scores, best first: (1 - meaning) x words / best words + meaning x closeness.

    Both map papers to scores: of BM25 the best `depth`, and cosines of the nearest papers and of
    all of those that are embedded. A closeness below `LEAST_CLOSENESS` counts as that. What has no
    closeness is not embedded yet, and gets the one to be `expected`. Of a paper that a ranking of
    `depth` by words lacks, only a bound is known: it counts as much as that ranking's last; a
    shorter one lacks what has none of the words. Equal scores stand the larger (newer) id first.

    Source: Bruch, Gai, Ingber: An Analysis of Fusion Functions for Hybrid Retrieval. ACM TOIS
    42(1), 2023: a convex combination of normalised scores against reciprocal ranks.
    """
    keys = list(words.keys() | closeness.keys())
    best = max(words.values(), default=0.0) or 1.0
    fewest = min(words.values()) if len(words) >= depth else 0.0
    shares = np.array([words.get(key, fewest) / best for key in keys])
    known = np.array([closeness.get(key, np.nan) for key in keys])
    has_words = np.array([key in words for key in keys], bool)
    close = np.where(np.isnan(known), expected(shares, known, has_words), known)
    scores = (1 - meaning) * shares + meaning * np.maximum(close, LEAST_CLOSENESS)
    ranked = zip(keys, scores.tolist(), strict=True)
    return sorted(ranked, key=lambda item: (-item[1], -item[0]))


def expected(shares: Numbers, known: Numbers, has_words: NDArray[np.bool_]) -> Numbers:
    """The closeness to expect of papers with such `shares` of the best words, for each paper.

    A line through the papers that have words and a `known` closeness (others: NaN), drawn towards
    `USUAL` where they are few; never above the closest paper.

    Source: ridge regression, Hoerl and Kennard, Technometrics 12(1), 1970, towards a prior line.
    """
    seen = has_words & ~np.isnan(known)
    share, base, slope = shares[seen], *USUAL
    surprise = known[seen] - base - slope * share
    total, crossed = share.sum(), (share**2).sum()
    matrix = [[len(share) + TRUST, total], [total, crossed + TRUST / 10]]
    more, steeper = np.linalg.solve(matrix, [surprise.sum(), (surprise * share).sum()])
    line: Numbers = base + more + (slope + steeper) * shares
    return np.minimum(line, np.nanmax(known)) if seen.any() else line
