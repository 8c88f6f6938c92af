from __future__ import annotations

import pytest

from broadsheet.papers.models import Paper
from broadsheet.search import engine, jobs
from broadsheet.search.pairs import SATURATION, WEIGHT, pair_scores
from broadsheet.search.query import parse
from tests.search.papers import make_paper


def scores(query: str, *texts: str) -> list[float]:
    found = pair_scores(query, dict(enumerate(texts)), lambda _: 1.5)
    return [found.get(number, 0.0) for number in range(len(texts))]


def test_words_side_by_side_count_by_their_rarity() -> None:
    assert scores("gradient descent", "by gradient descent", "descent along a gradient") == [
        pytest.approx(WEIGHT * 3.0),
        0,
    ]


def test_forms_of_a_word_are_one_word() -> None:
    assert scores("moving averages", "A moved average")[0] > 0


def test_more_places_add_ever_less() -> None:
    once, twice, often = scores("deep sand", "deep sand", "deep sand. " * 2, "deep sand. " * 50)
    assert once < twice < often < once * (SATURATION + 1)
    assert twice - once < once


def test_each_pair_of_a_long_query_counts_once() -> None:
    assert scores("deep sand deep sand", "deep sand") == scores("deep sand", "deep sand")


@pytest.mark.parametrize("query", ["", "sand", "?!"])
def test_less_than_two_words_have_no_pair(query: str) -> None:
    assert scores(query, "deep sand") == [0]


@pytest.mark.django_db
def test_a_paper_with_the_words_side_by_side_stands_before_one_with_both_apart() -> None:
    texts = {
        "together": "Rivers of much sand and heights along gradient descent of a",
        "apart": "Descent of rivers along a gradient of heights and much sand",
    }
    # the newer one would stand first if both counted the same
    made = {name: make_paper(f"On {name}", text) for name, text in texts.items()}
    make_paper("apart again", texts["apart"] + " once more")
    jobs.catch_up()
    assert Paper.objects.count() == 3
    hits = engine.search(parse("gradient descent")).hits
    assert hits[0].paper_id == made["together"].id
    assert len(hits) == 3
