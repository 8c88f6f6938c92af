"""CSL-JSON, what Zotero and other reference managers export for citation processors.

The schema: https://github.com/citation-style-language/schema (csl-data.json, version 1.0.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import msgspec

from broadsheet.papers.identifiers import split_arxiv_id
from broadsheet.papers.records import LinkKind, Record, Rejected
from broadsheet.sources import fields
from broadsheet.sources.format import Format, Options, Readable
from broadsheet.sources.json_values import json_values
from broadsheet.sources.names import joined_name

NAME = "csl-json"

_TYPE = re.compile(
    rb'"type"\s*:\s*"(?:article|book|chapter|paper-conference|manuscript|report|thesis|preprint)'
)
_OWN = re.compile(rb'"(?:issued|DOI|URL|container-title|citation-key|author)"\s*:')


class _Name(msgspec.Struct):
    family: str = ""
    given: str = ""
    literal: str = ""
    suffix: str = ""

    def __str__(self) -> str:
        return self.literal or joined_name(self.given, self.family, self.suffix)


class _Date(msgspec.Struct, rename="kebab"):
    date_parts: list[list[int | str]] = []
    raw: str = ""


class _Item(msgspec.Struct, rename="kebab"):
    title: str = ""
    author: list[_Name] = []
    issued: _Date | None = None
    abstract: str = ""
    doi: str = msgspec.field(default="", name="DOI")
    url: str = msgspec.field(default="", name="URL")
    number: str = ""
    note: str = ""
    keyword: str = ""
    container_title: str = ""


_decode = msgspec.json.Decoder(_Item).decode


def looks_like(head: bytes) -> bool:
    is_json = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")
    return is_json and bool(_TYPE.search(head) and _OWN.search(head))


def records(stream: Readable, options: Options) -> Iterator[Record | Rejected]:
    for value in json_values(stream):
        yield value if isinstance(value, Rejected) else fields.taken(record, *value)


def record(position: str, raw: bytes) -> Record:
    """The Record that one item tells. Raises UnfitError and what decoding raises."""
    told = _decode(raw)
    arxiv_id, version = _arxiv_id(told) or ("", None)
    return Record(
        source=NAME,
        position=position,
        title=fields.required_title(told.title),
        abstract=told.abstract,
        authors=tuple(name for name in map(str, told.author) if name),
        arxiv_id=arxiv_id,
        version=version,
        doi=fields.publisher_doi(told.doi),
        published=_published(told.issued),
        keywords=tuple(word.strip() for word in told.keyword.split(",") if word.strip()),
        links=() if arxiv_id else fields.links(LinkKind.OTHER, told.url),
        journal_ref=told.container_title,
    )


def _arxiv_id(told: _Item) -> tuple[str, int | None] | None:
    places = (told.number, told.url, told.doi, *told.note.splitlines())
    return next(filter(None, map(split_arxiv_id, places)), None)


def _published(told: _Date | None) -> date | None:
    """The day, or the first of a month or year that stands alone. Raises UnfitError."""
    if not told or not told.date_parts or not told.date_parts[0]:
        return None
    parts = [str(part) for part in told.date_parts[0][:3]]
    return fields.day("-".join(part.zfill(2) for part in parts))


FORMAT = Format(NAME, "CSL-JSON", looks_like, records)
