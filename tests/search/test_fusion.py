from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from broadsheet.search.fusion import LEAST_CLOSENESS, MEANING, blended, expected
from broadsheet.search.ranking import Ranking


def ranking(scores: dict[int, float]) -> Ranking:
    return Ranking.of(list(scores), list(scores.values()))


def fused(
    words: dict[int, float], closeness: dict[int, float], meaning: float = MEANING, depth: int = 99
) -> dict[int, float]:
    both = blended(ranking(words), ranking(closeness), meaning, depth)
    return dict(zip(both.papers.tolist(), both.scores.tolist(), strict=True))


def order(
    words: dict[int, float], closeness: dict[int, float], meaning: float = MEANING
) -> list[int]:
    return list(fused(words, closeness, meaning, 1_000))


def test_scores_are_shares_of_the_best_words_and_closeness() -> None:
    both = fused({1: 8, 2: 4}, {1: 0.5, 2: 0.7}, meaning=0.6)
    assert both == pytest.approx({1: 0.4 + 0.3, 2: 0.2 + 0.42})


def test_how_far_ahead_the_best_is_counts_and_not_only_its_place() -> None:
    assert order({1: 20, 2: 5}, {2: 0.55, 1: 0.5}) == [1, 2]
    assert order({1: 20, 2: 19}, {2: 0.55, 1: 0.5}) == [2, 1]


def test_what_has_none_of_the_words_has_no_share_of_them() -> None:
    both = fused({1: 8}, {1: 0.1, 2: 0.5}, meaning=0.6)
    assert both == pytest.approx({1: 0.4 + 0.6 * LEAST_CLOSENESS, 2: 0.3})


def test_what_a_cut_ranking_by_words_lacks_counts_as_its_last() -> None:
    both = fused({1: 8, 2: 6}, {1: 0.3, 2: 0.3, 3: 0.5}, meaning=0.5, depth=2)
    assert both == pytest.approx({1: 0.5 + 0.15, 2: 0.375 + 0.15, 3: 0.375 + 0.25})


def test_before_anything_is_embedded_words_alone_decide() -> None:
    words = {key: 20.0 - key for key in range(1, 15)}
    assert order(words, {}) == list(words)


def test_a_paper_that_waits_for_its_embedding_is_not_lost_among_those_that_have_one() -> None:
    embedded = dict.fromkeys(range(10, 20), 0.45)
    assert order({1: 9, 2: 8.5, **dict.fromkeys(embedded, 1.0)}, embedded)[:2] == [1, 2]


def test_a_paper_that_waits_is_as_close_as_others_with_as_many_words() -> None:
    words = {key: float(key) for key in range(1, 401)}
    closeness = {key: 0.1 + 0.5 * key / 400 for key in words if key % 4}
    missing = fused(words, closeness, meaning=1.0, depth=1_000)
    for key, close in missing.items():
        assert close == pytest.approx(max(0.1 + 0.5 * key / 400, LEAST_CLOSENESS), abs=0.03)


def test_nobody_waiting_is_expected_to_be_closer_than_the_closest() -> None:
    close = np.array([0.3, 0.35, np.nan])
    found = expected(np.array([0.1, 0.2, 1.0]), close, np.ones(3, bool))
    assert found[2] == 0.35


def test_the_weight_goes_from_words_alone_to_meaning_alone() -> None:
    words, closeness = {1: 9.0, 2: 5.0, 3: 1.0}, {1: 0.3, 2: 0.6, 3: 0.9}
    assert order(words, closeness, meaning=0.0) == [1, 2, 3]
    assert order(words, closeness, meaning=1.0) == [3, 2, 1]


def test_equal_scores_stand_newest_first() -> None:
    assert order({7: 2, 9: 2, 8: 2}, {}) == [9, 8, 7]


def test_no_ranking_gives_nothing() -> None:
    assert fused({}, {}) == {}


SCORES = st.dictionaries(st.integers(1, 30), st.floats(0.01, 100), max_size=20)
COSINES = st.dictionaries(st.integers(1, 30), st.floats(LEAST_CLOSENESS, 1), max_size=20)


@given(SCORES, COSINES, st.integers(1, 30))
@how(deadline=None)
def test_more_words_or_more_closeness_never_costs_a_paper_its_place(
    words: dict[int, float], closeness: dict[int, float], key: int
) -> None:
    before = order(words, closeness)
    if key in before:
        best = max(words.values(), default=1.0)
        after = order(words | {key: best}, closeness | {key: 1.0})
        assert after.index(key) <= before.index(key)


def test_words_and_meaning_both_count() -> None:
    assert 0 < MEANING < 1
