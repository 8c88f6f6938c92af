"""Addresses in abstracts."""

from __future__ import annotations

import pytest

from broadsheet.papers.records import Link, LinkKind
from broadsheet.papers.text import find_links


@pytest.mark.parametrize(
    ("text", "kind", "url"),
    [
        ("Code: https://github.com/a/b.", LinkKind.CODE, "https://github.com/a/b"),
        ("at https://github.com/a/b_c{here}.", LinkKind.CODE, "https://github.com/a/b_c"),
        (r"(\url{https://gitlab.com/a\_b})", LinkKind.CODE, "https://gitlab.com/a_b"),
        (r"\href{https://hf.co/a}{https://hf.co/a}.", LinkKind.CODE, "https://hf.co/a"),
        ("see github.com/a/b)", LinkKind.CODE, "https://github.com/a/b"),
        ("https://a.github.io/b/.", LinkKind.PROJECT, "https://a.github.io/b/"),
        ("Project page:\nhttps://a.org/b", LinkKind.PROJECT, "https://a.org/b"),
        ("video https://youtu.be/x-1,", LinkKind.MEDIA, "https://youtu.be/x-1"),
        ("https://en.a.org/b_(c)", LinkKind.OTHER, "https://en.a.org/b_(c)"),
        ("https://a.org/?x=1&amp;y=2", LinkKind.OTHER, "https://a.org/?x=1&y=2"),
        ("https://notgithub.com/a", LinkKind.OTHER, "https://notgithub.com/a"),
    ],
)
def test_a_link_is_found_and_trimmed(text: str, kind: LinkKind, url: str) -> None:
    assert find_links(text) == (Link(kind, url),)


@pytest.mark.parametrize(
    "text",
    [
        "no links at this https URL",
        "javascript:alert(1) ftp://a.org/b",
        "https://[bad",
        "https://localhost/x",
        "https://a.org/" + "x" * 500,
        "me@github.com/x",
    ],
)
def test_other_things_are_no_links(text: str) -> None:
    assert find_links(text) == ()


def test_the_same_address_is_told_once_and_in_order() -> None:
    text = "https://b.org/x and http://www.b.org/x/ and https://a.org"
    assert [link.url for link in find_links(text)] == ["https://b.org/x", "https://a.org"]
