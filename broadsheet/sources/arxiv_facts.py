"""What every form of arXiv's metadata has in common."""

from __future__ import annotations

import re
from datetime import date

from broadsheet.sources import fields

_MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_SUBMITTED = re.compile(rf"(?:\w{{3}}, )?(\d{{1,2}}) ({'|'.join(_MONTHS)}) (\d{{4}})\b.*", re.ASCII)
_WORK = r"(?:paper|article|submission|manuscript|preprint|document|work|note|approach|this version)"
_GONE = (
    r"(?:(?:(?:has|have|had)(?: now)? been|is(?: being)?|was|should be) )?"
    r"(?:(?:temporarily|now|hereby|administratively) )?withdrawn"
)
_ANYWHERE = re.compile(rf"(?i:\b{_WORK}(?: by the authors?)? {_GONE}\b)|\bW(?:ithdrawn|ITHDRAWN)\b")
_AT_START = re.compile(
    rf"(?:now )?withdrawn\b|(?:(?:this|the|our) )?{_WORK} {_GONE}\b", re.IGNORECASE
)


def is_withdrawn(note: str, abstract: str) -> bool:
    """Whether the authors' note, or the abstract in its first words, says so."""
    if "withdrawn" in note.lower():
        plain = " ".join(note.split())
        return bool(_AT_START.match(plain) or _ANYWHERE.search(plain))
    beginning = abstract[:200]
    if "withdrawn" in beginning.lower():
        return bool(_AT_START.match(" ".join(beginning.split())))
    return False


def ordered_categories(primary: str, categories: tuple[str, ...]) -> tuple[str, ...]:
    """The categories, each once, the primary one first."""
    if not primary or categories[:1] == (primary,):
        return categories
    return (primary, *(code for code in categories if code != primary))


def submission_day(told: str | None) -> date | None:
    """The day in `Mon, 2 Apr 2007 19:18:42 GMT`, or in an ISO 8601 date; None for nothing told.

    Raises UnfitError.
    """
    found = _SUBMITTED.fullmatch(told) if told else None
    if found:
        day, month, year = found.groups()
        told = f"{year}-{_MONTHS.index(month) + 1:02}-{day:0>2}"
    return fields.day(told, "the date of a version")
