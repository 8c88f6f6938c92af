from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from broadsheet.search.fusion import LEAST_CLOSENESS, MEANING, blended


def order(words: dict[int, float], closeness: dict[int, float], **how: float) -> list[int]:
    return [key for key, _ in blended(words, closeness, **how)]  # type: ignore[arg-type]  # depth


def test_scores_are_shares_of_the_best_words_and_closeness() -> None:
    fused = dict(blended({1: 8, 2: 4}, {1: 0.5, 2: 0.7}, meaning=0.6))
    assert fused == pytest.approx({1: 0.4 + 0.3, 2: 0.2 + 0.42})


def test_how_far_ahead_the_best_is_counts_and_not_only_its_place() -> None:
    assert order({1: 20, 2: 5}, {2: 0.55, 1: 0.5}) == [1, 2]
    assert order({1: 20, 2: 19}, {2: 0.55, 1: 0.5}) == [2, 1]


def test_what_a_whole_ranking_lacks_has_nothing_of_it() -> None:
    fused = dict(blended({1: 8}, {2: 0.5}, meaning=0.6))
    assert fused == pytest.approx({1: 0.4 + 0.6 * LEAST_CLOSENESS, 2: 0.3})


def test_what_a_cut_ranking_lacks_counts_as_its_last() -> None:
    fused = dict(blended({1: 8, 2: 6}, {3: 0.5, 4: 0.4}, meaning=0.5, depth=2))
    assert fused == pytest.approx({1: 0.7, 2: 0.375 + 0.2, 3: 0.375 + 0.25, 4: 0.375 + 0.2})


def test_a_paper_that_waits_for_its_embedding_is_not_lost_among_those_that_have_one() -> None:
    embedded = dict.fromkeys(range(10, 20), 0.45)
    assert order({1: 9, 2: 8.5, **dict.fromkeys(embedded, 1.0)}, embedded)[:2] == [1, 2]


def test_the_weight_goes_from_words_alone_to_meaning_alone() -> None:
    words, closeness = {1: 9.0, 2: 5.0, 3: 1.0}, {1: 0.3, 2: 0.6, 3: 0.9}
    assert order(words, closeness, meaning=0.0) == [1, 2, 3]
    assert order(words, closeness, meaning=1.0) == [3, 2, 1]


def test_equal_scores_stand_newest_first() -> None:
    assert order({7: 2, 9: 2, 8: 2}, {}) == [9, 8, 7]


def test_no_ranking_gives_nothing() -> None:
    assert blended({}, {}) == []


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
