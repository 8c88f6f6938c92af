"""bioRxiv and medRxiv. https://api.biorxiv.org/"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import ClassVar

import msgspec

from broadsheet.papers.records import Record, SourceError
from broadsheet.sources import fields
from broadsheet.sources.arxiv_facts import is_withdrawn
from broadsheet.sources.json_answers import decoded, each
from broadsheet.sources.names import upright
from broadsheet.sources.source import Asking, Kind, Page

BASE = "https://api.biorxiv.org/details"
FIRST_TIME = timedelta(days=3)
NAMES = {"biorxiv": "bioRxiv", "medrxiv": "medRxiv"}


class _Place(msgspec.Struct, frozen=True):
    """The days asked for, and how many of their papers are saved."""

    first: date
    last: date
    at: int = 0


class _Answer(msgspec.Struct):
    collection: list[msgspec.Raw] = []


class _Paper(msgspec.Struct):
    doi: str
    title: str
    authors: str = ""
    abstract: str = ""
    date: str = ""
    version: str = "1"
    category: str = ""
    license: str = ""


_paper = msgspec.json.Decoder(_Paper).decode


@dataclass(frozen=True, slots=True)
class Server:
    name: str
    base: str = BASE
    every: timedelta = timedelta(hours=6)
    by_days: ClassVar[bool] = True

    @property
    def title(self) -> str:
        return NAMES[self.name]

    def records_since(self, cursor: str, asking: Asking) -> Iterator[Page]:
        place = self._place(cursor, asking)
        seen = b""
        while True:
            days = f"{place.first}/{place.last}"
            body = asking.fetch.get(f"{self.base}/{self.name}/{days}/{place.at}/json").body
            items = decoded(body, _Answer, self.title).collection
            if items and body == seen:
                raise SourceError(f"{self.title} gives the same page of its list again.")
            seen = body
            if not items:  # the last day may still grow
                place = _Place(place.last, place.last)
            else:
                place = _Place(place.first, place.last, place.at + len(items))
            made = each(partial(_record, self.name), items)
            yield Page(made, msgspec.json.encode(place).decode())
            if not items:
                return

    def _place(self, cursor: str, asking: Asking) -> _Place:
        if not cursor:
            first = asking.first or asking.today - FIRST_TIME
            return _Place(first, asking.last or asking.today)
        place = msgspec.json.decode(cursor, type=_Place)
        if place.at or asking.last:
            return place
        return _Place(place.first, max(place.first, asking.today))


def _record(source: str, position: str, raw: bytes) -> Record:
    """The Record that one version of a preprint tells. Raises UnfitError."""
    told = _paper(raw)
    day = fields.day(told.date, "`date`")
    version = int(told.version) if told.version.isdecimal() else None
    names = (upright(name) for name in told.authors.split(";") if name.strip())
    return Record(
        source=source,
        position=position,
        title=fields.required_title(told.title),
        abstract=told.abstract,
        authors=tuple(names),
        doi=fields.publisher_doi(told.doi),
        version=version,
        published=day if version == 1 else None,
        updated=day,
        announced=day if version == 1 else None,
        keywords=(told.category,) if told.category else (),
        licence=told.license,
        withdrawn=is_withdrawn("", told.abstract),
    )


def make(name: str, parameter: str) -> Server:
    if parameter:
        raise ValueError(f"{name} takes nothing behind its name")
    return Server(name)


KINDS = tuple(Kind(name, title, partial(make, name), name) for name, title in NAMES.items())
