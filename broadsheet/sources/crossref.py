"""Crossref: what publishers tell of papers, by DOI or by journal.

https://www.crossref.org/documentation/retrieve-metadata/rest-api/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar
from urllib.parse import quote, urlencode

import msgspec

from broadsheet.papers.identifiers import clean_doi
from broadsheet.papers.records import Record, SourceError
from broadsheet.sources import fields
from broadsheet.sources.authorship import orcids
from broadsheet.sources.json_answers import decoded, each
from broadsheet.sources.names import joined_name
from broadsheet.sources.source import Asking, Kind, Page, Parameter

BASE = "https://api.crossref.org"
NAME = "crossref"
FIRST_TIME = timedelta(days=30)
ROWS = 100
_ISSN = re.compile(r"\d{4}-\d{3}[\dX]", re.ASCII)
_TAG = re.compile(r"</?jats:[^>]{0,200}>")
_HEADING = re.compile(r"<jats:title>[^<]{0,40}</jats:title>")


class _Place(msgspec.Struct, frozen=True):
    since: date
    token: str = ""
    began: date | None = None


class _Author(msgspec.Struct, rename={"orcid": "ORCID"}):
    given: str = ""
    family: str = ""
    name: str = ""
    orcid: str | None = None

    @property
    def shown(self) -> str:
        return self.name or joined_name(self.given, self.family)


class _Day(msgspec.Struct, rename={"parts": "date-parts"}):
    parts: list[list[int | None]] = []


class _Licence(msgspec.Struct, rename={"url": "URL"}):
    url: str = ""


class _Work(msgspec.Struct, rename={"doi": "DOI", "journal": "container-title"}):
    doi: str
    title: list[str] = []
    author: list[_Author] = []
    abstract: str = ""
    journal: list[str] = []
    published: _Day | None = None
    license: list[_Licence] = []


class _One(msgspec.Struct):
    message: msgspec.Raw


class _List(msgspec.Struct, rename={"token": "next-cursor"}):
    items: list[msgspec.Raw] = []
    token: str = ""


class _Many(msgspec.Struct):
    message: _List


_work = msgspec.json.Decoder(_Work).decode


@dataclass(frozen=True, slots=True)
class Works:
    """Single works by their DOIs."""

    name: str
    dois: tuple[str, ...]
    base: str = BASE
    every: timedelta = timedelta(days=7)

    @property
    def title(self) -> str:
        return f"Crossref, {len(self.dois)} DOIs"

    def records_since(self, cursor: str, asking: Asking) -> Iterator[Page]:
        done = cursor if cursor in self.dois[:-1] else ""
        for doi in self.dois[self.dois.index(done) + 1 if done else 0 :]:
            answer = asking.fetch.get(f"{self.base}/works/{quote(doi, safe='')}")
            yield Page(each(record, [decoded(answer.body, _One, "Crossref").message]), doi)


@dataclass(frozen=True, slots=True)
class Journal:
    """What is new or changed in a journal."""

    name: str
    issn: str
    base: str = BASE
    every: timedelta = timedelta(days=1)
    by_days: ClassVar[bool] = True

    @property
    def title(self) -> str:
        return f"Crossref, journal {self.issn}"

    def records_since(self, cursor: str, asking: Asking) -> Iterator[Page]:
        place = msgspec.json.decode(cursor, type=_Place) if cursor else None
        place = place or _Place(asking.first or asking.today - FIRST_TIME)
        began = place.began or asking.today
        seen = set[str]()
        while True:
            answer = asking.fetch.get(self._address(place, asking))
            found = decoded(answer.body, _Many, "Crossref").message
            first = bytes(found.items[0]).decode("utf-8", "replace") if found.items else ""
            if first and first in seen:
                raise SourceError("Crossref gives the same page of its list again.")
            seen.add(first)
            done = len(found.items) < ROWS or not found.token
            place = _Place(began) if done else _Place(place.since, found.token, began)
            yield Page(each(record, found.items), msgspec.json.encode(place).decode())
            if done:
                return

    def _address(self, place: _Place, asking: Asking) -> str:
        span = (
            f"from-pub-date:{asking.first},until-pub-date:{asking.last}"
            if asking.last
            else f"from-index-date:{place.since}"
        )
        asked = {"filter": span, "rows": ROWS, "cursor": place.token or "*"}
        return f"{self.base}/journals/{self.issn}/works?{urlencode(asked)}"


def record(position: str, raw: bytes) -> Record:
    """The Record that one work tells. Raises UnfitError."""
    told = _work(raw)
    named = [(one.shown, one.orcid) for one in told.author]
    return Record(
        source=NAME,
        position=position,
        title=fields.required_title("".join(told.title[:1])),
        abstract=_TAG.sub("", _HEADING.sub("", told.abstract)).strip(),
        authors=tuple(name for name, _ in named if name),
        doi=fields.publisher_doi(told.doi),
        published=_day(told.published),
        journal_ref="".join(told.journal[:1]),
        licence=told.license[0].url if told.license else "",
        told=orcids(named),
    )


def _day(told: _Day | None) -> date | None:
    """The day, or the first of a month or year. Raises UnfitError."""
    parts = [part for part in (told.parts[0] if told and told.parts else []) if part]
    if not parts:
        return None
    return fields.day("-".join(f"{part:02}" for part in (*parts, 1, 1)[:3]))


def make(parameter: str) -> Works | Journal:
    if _ISSN.fullmatch(parameter):
        return Journal(f"{NAME}:{parameter}", parameter)
    told = parameter.split(",")
    if not all(map(clean_doi, told)):
        raise ValueError("crossref wants DOIs or an ISSN, as in crossref:1932-6203")
    return Works(f"{NAME}:{parameter}", tuple(map(clean_doi, told)))


WORKS = Parameter("ISSN or DOIs", "The ISSN of a journal, or DOIs with commas between.")
KIND = Kind(NAME, "Crossref, by DOIs or a journal's ISSN", make, "crossref:1932-6203", WORKS)
