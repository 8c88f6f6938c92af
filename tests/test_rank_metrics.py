"""The measures of the search bench, against values worked out by hand."""

from __future__ import annotations

from math import log2

import numpy as np
import pytest

from bench import rank_metrics as metrics


def test_ndcg_is_one_for_the_best_order_and_discounts_by_place() -> None:
    grades = {"a": 2, "b": 1}
    assert metrics.ndcg(["a", "b", "c"], grades) == 1
    best = 2 + 1 / log2(3)
    assert metrics.ndcg(["c", "a", "b"], grades) == pytest.approx((2 / log2(3) + 1 / 2) / best)
    assert metrics.ndcg(["c"] * 10 + ["a"], grades) == 0


def test_recall_reciprocal_rank_and_average_precision() -> None:
    ranking = ["x", "a", "y", "b"]
    assert metrics.recall(ranking, {"a", "b", "c"}) == pytest.approx(2 / 3)
    assert metrics.recall(ranking, {"a", "b"}, depth=2) == 1 / 2
    assert metrics.reciprocal_rank(ranking, {"b", "a"}) == 1 / 2
    assert metrics.reciprocal_rank(ranking, {"c"}) == 0
    assert metrics.average_precision(ranking, {"a", "b", "c"}) == pytest.approx((1 / 2 + 2 / 4) / 3)


def test_an_interval_holds_the_mean_and_narrows_with_more_queries() -> None:
    values = np.random.default_rng(3).uniform(size=400)
    low, high = metrics.interval(values)
    assert low < values.mean() < high
    few = metrics.interval(values[:40])
    assert high - low < few[1] - few[0]


def test_chance_is_told_from_difference() -> None:
    rng = np.random.default_rng(5)
    values = rng.uniform(size=200)
    assert metrics.p_value(values, values) == 1
    assert metrics.p_value(values + 0.1, values) == 0
    assert metrics.p_value(values + rng.normal(0, 0.2, 200), values) > 0.05


def test_few_queries_are_tried_with_all_signs() -> None:
    assert metrics.p_value(np.array([1.0, 1, 1, 1, 1]), np.zeros(5)) == 2 / 32
