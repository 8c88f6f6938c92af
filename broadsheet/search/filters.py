"""Filters of the query language: `cat:cs.LG`, `year:2023..2025`, `votes:>10`.

A value that cannot be understood raises `Misread`, whose message is one sentence for the reader.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as kept
from datetime import date
from difflib import get_close_matches

from broadsheet.papers.categories import CATEGORIES, FIELDS
from broadsheet.papers.identifiers import clean_doi, split_arxiv_id
from broadsheet.papers.records import LinkKind

NAMES = {
    "au": "au", "author": "au", "authors": "au",
    "ti": "ti", "title": "ti",
    "abs": "abs", "abstract": "abs",
    "cat": "cat", "category": "cat",
    "id": "id", "arxiv_id": "id", "doi": "id",
    "year": "year", "date": "date", "votes": "votes", "has": "has", "source": "source",
}  # fmt: skip
"""What may stand before a colon, and the filter that it means."""
ALTERNATIVES = frozenset({"cat", "id", "year"})
"""Said twice, one of them suffices; of other filters all must hold."""
HAS = (
    LinkKind.CODE,
    LinkKind.PROJECT,
    LinkKind.MEDIA,
    "pdf",
    "abstract",
    "summary",
    "comments",
    "doi",
)

FIRST_YEAR, LAST_YEAR = 1000, 2999
MOST = 10**6
"""Votes beyond which numbers mean the same."""

_RANGE = re.compile(r"(?P<low>[^.]*)\.\.(?P<high>[^.]*)")
_BOUND = re.compile(r"(?P<sign>[<>]=?|=)(?P<value>.+)")
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
_NUMBER = re.compile(r"\d{1,9}", re.ASCII)
_SOURCE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,39}", re.ASCII)
_OWN_SLUG = re.compile(r"b\d{1,18}", re.ASCII)
_CATEGORY = re.compile(r"[a-z][a-z-]*(?:\.(?:[a-z-]{1,20}|\*))?", re.IGNORECASE | re.ASCII)

_CANONICAL = {code.lower(): code for code in (*CATEGORIES, *FIELDS)}


class Misread(ValueError):  # noqa: N818  a reader's slip, answered with a sentence
    """What was not understood, and what to write instead."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition on a paper. Of `text` and the bounds only what the field needs is set."""

    field: str
    text: str = ""
    low: int | None = None
    """Least value: an ordinal day for `date` and `year`, a number of votes."""
    high: int | None = None
    span: tuple[int, int] = kept(default=(0, 0), compare=False)
    """Where it stands in the query's text."""


def read(name: str, value: str) -> Filter:
    """The filter `name:value`, `name` being one of `NAMES`. Raises `Misread`."""
    kind = NAMES[name]
    value = value.strip()
    if not any(character.isalnum() for character in value):
        raise Misread(f"“{name}:” needs a value right after it, like {EXAMPLES[kind]}.")
    return _READERS[kind](value)


def guess(name: str) -> str:
    """The filter that `name` was probably meant to be; empty where it resembles none."""
    return next(iter(get_close_matches(name, NAMES, n=1, cutoff=0.75)), "")


def _text(kind: str) -> Callable[[str], Filter]:
    return lambda value: Filter(kind, value)


def _category(value: str) -> Filter:
    if not _CATEGORY.fullmatch(value):
        raise Misread(f"“{value}” is not a category; write one as cat:cs.LG or cat:cs.*")
    archive, _, subject = value.lower().partition(".")
    if subject == "*":
        return Filter("cat", f"{_CANONICAL.get(archive, archive)}.*")
    known = _CANONICAL.get(value.lower())
    if known is None and subject and archive in FIELDS:
        near = get_close_matches(value.lower(), _CANONICAL, n=1, cutoff=0.85)
        hint = f"; did you mean cat:{_CANONICAL[near[0]]}?" if near else "."
        raise Misread(f"arXiv has no category {value}{hint}")
    return Filter("cat", known or value)


