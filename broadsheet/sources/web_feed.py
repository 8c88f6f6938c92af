"""Any RSS or Atom feed: each entry is a paper by its title and its link."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import msgspec
from lxml import etree

from broadsheet.papers.identifiers import clean_doi, split_arxiv_id
from broadsheet.papers.records import LinkKind, Record, Rejected, SourceError
from broadsheet.sources import fields
from broadsheet.sources.mending import mended
from broadsheet.sources.names import split_names
from broadsheet.sources.source import Asking, Kind, Page, Parameter
from broadsheet.sources.xml_elements import child_text, children, entries, text_of

NAME = "feed"
_SIGNS = (b"<rss", b"<feed", b"<rdf:RDF", b":feed")


@dataclass(frozen=True, slots=True)
class WebFeed:
    """The cursor holds the marks of the answer that was saved last."""

    name: str
    address: str
    every: timedelta = timedelta(hours=1)

    @property
    def title(self) -> str:
        return f"The feed of {urlsplit(self.address).hostname}"

    def records_since(self, cursor: str, asking: Asking) -> Iterator[Page]:
        marks = msgspec.json.decode(cursor, type=dict[str, str]) if cursor else {}
        answer = asking.fetch.get(self.address, marks)
        if answer.is_unchanged:
            return
        if not any(sign in answer.body[:2000] for sign in _SIGNS):
            raise SourceError(f"{self.address} is neither RSS nor Atom.")
        items = list(records(answer.body))
        yield Page(items, msgspec.json.encode(answer.marks).decode())


def records(body: bytes) -> Iterator[Record | Rejected]:
    return entries(io.BytesIO(mended(body)), record, "item", "entry")


def record(position: str, entry: etree._Element) -> Record:
    """The Record that one entry tells. Raises UnfitError."""
    links = [told for one in children(entry, "link") if (told := one.get("href") or text_of(one))]
    named = [child_text(entry, name) for name in ("id", "guid", "identifier")] + links
    arxiv_id = next((found[0] for found in map(split_arxiv_id, named) if found), "")
    dois = (child_text(entry, "doi"), *named)
    authors = [child_text(one, "name") for one in children(entry, "author")]
    creators = [text_of(one) for one in children(entry, "creator")]
    return Record(
        source=NAME,
        position=position,
        title=fields.required_title(child_text(entry, "title")),
        abstract=child_text(entry, "summary") or child_text(entry, "description"),
        authors=split_names(", ".join(name for name in authors + creators if name)),
        arxiv_id=arxiv_id,
        doi=next((doi for doi in map(clean_doi, dois) if doi and not arxiv_id), ""),
        published=_day(entry),
        links=() if arxiv_id else fields.links(LinkKind.OTHER, *links[:1]),
    )


def _day(entry: etree._Element) -> date | None:
    """The day in any of the fields that feeds have for it; None for one that cannot be read."""
    names = ("published", "pubDate", "date", "publicationDate", "updated")
    told = next(filter(None, (child_text(entry, name) for name in names)), "")
    try:
        return fields.day(told) if told[:1].isdigit() else parsedate_to_datetime(told).date()
    except (TypeError, ValueError):
        return None


def make(parameter: str) -> WebFeed:
    if not parameter.startswith(("http://", "https://")):
        raise ValueError("feed wants an address, as in feed:https://example.org/papers.atom")
    return WebFeed(f"{NAME}:{parameter}", parameter)


ADDRESS = Parameter("Address of the feed", "It is shown to everybody.")
EXAMPLE = "feed:https://example.org/papers.atom"
KIND = Kind(NAME, "any RSS or Atom feed", make, EXAMPLE, ADDRESS)
