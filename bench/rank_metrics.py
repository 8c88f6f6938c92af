"""How good rankings are, how sure that is, and whether one beats another by more than chance."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import product
from math import log2

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
"""One number for each query."""

RESAMPLES = 5_000
EXACT_UP_TO = 12
"""Queries up to which all changes of sign are tried instead of random ones."""


def ndcg(ranking: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """Normalised discounted cumulative gain, with the grade itself as the gain.

    Source: Järvelin, Kekäläinen: Cumulated gain-based evaluation of IR techniques. ACM TOIS 20(4),
    2002; in the form of trec_eval's `ndcg_cut`.
    """
    gained = _discounted([grades.get(key, 0) for key in ranking[:depth]])
    ideal = _discounted(sorted(grades.values(), reverse=True)[:depth])
    return gained / ideal if ideal else 0.0


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / log2(place + 1) for place, gain in enumerate(gains, start=1))


def recall(ranking: Sequence[str], relevant: Collection[str], depth: int = 100) -> float:
    """The share of the relevant papers among the first `depth`."""
    return len(set(ranking[:depth]) & set(relevant)) / len(relevant)


def reciprocal_rank(ranking: Sequence[str], relevant: Collection[str], depth: int = 100) -> float:
    """1 / the place of the first relevant paper, 0 where it is not among the first `depth`."""
    places = (n for n, key in enumerate(ranking[:depth], start=1) if key in relevant)
    return 1 / next(places, float("inf"))


def average_precision(ranking: Sequence[str], relevant: Collection[str]) -> float:
    """The mean, over the relevant papers, of the precision at each one's place."""
    places = [place for place, key in enumerate(ranking, start=1) if key in relevant]
    return sum(n / place for n, place in enumerate(places, start=1)) / len(relevant)


def interval(values: Values) -> tuple[float, float]:
    """95 % bootstrap percentile interval of the mean over queries."""
    rng = np.random.default_rng(11)
    means = [rng.choice(values, len(values)).mean() for _ in range(RESAMPLES)]
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def p_value(ours: Values, theirs: Values) -> float:
    """Two-sided paired randomisation test of equal means: signs of the differences at random.

    Source: Smucker, Allan, Carterette: A comparison of statistical significance tests for
    information retrieval evaluation. CIKM 2007.
    """
    differences = ours - theirs
    if len(differences) <= EXACT_UP_TO:
        signs = np.array(list(product((-1, 1), repeat=len(differences))))
    else:
        signs = np.random.default_rng(13).choice((-1, 1), (RESAMPLES, len(differences)))
    means = np.abs((signs * differences).mean(axis=1))
    return float((means >= abs(differences.mean()) - 1e-12).mean())
