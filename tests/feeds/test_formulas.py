"""The ranking's formulas, and that docs/ranking.md tells them as they are."""

from __future__ import annotations

import re
from math import log1p
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.feeds import formulas
from broadsheet.feeds.formulas import Outlook

RANKING = Path(__file__).resolve().parents[2] / "docs" / "ranking.md"

votes = st.integers(0, 1_000)
ages = st.floats(0, 500)
priors = st.floats(0.1, 500)


def told(name: str) -> str:
    """The value that the document's table of examples or constants gives for `name`."""
    found = re.search(
        rf"^\| `{re.escape(name)}` \|(?:[^|\n]*\|)? *([^|\s]+) *\|$", DOC, re.MULTILINE
    )
    assert found, f"docs/ranking.md does not tell {name}"
    return found[1]


DOC = RANKING.read_text("utf-8")
CONSTANTS = [
    "VERSION",
    "HALF_TIME",
    "SHAPE",
    "COMMENT",
    "SHRINK",
    "USUAL_TEAM",
    "TEAM",
    "CODE",
    "FIELD_SHRINK",
    "EXPLORED_A_DAY",
]


@pytest.mark.parametrize("name", CONSTANTS)
def test_the_document_tells_every_constant(name: str) -> None:
    assert float(told(name)) == float(getattr(formulas, name))


def test_no_constant_is_missing_from_the_document() -> None:
    numbers = [
        name
        for name, value in vars(formulas).items()
        if name.isupper() and isinstance(value, int | float)
    ]
    assert sorted(numbers) == sorted(CONSTANTS)


@pytest.mark.parametrize(
    "expression",
    re.findall(r"^\| `((?:prior|usual|Outlook|typical)\(.*?)` \|", DOC, re.MULTILINE),
)
def test_the_document_computes_as_the_code_does(expression: str) -> None:
    names = {name: getattr(formulas, name) for name in ("prior", "usual", "Outlook", "typical")}
    value = eval(expression, {"__builtins__": {}}, names)  # noqa: S307  our own document
    shown = told(expression)
    assert f"{value:.{len(shown.partition('.')[2])}f}" == shown


def test_the_document_has_examples() -> None:
    assert len(re.findall(r"^\| `(?:prior|usual|Outlook|typical)\(", DOC, re.MULTILINE)) >= 8


@given(votes, votes, ages, priors)
def test_what_is_expected_is_never_less_than_what_is_there(
    cast: int, comments: int, age: float, prior: float
) -> None:
    outlook = Outlook(cast, comments, age, prior, 1.0)
    assert outlook.total >= cast
    assert outlook.to_come >= 0


@given(votes, ages, priors)
def test_a_further_vote_never_harms(cast: int, age: float, prior: float) -> None:
    less, more = (Outlook(number, 0, age, prior, 1.0) for number in (cast, cast + 1))
    assert more.total > less.total
    assert more.trending >= less.trending


@given(votes, ages, priors)
def test_time_never_helps(cast: int, age: float, prior: float) -> None:
    now, later = (Outlook(cast, 0, hours, prior, 1.0) for hours in (age, age + 1))
    assert later.trending <= now.trending


def test_before_the_first_vote_the_prior_is_expected() -> None:
    assert Outlook(0, 0, 0.0, 7.0, 1.0).total == pytest.approx(7.0)


def test_half_of_the_votes_come_in_the_half_time() -> None:
    assert Outlook(0, 0, formulas.HALF_TIME, 7.0, 1.0).come == pytest.approx(0.5)


def test_a_small_field_is_not_drowned() -> None:
    """A great success of a small field stands before a usual paper of a large one that has more
    votes, and beside a great success of the large one."""
    great = Outlook(30, 0, 8.0, 10.0, 10.0)
    usual = Outlook(6, 0, 8.0, 10.0, 10.0)
    small = Outlook(3, 0, 8.0, 1.0, 1.0)
    assert usual.trending < small.trending < great.trending < 3 * small.trending
    assert small.to_come < usual.to_come


def test_authors_without_a_past_are_usual() -> None:
    typical = log1p(6)
    assert formulas.prior(typical, [], 8, has_code=False) == pytest.approx(6.0)
    assert formulas.prior(typical, [6, 6], 8, has_code=False) == pytest.approx(6.0)
    assert formulas.prior(typical, [60, 60], 8, has_code=False) > 6
    assert formulas.prior(typical, [0, 0], 8, has_code=False) < 6
    assert formulas.prior(typical, [], 8, has_code=True) > 6


def test_a_field_of_few_papers_is_taken_for_the_site() -> None:
    assert formulas.usual(0, 0, 4.0) == pytest.approx(4.0)
    assert formulas.usual(1_000_000, 100_000, 4.0) == pytest.approx(10.0, rel=0.01)


def test_the_lot_gives_every_paper_its_chance() -> None:
    """Over many days each of ten papers comes first about as often as the others."""
    firsts = [
        min(range(10), key=lambda key: formulas.lot(f"day {day}", key)) for day in range(2_000)
    ]
    counts = [firsts.count(key) for key in range(10)]
    assert min(counts) > 140
    assert max(counts) < 260
