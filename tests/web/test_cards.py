"""The words of cards."""

from __future__ import annotations

from datetime import date

import pytest

from broadsheet.papers.models import Paper
from broadsheet.web import cards
from broadsheet.web.cards import Address


def paper(names: list[str], **facts: object) -> Paper:
    made = Paper(id=1, slug="b1", **facts)
    made.first_names = names
    return made


@pytest.mark.parametrize(
    ("names", "total", "shown"),
    [
        ([], None, ""),
        ([], 1, "1 author"),
        ([], 1_776, "1,776 authors"),
        (["A"], 1, "A"),
        (["A", "B"], 2, "A and B"),
        (["A", "B", "C", "D"], 4, "A, B, C and D"),
        (["A", "B", "C", "D"], 5, "A, B, C and 2 others"),
        (["A", "B"], 3, "A, B and 1 other"),
        (["A", "B"], None, "A and B"),
    ],
)
def test_a_byline_names_or_counts(names: list[str], total: int | None, shown: str) -> None:
    assert cards.byline(paper(names, author_count=total)) == shown


def test_a_byline_falls_back_on_the_organisation() -> None:
    assert cards.byline(paper([], organization="Institute of Rivers")) == "Institute of Rivers"


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("http://creativecommons.org/licenses/by/4.0/", "CC BY 4.0"),
        ("https://creativecommons.org/licenses/by-nc-nd/4.0/", "CC BY-NC-ND 4.0"),
        ("http://creativecommons.org/publicdomain/zero/1.0/", "CC0"),
        ("http://arxiv.org/licenses/nonexclusive-distrib/1.0/", "arXiv, non-exclusive"),
        ("All rights reserved", "All rights reserved"),
    ],
)
def test_licences_have_short_names(told: str, shown: str) -> None:
    licence = cards.licence(told)
    assert licence.name == shown
    assert licence.url == (told if told.startswith("http") else "")


def test_a_licence_is_never_a_script() -> None:
    assert cards.licence("javascript:alert(1)").url == ""


def test_a_year_alone_is_not_shown_as_a_day() -> None:
    new_year = date(1971, 1, 1)
    assert cards.published(paper([], published=new_year)) == "1971"
    assert cards.published(paper([], published=date(1971, 5, 3)), brief=True) == "3 May 1971"
    preprint = Paper(id=2, slug="1901.00001", published=date(2019, 1, 1))
    assert cards.published(preprint) == "1 January 2019"
    assert cards.published(paper([])) == ""


def test_addresses_are_shown_in_brief() -> None:
    assert Address("Code", "https://www.example.org/a/?x=1").brief == "example.org/a"
    assert Address("Code", "https://example.org/" + "a" * 50).brief.endswith("aaa…")
