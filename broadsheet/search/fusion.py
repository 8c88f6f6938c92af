"""Two rankings become one, by their scores: what the words say, and what they mean."""

from __future__ import annotations

from collections.abc import Mapping

MEANING = 0.6
"""Weight of meaning against words. Chosen on training queries; docs/decisions has the table."""
LEAST_CLOSENESS = 0.25
"""Cosine below which a paper has nothing to do with a query."""


def blended(
    words: Mapping[int, float],
    closeness: Mapping[int, float],
    meaning: float = MEANING,
    depth: int = 1_000,
) -> list[tuple[int, float]]:
    """Ids with their scores, best first: (1 - meaning) x words / best words + meaning x closeness.

    Both map papers to scores of their best: of BM25, and cosines. Of a paper that a ranking of
    `depth` papers lacks, only a bound is known: it counts as much as that ranking's last. Where a
    ranking is shorter, what it lacks has none of the words, or is no closer than
    `LEAST_CLOSENESS`. Equal scores stand the larger (newer) id first.

    Source: Bruch, Gai, Ingber: An Analysis of Fusion Functions for Hybrid Retrieval. ACM TOIS
    42(1), 2023: a convex combination of normalised scores against reciprocal ranks.
    """
    best = max(words.values(), default=0.0) or 1.0
    fewest = min(words.values()) if len(words) >= depth else 0.0
    farthest = min(closeness.values()) if len(closeness) >= depth else LEAST_CLOSENESS
    scores = {
        key: (1 - meaning) * words.get(key, fewest) / best + meaning * closeness.get(key, farthest)
        for key in words.keys() | closeness.keys()
    }
    return sorted(scores.items(), key=lambda item: (-item[1], -item[0]))
