from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.search.filters import Filter
from broadsheet.search.query import MAX_LENGTH, Sort, parse
from broadsheet.search.syntax import AllOf, AnyOf, Not, Term


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


def filters(text: str) -> list[Filter]:
    return [one for one, _ in parse(text).filters]


def day(year: int, month: int, number: int) -> int:
    return date(year, month, number).toordinal()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("au:hinton", Filter("au", "hinton")),
        ('Author:"geoffrey hinton"', Filter("au", "geoffrey hinton")),
        ("ti:sand", Filter("ti", "sand")),
        ("cat:CS.lg", Filter("cat", "cs.LG")),
        ("cat:cs.*", Filter("cat", "cs.*")),
        ("id:arXiv:2401.01234v2", Filter("id", "2401.01234")),
        ("doi:10.1000/ABC and more", Filter("id", "10.1000/abc")),
        ("year:2023", Filter("year", low=day(2023, 1, 1), high=day(2023, 12, 31))),
        ("year:2023..2025", Filter("year", low=day(2023, 1, 1), high=day(2025, 12, 31))),
        ("year:..2020", Filter("year", high=day(2020, 12, 31))),
        ("year:2024..", Filter("year", low=day(2024, 1, 1))),
        ("date:2024-02", Filter("date", low=day(2024, 2, 1), high=day(2024, 2, 29))),
        ("date:2025-01-15..", Filter("date", low=day(2025, 1, 15))),
        ("votes:>10", Filter("votes", low=11)),
        ("votes:>=10", Filter("votes", low=10)),
        ("votes:<10", Filter("votes", high=9)),
        ("votes:5..50", Filter("votes", low=5, high=50)),
        ("votes:7", Filter("votes", low=7, high=7)),
        ("has:Code", Filter("has", "code")),
        ("source:arxiv-json", Filter("source", "arxiv-json")),
    ],
)
def test_a_filter_is_understood(text: str, expected: Filter) -> None:
    assert filters(text) == [expected]
    assert not parse(text).remarks


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("sand cat:cs.XX", "no category cs.XX"),
        ("sand cat:cs.LGG", "did you mean cat:cs.LG?"),
        ("sand cat:???", "needs a value"),
        ("sand year:20x", "“20x” is not a year"),
        ("sand year:2025..2023", "ends before it begins"),
        ("sand date:2025-02-30", "is not a date"),
        ("sand votes:many", "not a number of votes"),
        ("sand votes:9..2", "smaller number first"),
        ("sand has:fish", "has: knows code"),
        ("sand id:nothing", "neither an arXiv id nor a DOI"),
        ("sand au:", "needs a value right after it, like au:hinton"),
        ("sand auther:long", "did you mean author:long?"),
        ("sand year:>2020", "Write year:2023"),
        ("sand OR", "both sides"),
        ("(" * 12 + "a OR sand", "8 deep"),
    ],
)
def test_a_mistake_is_said_and_the_rest_goes_on(text: str, remark: str) -> None:
    query = parse(text)
    assert remark in " ".join(query.remarks)
    assert "sand" in query.words
    assert not query.problem
    assert not query.filters


def test_a_choice_needs_one_of_its_parts_and_groups_hold_together() -> None:
    query = parse('(mamba OR "state space") vision')
    assert query.words == "mamba state space vision"
    assert query.needed == (AnyOf((Term("mamba"), Term("state space", quoted=True))),)
    nested = parse("(deep sand) OR au:long")
    assert nested.needed == (
        AnyOf((AllOf((Term("deep"), Term("sand"))), Filter("au", "long"))),
    )  # fmt: skip
    assert parse("-(wet sand) sea").needed == (Not(AllOf((Term("wet"), Term("sand")))),)


@pytest.mark.parametrize("text", ["f(x) (and more)", "norms (in L2) of x", "this or that"])
def test_parentheses_and_small_or_are_words_where_nothing_is_chosen(text: str) -> None:
    query = parse(text)
    assert query.words == text
    assert query.needed == ()


def test_categories_and_years_are_alternatives_and_other_filters_all_hold() -> None:
    query = parse("cat:cs.LG year:2020 has:code cat:cs.CL has:summary -cat:cs.CV")
    assert AnyOf((Filter("cat", "cs.LG"), Filter("cat", "cs.CL"))) in query.needed
    assert Not(Filter("cat", "cs.CV")) in query.needed
    assert Filter("has", "code") in query.needed
    assert Filter("has", "summary") in query.needed


def test_a_filter_can_be_taken_out_of_the_text() -> None:
    query = parse('deep au:"ada long" -cat:cs.CV sand')
    assert [query.less(one) for one in filters(query.text)] == [
        "deep -cat:cs.CV sand",
        'deep au:"ada long" sand',
    ]


def test_filters_alone_are_listed_newest_first_and_words_ranked() -> None:
    assert parse("cat:cs.LG").order is Sort.NEWEST
    assert parse("-sand").order is Sort.NEWEST
    assert parse("cat:cs.LG", "relevance").order is Sort.NEWEST
    assert parse("cat:cs.LG sand").order is Sort.RELEVANCE
    assert parse("cat:cs.LG sand", "votes").order is Sort.VOTES


def test_order_and_weight_are_checked() -> None:
    assert parse("sand", "votes", "25").balance == 0.25
    for sort, weight in (("best", ""), ("", "101"), ("", "-1"), ("", "٣"), ("", "half")):
        query = parse("sand", sort, weight)
        assert len(query.remarks) == 1
        assert query.order is Sort.RELEVANCE
        assert query.balance is None


MARKS = [*"()-\"': .", "OR", "AND", "NOT", "..", "-(", '"a b"', "$x$", "\ud800"]
BEGINNINGS = ["year:", "cat:cs.*", "votes:>", "au:", "id:", "has:code", "date:2025-02-31"]
PARTS = st.sampled_from([*MARKS, *BEGINNINGS, "sand", "2020", "é", "x" * 60])


@given(st.lists(PARTS, max_size=40).map("".join), st.text(max_size=5), st.text(max_size=5))
def test_no_mixture_of_operators_makes_it_raise(text: str, sort: str, weight: str) -> None:
    query = parse(text, sort, weight)
    for one, _ in query.filters:
        assert len(query.less(one)) < len(query.text)
        assert query.text[slice(*one.span)]
