"""A Zotero library, of a person or a group. https://www.zotero.org/support/dev/web_api/v3/basics"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec

from broadsheet.papers.identifiers import split_arxiv_id
from broadsheet.papers.records import LinkKind, Record, Rejected
from broadsheet.sources import fields
from broadsheet.sources.fields import UnfitError
from broadsheet.sources.json_answers import decoded, each
from broadsheet.sources.names import joined_name
from broadsheet.sources.source import Asking, Kind, Page, Parameter

BASE = "https://api.zotero.org"
NAME = "zotero"
ROWS = 100
PAPERS = frozenset(
    {"journalArticle", "conferencePaper", "preprint", "bookSection", "thesis", "report"}
    | {"manuscript", "book"}
)
_LIBRARY = re.compile(r"(?:users|groups)/\d+", re.ASCII)
_DAY = re.compile(r"\d{4}(?:-\d\d){0,2}", re.ASCII)


class _Creator(msgspec.Struct, rename="camel"):
    creator_type: str = "author"
    first_name: str = ""
    last_name: str = ""
    name: str = ""


class _Tag(msgspec.Struct):
    tag: str = ""


class _Data(msgspec.Struct, rename="camel"):
    item_type: str
    title: str = ""
    creators: list[_Creator] = []
    abstract_note: str = ""
    date: str = ""
    url: str = ""
    doi: str = msgspec.field(default="", name="DOI")
    extra: str = ""
    publication_title: str = ""
    tags: list[_Tag] = []


class _Item(msgspec.Struct):
    data: _Data


_item = msgspec.json.Decoder(_Item).decode


@dataclass(frozen=True, slots=True)
class Library:
    """The cursor is the version of the library that was saved last."""

    name: str
    library: str
    base: str = BASE
    every: timedelta = timedelta(hours=1)

    @property
    def title(self) -> str:
        return f"Zotero library {self.library}"

    def records_since(self, cursor: str, asking: Asking) -> Iterator[Page]:
        key = asking.keys.get(NAME)
        headers = {"Zotero-API-Version": "3"} | ({"Zotero-API-Key": key} if key else {})
        start, version = 0, ""
        while True:
            span = f"since={cursor or 0}&start={start}&limit={ROWS}&sort=dateAdded&direction=asc"
            answer = asking.fetch.get(
                f"{self.base}/{self.library}/items/top?format=json&{span}", headers
            )
            items = decoded(answer.body, list[msgspec.Raw], "Zotero")
            # what changes while the pages are read has a later version and comes the next time
            version = version or answer.headers.get("last-modified-version", "0")
            start += len(items)
            is_last = len(items) < ROWS
            made = [one for one in each(_record, items) if not _is_no_paper(one)]
            yield Page(made, version if is_last else cursor)
            if is_last:
                return


def _is_no_paper(one: Record | Rejected) -> bool:
    return isinstance(one, Rejected) and one.reason == _OTHER


_OTHER = "it is no paper"


def _record(position: str, raw: bytes) -> Record:
    """The Record that one item tells. Raises UnfitError."""
    told = _item(raw).data
    if told.item_type not in PAPERS:
        raise UnfitError(_OTHER)
    names = (
        one.name or joined_name(one.first_name, one.last_name)
        for one in told.creators
        if one.creator_type == "author"
    )
    arxiv_id = split_arxiv_id(told.url) or _arxiv_in(told.extra)
    return Record(
        source=NAME,
        position=position,
        title=fields.required_title(told.title),
        abstract=told.abstract_note,
        authors=tuple(name for name in names if name),
        arxiv_id=arxiv_id[0] if arxiv_id else "",
        doi=fields.publisher_doi(told.doi),
        published=_day(told.date),
        keywords=tuple(tag.tag for tag in told.tags if tag.tag),
        links=() if arxiv_id else fields.links(LinkKind.OTHER, told.url),
        journal_ref=told.publication_title,
    )


def _arxiv_in(extra: str) -> tuple[str, int | None] | None:
    """The id in a line like `arXiv:2401.01234 [cs]`."""
    return next(filter(None, map(split_arxiv_id, extra.splitlines())), None)


def _day(told: str) -> date | None:
    """The day where it is written as a number; people write what they like."""
    found = _DAY.match(told)
    return fields.day(found.group()) if found else None


def make(parameter: str) -> Library:
    if not _LIBRARY.fullmatch(parameter):
        raise ValueError("zotero wants a library, as in zotero:users/475425 or zotero:groups/12")
    return Library(f"{NAME}:{parameter}", parameter)


LIBRARY = Parameter("Library", "Of a person, users/ and a number; of a group, groups/ and one.")
KIND = Kind(
    NAME, "a Zotero library", make, "zotero:users/475425", LIBRARY,
    key="opens libraries that are not public",
)  # fmt: skip
