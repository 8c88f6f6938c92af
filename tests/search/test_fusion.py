from __future__ import annotations

import pytest

from broadsheet.search.fusion import reciprocal_ranks


def test_scores_are_sums_of_reciprocal_ranks() -> None:
    fused = dict(reciprocal_ranks([[1, 2, 3], [3, 1]], k=60))
    assert fused == pytest.approx({1: 1 / 61 + 1 / 62, 2: 1 / 62, 3: 1 / 63 + 1 / 61})


def test_what_both_rankings_have_beats_the_first_of_one() -> None:
    assert next(key for key, _ in reciprocal_ranks([[1, 5], [2, 5]])) == 5


def test_ties_go_to_the_better_rank_and_then_to_the_newer_paper() -> None:
    assert [key for key, _ in reciprocal_ranks([[7, 9], [8, 6]])] == [8, 7, 9, 6]


def test_a_ranking_of_few_papers_weighs_little() -> None:
    fused = reciprocal_ranks([[1, 2, 3], [8, 9]], coverage=[1, 0.01])
    assert [key for key, _ in fused] == [1, 2, 3, 8, 9]
    assert dict(fused)[9] == pytest.approx(1 / (60 + 200))


def test_no_ranking_gives_nothing() -> None:
    assert reciprocal_ranks([]) == reciprocal_ranks([[], []]) == []