def _identifier(value: str) -> Filter:
    arxiv = split_arxiv_id(value)
    name = arxiv[0] if arxiv else clean_doi(value)
    if not name and _OWN_SLUG.fullmatch(value.lower()):
        name = value.lower()
    if not name:
        raise Misread(f"“{value}” is neither an arXiv id nor a DOI; write id:2401.01234")
    return Filter("id", name.lower())


def _has(value: str) -> Filter:
    named = value.lower()
    if named not in HAS:
        raise Misread(f"“has:{value}” is unknown; has: knows {', '.join(HAS[:-1])} and {HAS[-1]}.")
    return Filter("has", named)


def _source(value: str) -> Filter:
    if not _SOURCE.fullmatch(value.lower()):
        raise Misread(f"“{value}” cannot be the name of a source; write source:arxiv-json")
    return Filter("source", value.lower())


def _days(kind: str) -> Callable[[str], Filter]:
    def read_days(value: str) -> Filter:
        low, high = _bounds(value, kind)
        first = _period(low, kind)[0].toordinal() if low else None
        last = _period(high, kind)[1].toordinal() if high else None
        if first is not None and last is not None and first > last:
            raise Misread(f"“{kind}:{value}” ends before it begins; write the earlier one first.")
        return Filter(kind, low=first, high=last)

    return read_days


def _period(text: str, kind: str) -> tuple[date, date]:
    """First and last day of a year, a month or a day."""
    found = _DATE.fullmatch(text)
    try:
        if not found or (kind == "year" and found[2]):
            raise ValueError
        year, month, day = (int(part) if part else None for part in found.groups())
        if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
            raise ValueError
        first = date(year, month or 1, day or 1)
        last_month = month or 12
        return first, date(year, last_month, day or monthrange(year, last_month)[1])
    except ValueError:
        what = "a year" if kind == "year" else "a date"
        raise Misread(f"“{text}” is not {what}; write {EXAMPLES[kind]}.") from None


def _votes(value: str) -> Filter:
    low, high = _bounds(value, "votes")
    for text in filter(None, (low, high)):
        if not _NUMBER.fullmatch(text):
            raise Misread(f"“{text}” is not a number of votes; write {EXAMPLES['votes']}.")
    least, most = (min(int(text), MOST) if text else None for text in (low, high))
    if least is not None and most is not None and least > most:
        raise Misread(f"“votes:{value}” ends before it begins; write the smaller number first.")
    if bound := _BOUND.fullmatch(value):
        if bound["sign"] == ">" and least is not None:
            least += 1
        if bound["sign"] == "<" and most is not None:
            most -= 1
    return Filter("votes", low=least, high=most)


def _bounds(value: str, kind: str) -> tuple[str, str]:
    """What stands at both ends of `2023..2025`, `>=2023` or `2023`; empty where it is open."""
    if bound := _BOUND.fullmatch(value):
        if kind != "votes" and len(bound["sign"]) == 1 and bound["sign"] != "=":
            raise Misread(f"Write {EXAMPLES[kind]} instead of “{kind}:{value}”.")
        low = bound["value"] if bound["sign"] != "<" and bound["sign"] != "<=" else ""
        high = bound["value"] if bound["sign"][0] != ">" else ""
        return low, high
    if span := _RANGE.fullmatch(value):
        return span["low"], span["high"]
    return value, value


EXAMPLES = {
    "au": "au:hinton",
    "ti": "ti:attention",
    "abs": "abs:robust",
    "cat": "cat:cs.LG",
    "id": "id:2401.01234",
    "year": "year:2023 or year:2023..2025",
    "date": "date:2025-01-15 or date:2025-01..2025-03",
    "votes": "votes:>10 or votes:5..50",
    "has": "has:code",
    "source": "source:arxiv-json",
}

_READERS: dict[str, Callable[[str], Filter]] = {
    "au": _text("au"),
    "ti": _text("ti"),
    "abs": _text("abs"),
    "cat": _category,
    "id": _identifier,
    "year": _days("year"),
    "date": _days("date"),
    "votes": _votes,
    "has": _has,
    "source": _source,
}
