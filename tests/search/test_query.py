from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.search.query import MAX_LENGTH, parse


def test_words_phrases_and_exclusions_are_told_apart() -> None:
    query = parse('fast "state  space" models -images -"neural nets"')
    assert query.words == "fast models"
    assert query.phrases == ("state space",)
    assert query.without == ("images", "neural nets")
    assert query.meaning == "fast models state space"
    assert not query.problem


def test_curly_quotation_marks_make_a_phrase_too() -> None:
    assert parse("“state space”").phrases == ("state space",)


@pytest.mark.parametrize("text", ["time-series", "a - b", "1 -- 2", "-", 'say "hi', '"', '""'])
def test_a_hyphen_or_a_lone_quotation_mark_is_no_operator(text: str) -> None:
    query = parse(text)
    assert query.words == text
    assert query.phrases == query.without == ()


@pytest.mark.parametrize(
    "text",
    [
        "2401.01234",
        " 2401.01234v3 ",
        "arXiv:2401.01234",
        "arxiv: 2401.01234v2",
        "https://arxiv.org/abs/2401.01234v1",
        "http://arxiv.org/pdf/2401.01234.pdf",
        "https://huggingface.co/papers/2401.01234",
        "10.48550/arXiv.2401.01234",
    ],
)
def test_an_arxiv_id_is_known_in_all_its_spellings(text: str) -> None:
    assert parse(text).name == "2401.01234"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("hep-th/9901001v2", "hep-th/9901001"),
        ("math.GT/0309136", "math/0309136"),
        ("doi:10.1000/ABC.1", "10.1000/abc.1"),
        ("https://doi.org/10.1000/abc.1", "10.1000/abc.1"),
        ("http://127.0.0.1:8000/papers/b12", "b12"),
        ("attention 2401.01234", ""),
        ("results of 10.1000/abc", ""),
        ("2401.0", ""),
    ],
)
def test_a_name_is_one_only_if_it_is_the_whole_query(text: str, name: str) -> None:
    assert parse(text).name == name


def test_a_query_that_is_too_long_is_refused_with_both_numbers() -> None:
    assert not parse("x" * MAX_LENGTH).problem
    refused = parse("x" * 1234)
    assert "500" in refused.problem
    assert "1,234" in refused.problem
    assert len(refused.text) == MAX_LENGTH


@pytest.mark.parametrize(
    ("text", "problem"),
    [("", ""), ("  \n ", ""), ("?!", "words"), ('"..."', "words")],
)
def test_nothing_to_search_for_is_said_kindly(text: str, problem: str) -> None:
    query = parse(text)
    assert problem in query.problem
    assert bool(query.problem) == bool(problem)
    assert query.is_empty == (not text.strip())


def test_odd_characters_are_put_in_order() -> None:
    assert parse("a\x00b\u2028c\ud800d e\u0301").text == "a b c?d é"


@given(st.text(max_size=700))
def test_no_text_makes_it_raise(text: str) -> None:
    query = parse(text)
    assert len(query.text) <= MAX_LENGTH
    query.text.encode()
