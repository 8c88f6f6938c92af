"""Names taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.exports.people import Person, person


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Ann Tester", Person("Tester", "Ann")),
        ("Ann B. van der Tester", Person("van der Tester", "Ann B.")),
        ("von Tester", Person("Tester", "von")),
        ("B. Sample Jr.", Person("Sample", "B.", "Jr.")),
        ("The Rivers Collaboration", Person("The Rivers Collaboration", is_group=True)),
        ("样本", Person("样本")),
        ("", Person("")),
    ],
)
def test_parts(name: str, parts: Person) -> None:
    assert person(name) == parts


def letters(text: str) -> str:
    return "".join(text.replace(",", "").split())


@given(st.text())
def test_no_name_makes_it_fail_and_no_word_is_lost(name: str) -> None:
    found = person(name)
    parts = f"{found.given} {found.family} {found.suffix}"
    assert sorted(letters(parts)) == sorted(letters(name))
