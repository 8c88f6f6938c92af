"""Names of authors; nobody here exists."""

from __future__ import annotations

import pytest

from broadsheet.papers.text import clean_name, split_authors


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (r"P{\'e}rez~G\'omez", "Pérez Gómez"),
        (r"R\r{u}\v{z}i\v{c}ka", "Růžička"),
        ("&#193;d&aacute;m", "Ádám"),
        (" A.\n  Bell ", "A. Bell"),
        ("A. Bell (1)", "A. Bell"),
        ("A. Bell (LAB (UMR 1))", "A. Bell"),
        ("Will (Bill) Bell", "Will (Bill) Bell"),
        ("The X-17 Collaboration", "The X-17 Collaboration"),
        ("a\u202eb", "ab"),
        (":", ""),
    ],
)
def test_names_are_cleaned(raw: str, expected: str) -> None:
    assert clean_name(raw) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A. Bell, C. Dorn and E. Fox", ("A. Bell", "C. Dorn", "E. Fox")),
        ("A. Bell, C. Dorn, and E. Fox", ("A. Bell", "C. Dorn", "E. Fox")),
        ("A. Bell; C. Dorn", ("A. Bell", "C. Dorn")),
        ("The Q Collaboration, A. Bell, :", ("The Q Collaboration", "A. Bell")),
        ("A. Bell, Jr., C. Dorn, III", ("A. Bell Jr.", "C. Dorn III")),
        ("A. Bell (1, 2), C. Dorn (2) ((1) Here, (2) There)", ("A. Bell", "C. Dorn")),
        ("A. Bell (LAB (UMR 1), CITY), C. Dorn", ("A. Bell", "C. Dorn")),
        ("A. Bell on behalf of the Q Collaboration", ("A. Bell", "Q Collaboration")),
        (r"J\'er\^ome B. (Universit\'e)", ("Jérôme B.",)),
        ("A, .,  , B, e, l, l, ,,  , C, .,  , D, o, r, n", ("A. Bell", "C. Dorn")),
        ("Sandy Anders, Andy Sand", ("Sandy Anders", "Andy Sand")),
        ("", ()),
    ],
)
def test_authors_are_split(text: str, expected: tuple[str, ...]) -> None:
    assert split_authors(text) == expected
