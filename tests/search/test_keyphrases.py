"""What the shipped weights find in texts of our own."""

from __future__ import annotations

import pytest

from broadsheet.search.keyphrases import FEWEST, MOST, keyphrases
from broadsheet.search.phrases import Finder, marks, singular

TITLE = "Graph Neural Networks for Flood Forecasting"
ABSTRACT = (
    "Floods are hard to predict. We train graph neural networks (GNNs) on river gauges and show "
    "that message passing along the river network improves flood forecasting by 12%. Our GNNs "
    "need less training data than recurrent neural networks, and transfer learning brings them "
    "to rivers without gauges."
)


def test_terms_are_found_and_common_words_are_not() -> None:
    found = keyphrases(TITLE, ABSTRACT)
    assert FEWEST <= len(found) <= MOST
    assert {"graph neural networks", "message passing"} <= set(found)
    assert {"Floods", "hard", "12", "Our GNNs"}.isdisjoint(found)


def test_a_term_is_written_as_in_the_text_and_stands_once() -> None:
    found = keyphrases(TITLE, ABSTRACT)
    assert all(phrase in f"{TITLE} {ABSTRACT}" for phrase in found)
    bare = [phrase.casefold() for phrase in found]
    assert not [
        (one, two) for one in bare for two in bare if one != two and f" {one} " in f" {two} "
    ]


@pytest.mark.parametrize(
    ("title", "abstract"),
    [
        ("", ""),
        ("?", "!"),
        ("On", "the and of"),
        ("Über die Flüsse", ""),
        ("河流", "河流与洪水"),
        ("a" * 100_000, "b " * 100_000),
        ("\0\n\u2028", "x’s’s ’ -- $ \\"),
    ],
)
def test_any_text_has_an_answer(title: str, abstract: str) -> None:
    assert len(keyphrases(title, abstract)) <= MOST


def test_a_short_title_alone_gives_its_terms() -> None:
    assert keyphrases("Holomorphic functions", "") == ["Holomorphic functions"]


def test_a_phrase_ends_at_signs_and_function_words() -> None:
    finder = Finder(lambda _: True)
    found = {
        " ".join(one.words) for one in finder.candidates("", "red rivers, which mix sand of clay")
    }
    assert found == {
        "red",
        "river",
        "red river",
        "mix",
        "sand",
        "clay",
        "mix sand",
        "sand of clay",
        "mix sand of clay",
    }


def test_places_of_a_phrase_are_counted_whatever_its_number_and_case() -> None:
    phrases = Finder(lambda _: True).candidates("Deep River", "A deep river. The deep rivers.")
    deep = next(one for one in phrases if one.words == ("deep", "river"))
    assert (deep.in_title, deep.forms) == (True, ["Deep River", "deep river", "deep rivers"])
    lower = next(one for one in phrases if one.words == ("river",))
    assert lower.form in ("rivers", "river")
    assert marks(deep) != marks(lower)


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("models", "model"),
        ("agencies", "agency"),
        ("boxes", "box"),
        ("loss", "loss"),
        ("llms", "llm"),
        ("gas", "gas"),
        ("analysis", "analysis"),
    ],
)
def test_plurals(many: str, one: str) -> None:
    assert singular(many) == one
