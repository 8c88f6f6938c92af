"""One ranking of two by a reader's own weights of words and meaning."""

from __future__ import annotations

from collections.abc import Sequence

from broadsheet.search.fusion import K


def balanced(words: Sequence[int], near: Sequence[int], meaning: float) -> list[tuple[int, float]]:
    """Ids with scores, best first: the sum of weight / (K + rank) over both rankings.

    `meaning`, from 0 to 1, is the weight of `near`; what is left is that of `words`. A ranking
    without weight is left out. Ties go to the larger (newer) id.
    """
    scores: dict[int, float] = {}
    for weight, ranking in ((1 - meaning, words), (meaning, near)):
        for place, key in enumerate(ranking if weight else (), start=1):
            scores[key] = scores.get(key, 0.0) + weight / (K + place)
    return sorted(scores.items(), key=lambda item: (-item[1], -item[0]))
