"""Any OAI-PMH repository, asked for what is new since a day.

https://www.openarchives.org/OAI/openarchivesprotocol.html#ListRecords
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import ClassVar
from urllib.parse import urlencode, urlsplit

import msgspec
from lxml import etree
from msgspec.structs import replace

from broadsheet.papers.records import Record, Rejected, SourceError
from broadsheet.sources import oai_pmh
from broadsheet.sources.fields import UnfitError
from broadsheet.sources.lines import excerpt
from broadsheet.sources.mending import mended
from broadsheet.sources.source import Asking, Kind, Page, Parameter
from broadsheet.sources.xml_elements import child, child_text, elements, local_name, text_of

FIRST_TIME = timedelta(days=7)
"""How far back the first run goes."""
SOON_ANNOUNCED = timedelta(days=6)
"""Within so many days of its submission a paper's first appearance is its announcement."""


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """How far one set has come."""

    since: str
    """The day from which changes are asked for."""
    token: str = ""
    """Where a list that was not read to its end goes on."""
    began: str = ""
    """The day on which the list was begun, by the repository's clock."""


@dataclass(slots=True)
class Listed:
    """One answer to ListRecords."""

    items: list[Record | Rejected] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    token: str = ""
    told_day: str = ""
    error: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Repository:
    name: str
    title: str
    base: str
    source: str = oai_pmh.NAME
    """Under which name its papers are kept."""
    sets: tuple[str, ...] = ("",)
    prefix: str = "oai_dc"
    categories: frozenset[str] = frozenset()
    """Only papers in one of these, or of these archives, are taken; all, where it is empty."""
    every: timedelta = timedelta(hours=1)

    def records_since(self, cursor: str, asking: Asking) -> Iterator[Page]:
        places = msgspec.json.decode(cursor, type=dict[str, Place]) if cursor else {}
        for name in self.sets:
            if asking.last and name in places and not places[name].token:
                continue  # these days of this set are done
            for items, gone, place in self._walk(name, places.get(name), asking):
                places = {**places, name: place}
                yield Page(items, msgspec.json.encode(places).decode(), gone, self.source)

    def _walk(
        self, name: str, place: Place | None, asking: Asking
    ) -> Iterator[tuple[list[Record | Rejected], list[str], Place]]:
        """The answers about one set, each with the place after it."""
        place = place or Place(str(asking.first or asking.today - FIRST_TIME))
        seen = set[str]()
        while True:
            answer = asking.fetch.get(self._address(name, place, asking.last))
            listed = read(answer.body)
            if listed.error == "badResumptionToken" and place.token and not seen:
                place = Place(place.since)  # it was kept for too long: the list begins again
                continue
            if listed.error not in ("", "noRecordsMatch"):
                raise SourceError(listed.reason)
            began = place.began or min(listed.told_day or "9", str(asking.today))
            if listed.token in seen or (listed.token and listed.token == place.token):
                raise SourceError(f"{self._host} comes to the same place of its list again.")
            seen.add(listed.token)
            done = not listed.token
            place = Place(began) if done else Place(place.since, listed.token, began)
            yield self._wanted(listed.items), listed.gone, place
            if done:
                return

    def _address(self, name: str, place: Place, last: date | None) -> str:
        asked: dict[str, str] = {"verb": "ListRecords"}
        if place.token:
            asked["resumptionToken"] = place.token
        else:
            asked |= {"metadataPrefix": self.prefix, "from": place.since}
            asked |= {"until": str(last)} if last else {}
            asked |= {"set": name} if name else {}
        return f"{self.base}?{urlencode(asked)}"

    def _wanted(self, items: list[Record | Rejected]) -> list[Record | Rejected]:
        return [
            replace(item, source=self.source) if isinstance(item, Record) else item
            for item in items
            if isinstance(item, Rejected)
            or not self.categories
            or any(self._is_wanted(code) for code in item.categories)
        ]

    def _is_wanted(self, category: str) -> bool:
        return bool(self.categories & {category, category.partition(".")[0]})

    by_days: ClassVar[bool] = True

    @property
    def _host(self) -> str:
        return urlsplit(self.base).hostname or self.base


def read(body: bytes) -> Listed:
    """What one answer tells. Raises SourceError for what is no OAI-PMH answer."""
    listed, number = Listed(), 0
    if not oai_pmh.looks_like(body[:4000]):
        raise SourceError(f"this is no OAI-PMH answer; it begins: {excerpt(_head(body))[:80]!r}")
    for element in elements(
        io.BytesIO(mended(body)), "record", "error", "resumptionToken", "responseDate"
    ):
        match local_name(element):
            case "record":
                number += 1
                _take(element, f"record {number}", listed)
            case "resumptionToken":
                listed.token = text_of(element)
            case "responseDate":
                listed.told_day = _day(text_of(element))
            case _:
                listed.error = element.get("code") or "unknown"
                listed.reason = oai_pmh.error_told(element)
    return listed


def _take(element: etree._Element, position: str, listed: Listed) -> None:
    header = child(element, "header")
    if header is not None and header.get("status") == "deleted":
        listed.gone.append(child_text(header, "identifier"))
        return
    try:
        record = oai_pmh.record(position, element)
    except UnfitError as unfit:
        listed.items.append(Rejected(position, str(unfit), excerpt(text_of(element))))
        return
    stamp = "" if header is None else _day(child_text(header, "datestamp"))
    listed.items.append(_announced(record, stamp))


def _announced(record: Record, stamp: str) -> Record:
    """arXiv stamps a record when it announces the paper, and again when anything changes."""
    if not (stamp and record.arxiv_id and len(record.versions) == 1 and record.published):
        return record
    day = date.fromisoformat(stamp)
    is_first = timedelta(0) <= day - record.published <= SOON_ANNOUNCED
    return replace(record, announced=day) if is_first else record


def _day(told: str) -> str:
    try:
        return str(date.fromisoformat(told[:10]))
    except ValueError:
        return ""


def _head(body: bytes) -> str:
    return body[:200].decode("utf-8", "replace")


def make(parameter: str) -> Repository:
    base, _, name = parameter.partition("#")
    if not base.startswith(("http://", "https://")):
        raise ValueError("oai wants the repository's address, as in oai:https://zenodo.org/oai2d")
    host = urlsplit(base).hostname or base
    return Repository(f"oai:{parameter}", f"OAI-PMH of {host}", base, sets=(name,))


ADDRESS = Parameter("Address", "Its OAI-PMH address, and after # a set of it.")
EXAMPLE = "oai:https://zenodo.org/oai2d#user-cern"
KIND = Kind("oai", "any OAI-PMH repository", make, EXAMPLE, ADDRESS)
