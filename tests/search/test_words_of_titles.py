"""Did you mean, suggestions, and marks: what is done with the words of titles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.search import engine, jobs
from broadsheet.search.marks import marks
from broadsheet.search.query import parse
from broadsheet.search.spelling import distance
from broadsheet.search.suggest import Kind, Suggestion
from tests.search.papers import make_paper
from tests.shelf import make_paper as shelve


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("", "", 0),
        ("abc", "", 3),
        ("sand", "snad", 1),
        ("sand", "sane", 1),
        ("kitten", "sitting", 3),
    ],
)
def test_the_distance_of_two_words(one: str, other: str, expected: int) -> None:
    assert distance(one, other) == distance(other, one) == expected


@given(st.text("abc", max_size=6), st.text("abc", max_size=6), st.integers(0, 6))
def test_a_distance_is_no_more_than_the_edits_made(one: str, other: str, at: int) -> None:
    assert distance(one, other) <= max(len(one), len(other))
    assert distance(one, one[:at] + "d" + one[at:]) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("difusion", "diffusion"),
        ("Diffusoin of sand", "diffusion of sand"),
        ("trasnformesr", "transformers"),
        ("difusion -sand year:2020 au:difusion", "diffusion -sand year:2020 au:difusion"),
        ("diffusion", ""),
        ("diffusions", ""),
        ("ownward", ""),
        ("dif", ""),
        ("longg", ""),
        ("qqqqqq", ""),
    ],
)
def test_did_you_mean_a_word_that_would_find_much_more(typed: str, meant: str) -> None:
    for number in range(3):
        make_paper(f"Diffusion and transformers, part {number}")
    make_paper("One paper goes onward", authors=("Ada Longg",))
    jobs.catch_up()
    assert engine.correction(parse(typed)) == meant


@pytest.mark.django_db
def test_a_rare_word_is_left_alone_where_another_is_only_somewhat_more_common() -> None:
    for number in range(3):
        make_paper(f"Diffusion {number}")
    make_paper("Difusion, in another language")
    jobs.catch_up()
    assert engine.correction(parse("difusion")) == ""


@pytest.mark.django_db
def test_suggestions_have_all_words_and_the_last_may_be_unfinished() -> None:
    paper = shelve(
        "Graph neural rivers", names=["Gregor Neumann", "Ada Long"], keywords=["neural graphs"]
    )
    shelve("Graph theory", names=["Neu Graf"], keywords=["Neural Graphs"])
    jobs.catch_up()
    title = Suggestion(Kind.TITLE, "Graph neural rivers", paper.slug)
    assert title in engine.suggestions("graph neu")
    assert engine.suggestions("neural gra")[0].kind is Kind.KEYWORD
    assert len([one for one in engine.suggestions("neural gra") if one.kind is Kind.KEYWORD]) == 1
    authors = [one.text for one in engine.suggestions("neu") if one.kind is Kind.AUTHOR]
    assert set(authors) == {"Gregor Neumann", "Neu Graf"}
    assert engine.suggestions("NEUMANN gre")[0] == Suggestion(Kind.AUTHOR, "Gregor Neumann")
    for nothing in ("", "g", "zzz", "graph zzz", "?!", "\0", "\ud800b", "w " * 200):
        assert engine.suggestions(nothing) == []


@pytest.mark.django_db
def test_suggestions_follow_changes() -> None:
    assert engine.suggestions("riv") == []
    paper = shelve("Rivers")
    jobs.catch_up()
    assert [one.slug for one in engine.suggestions("riv")] == [paper.slug]


def marked(text: str, query: str) -> list[str]:
    return [text[start:end] for start, end in marks(parse(query)).spans(text)]


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("Rivers and a river", "the river", ["Rivers", "river"]),
        ("CAFÉ näive", "café naive", ["CAFÉ", "näive"]),
        ("state of the space, state space", '"state space"', ["state space"]),
        ("what is in the state", '"in the state" is', ["in the state"]),
        ("𝔸lpha models", "model", ["models"]),
        ("sand and mud", 'sand -mud OR "and mud"', ["sand", "and mud"]),
        ("sand and mud", 'stone OR "and mud"', ["and mud"]),
        ("sand", "cat:cs.LG -sand", []),
        ("", "sand", []),
    ],
)
def test_what_was_sought_is_marked_as_the_index_finds_it(
    text: str, query: str, expected: list[str]
) -> None:
    assert marked(text, query) == expected


def test_the_words_that_were_heard_stand_as_typed() -> None:
    sought = marks(parse('Rivers "state space" mud'))
    assert sought.heard(["a river", "of state spaces"]) == ["rivers", "state space"]


@given(st.text(max_size=80), st.text(max_size=40))
def test_marks_never_overlap_and_lie_within_the_text(text: str, query: str) -> None:
    before = 0
    for start, end in marks(parse(query)).spans(text):
        assert before <= start < end <= len(text)
        before = end
