"""Two rankings become one, by their scores: what the words say, and what they mean."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from broadsheet.search.ranking import Ranking, Scores

MEANING = 0.6
"""Weight of meaning against words. Chosen on training queries; docs/decisions has the table."""
LEAST_CLOSENESS = 0.25
"""Cosine below which a paper has nothing to do with a query."""
USUAL = (0.2, 0.45)
"""Closeness of a paper with no words of a query, and how much more one with the most has."""
TRUST = 20.0
"""As many papers' worth `USUAL` counts against those of the query at hand."""


def blended(
    words: Ranking, closeness: Ranking, meaning: float = MEANING, depth: int = 1_000
) -> Ranking:
    """The papers of both: (1 - meaning) x words / best words + meaning x closeness.

    `words` are the best `depth` by BM25, `closeness` cosines of the nearest papers and of all of
    those that are embedded. A closeness below `LEAST_CLOSENESS` counts as that. What has no
    closeness is not embedded yet, and gets the one to be `expected`. Of a paper that a ranking of
    `depth` by words lacks, only a bound is known: it counts as much as that ranking's last; a
    shorter one lacks what has none of the words.

    Source: Bruch, Gai, Ingber: An Analysis of Fusion Functions for Hybrid Retrieval. ACM TOIS
    42(1), 2023: a convex combination of normalised scores against reciprocal ranks.
    """
    papers = np.union1d(words.papers, closeness.papers)
    own = words.scores_of(papers, np.nan)
    has_words = ~np.isnan(own)
    best = words.scores.max(initial=0.0) or 1.0
    fewest = words.scores.min() if len(words) >= depth else 0.0
    shares = np.where(has_words, own, fewest) / best
    known = closeness.scores_of(papers, np.nan)
    close = np.where(np.isnan(known), expected(shares, known, has_words), known)
    scores = (1 - meaning) * shares + meaning * np.maximum(close, LEAST_CLOSENESS)
    return Ranking.of(papers, scores)


def expected(shares: Scores, known: Scores, has_words: NDArray[np.bool_]) -> Scores:
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
    line: Scores = base + more + (slope + steeper) * shares
    return np.minimum(line, np.nanmax(known)) if seen.any() else line
