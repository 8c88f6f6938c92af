"""Filters in an address: read, written the same way again, or refused with a sentence."""

from __future__ import annotations

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.feeds.choice import Choice, UnusableChoice, parse, query


def read(address: str) -> Choice:
    return parse(dict(QueryDict(address).lists()))


@pytest.mark.parametrize(
    ("address", "choice"),
    [
        ("", Choice()),
        ("category=&with=&votes=&q=x", Choice()),
        ("category=cs.lg,math&category=cs.LG", Choice(categories=("cs.LG", "math"))),
        ("category=cs.*,astro-ph.*", Choice(categories=("cs", "astro-ph"))),
        (
            "with=deep++water,sand&without=ice",
            Choice(words=("deep water", "sand"), without=("ice",)),
        ),
        ("code=1&votes=07&source=hf-daily", Choice(code=True, votes=7, source="hf-daily")),
    ],
)
def test_choices_are_read_and_written(address: str, choice: Choice) -> None:
    assert read(address) == choice
    assert read(query(choice).removeprefix("?")) == choice


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("category=cooking", "“cooking” is no arXiv category. Use one such as cs.LG"),
        ("votes=many", "“votes” is a whole number"),
        ("votes=-1", "“votes” is a whole number"),
        ("votes=9999999999", "“votes” is a whole number"),
        ("code=maybe", "“code” is 1 for yes"),
        ("with=" + ",".join(map(str, range(13))), "12 values of “with” at once"),
    ],
)
def test_what_no_list_can_follow_is_refused(address: str, words: str) -> None:
    with pytest.raises(UnusableChoice, match=words):
        read(address)


@given(st.dictionaries(st.sampled_from(["category", "with", "votes", "code", "source"]), st.text()))
def test_nothing_else_goes_wrong(asked: dict[str, str]) -> None:
    try:
        choice = parse({name: [value] for name, value in asked.items()})
    except UnusableChoice:
        return
    assert read(query(choice).removeprefix("?")) == choice
