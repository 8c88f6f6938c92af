"""Lists in an order nearer to what a reader without an account said in letters: more, or less."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from broadsheet.papers.models import Paper
from broadsheet.search.models import Embedding

LOOKED_AT = 150
"""The first papers of a list; the others keep their places behind them."""
HALF = 3
"""After so many opinions they weigh half of what they may at most."""

Vectors = NDArray[np.float32]


def ordered(papers: Sequence[Paper], opinions: Mapping[int, bool]) -> list[Paper]:
    """`opinions` say by paper id whether there should be more like it.

    A paper's worth is its place in the list, 1 for the first to 0 for the last, and how much nearer
    in meaning it is to what was wanted than to what was not (in standard deviations within the
    list) times n / (n + `HALF`) / 2 for n opinions. Papers without an embedding keep their place.
    """
    first = list(papers[:LOOKED_AT])
    known = _vectors([*opinions, *(paper.id for paper in first)])
    told = {paper_id: is_more for paper_id, is_more in opinions.items() if paper_id in known}
    if not told or len(first) < 2:
        return list(papers)
    wanted = sum((known[key] if is_more else -known[key]) for key, is_more in told.items())
    nearness = np.array([_dot(known.get(paper.id), wanted) for paper in first], np.float32)
    if np.isnan(nearness).all():
        return list(papers)
    spread = float(np.nanstd(nearness)) or 1.0
    nearness = np.nan_to_num((nearness - np.nanmean(nearness)) / spread)
    weight = len(told) / (len(told) + HALF) / 2
    worth = np.linspace(1, 0, len(first)) + weight * nearness
    best = [first[int(place)] for place in np.argsort(-worth, kind="stable")]
    return [*best, *papers[LOOKED_AT:]]


def _dot(vector: Vectors | None, wanted: Vectors | int) -> float:
    return float("nan") if vector is None else float(vector @ wanted)


def _vectors(ids: Sequence[int]) -> dict[int, Vectors]:
    """Of one model alone: the one that embedded most of these."""
    rows = Embedding.objects.filter(paper__in=set(ids)).values_list("paper_id", "model", "vector")
    by_model: dict[str, dict[int, Vectors]] = {}
    for paper_id, model, vector in rows:
        values = np.frombuffer(bytes(vector), "<f2").astype(np.float32)
        by_model.setdefault(model, {})[paper_id] = values
    return max(by_model.values(), key=len, default={})
