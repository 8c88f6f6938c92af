"""The ACL Anthology: the papers of a collection. https://aclanthology.org/info/development/"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec
from lxml import etree

from broadsheet.papers.records import LinkKind, Record, Rejected
from broadsheet.sources import fields
from broadsheet.sources.fields import UnfitError
from broadsheet.sources.lines import excerpt
from broadsheet.sources.mending import mended
from broadsheet.sources.names import joined_name
from broadsheet.sources.source import Asking, Kind, Page, Parameter
from broadsheet.sources.xml_elements import child, child_text, children, elements, text_of

BASE = "https://raw.githubusercontent.com/acl-org/acl-anthology/master/data/xml"
NAME = "acl"
PAPERS = "https://aclanthology.org"
_COLLECTION = re.compile(r"\d{4}\.[a-z0-9_-]+|[A-Z]\d{2}", re.ASCII)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july", "august"),
    *("september", "october", "november", "december"),
)


@dataclass(frozen=True, slots=True)
class Collection:
    """The cursor holds the marks of the answer that was saved last."""

    name: str
    collection: str
    base: str = BASE
    every: timedelta = timedelta(days=1)

    @property
    def title(self) -> str:
        return f"ACL Anthology, {self.collection}"

    def records_since(self, cursor: str, asking: Asking) -> Iterator[Page]:
        marks = msgspec.json.decode(cursor, type=dict[str, str]) if cursor else {}
        answer = asking.fetch.get(f"{self.base}/{self.collection}.xml", marks)
        if not answer.is_unchanged:
            items = list(records(answer.body))
            yield Page(items, msgspec.json.encode(answer.marks).decode())


def records(body: bytes) -> Iterator[Record | Rejected]:
    for volume in elements(io.BytesIO(mended(body)), "volume"):
        meta = child(volume, "meta")
        for paper in children(volume, "paper"):
            position = f"volume {volume.get('id')}, paper {paper.get('id')}"
            try:
                yield _record(position, paper, volume if meta is None else meta)
            except UnfitError as unfit:
                yield Rejected(position, str(unfit), excerpt(text_of(paper)))


def _record(position: str, paper: etree._Element, meta: etree._Element) -> Record:
    names = (
        joined_name(*(child_text(author, part) for part in ("first", "last")))
        for author in children(paper, "author")
    )
    url = child_text(paper, "url")
    address = f"{PAPERS}/{url}" if url and "/" not in url else url
    return Record(
        source=NAME,
        position=position,
        title=fields.required_title(child_text(paper, "title")),
        abstract=child_text(paper, "abstract"),
        authors=tuple(name for name in names if name),
        doi=fields.publisher_doi(child_text(paper, "doi")),
        published=_day(meta),
        journal_ref=child_text(meta, "booktitle"),
        links=fields.links(LinkKind.PDF, f"{address}.pdf" if address else None),
    )


def _day(meta: etree._Element) -> date | None:
    """The first day of the month in which a volume appeared. Raises UnfitError."""
    year, month = child_text(meta, "year"), child_text(meta, "month").lower()
    number = next((n for n, name in enumerate(_MONTHS, 1) if month.startswith(name)), 1)
    return fields.day(f"{year}-{number:02}-01") if year else None


def make(parameter: str) -> Collection:
    if not _COLLECTION.fullmatch(parameter):
        raise ValueError("acl wants a collection, as in acl:2025.acl")
    return Collection(f"{NAME}:{parameter}", parameter)


COLLECTION = Parameter("Collection", "Its name stands in the addresses of its papers.")
KIND = Kind(NAME, "ACL Anthology, by collection", make, "acl:2025.acl", COLLECTION)
