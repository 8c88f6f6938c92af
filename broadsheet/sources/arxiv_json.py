"""arXiv metadata as JSON, one paper a line.

Two shapes: plain (`abstract`, `authors` and `categories` as lists or text, `published`,
`updated`) and arXiv's own bulk snapshot (`authors_parsed`, `versions`, `update_date`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import msgspec

from broadsheet.papers.records import Record, Rejected, Version
from broadsheet.sources import fields
from broadsheet.sources.arxiv_facts import is_withdrawn, ordered_categories, submission_day
from broadsheet.sources.fields import UnfitError
from broadsheet.sources.format import Format, Options, Pieces, Readable
from broadsheet.sources.json_values import json_values
from broadsheet.sources.names import joined_name, listed_names, split_names

NAME = "arxiv-json"

_SIGNS = (
    re.compile(rb'"id"\s*:\s*"'),
    re.compile(rb'"title"\s*:'),
    re.compile(rb'"(?:abstract|categories|authors_parsed|authors)"\s*:'),
)
_VERSION = re.compile(r"v?([1-9]\d{0,2})", re.ASCII)


class _Version(msgspec.Struct):
    version: str
    created: str | None = None


class _Paper(msgspec.Struct):
    id: str
    title: str
    abstract: str | None = None
    authors: str | list[str] | None = None
    authors_parsed: list[list[str]] | None = None
    categories: str | list[str] | None = None
    primary: str | None = None
    published: str | None = None
    updated: str | None = None
    announced: str | None = None
    comments: str | None = None
    doi: str | None = None
    license: str | None = None
    withdrawn: bool | None = None
    versions: list[_Version | str] | None = None
    update_date: str | None = None
    journal_ref: str | None = msgspec.field(default=None, name="journal-ref")
    journal: str | None = msgspec.field(default=None, name="journal_ref")


_decode = msgspec.json.Decoder(_Paper).decode


def looks_like(head: bytes) -> bool:
    is_json = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")
    return is_json and all(sign.search(head) for sign in _SIGNS)


def records(stream: Readable, options: Options) -> Iterator[Record | Rejected]:
    for value in json_values(stream):
        yield value if isinstance(value, Rejected) else read(*value)


def read(position: str, raw: bytes) -> Record | Rejected:
    return fields.taken(record, position, raw)


def record(position: str, raw: bytes) -> Record:
    """The Record that one JSON object tells. Raises UnfitError and what decoding raises."""
    paper = _decode(raw)
    arxiv_id, version = fields.required_arxiv_id(paper.id)
    versions = _versions(paper)
    abstract, note = paper.abstract or "", paper.comments or ""
    return Record(
        source=NAME,
        position=position,
        title=fields.required_title(paper.title),
        abstract=abstract,
        authors=_authors(paper),
        arxiv_id=arxiv_id,
        version=versions[-1].number if versions else version,
        versions=versions,
        doi=fields.publisher_doi(paper.doi),
        categories=_categories(paper),
        published=_published(paper, versions),
        updated=_updated(paper, versions),
        announced=fields.day(paper.announced, "`announced`"),
        author_note=note,
        journal_ref=paper.journal_ref or paper.journal or "",
        licence=paper.license or "",
        withdrawn=bool(paper.withdrawn) or is_withdrawn(note, abstract),
    )


def _authors(paper: _Paper) -> tuple[str, ...]:
    if paper.authors_parsed:
        filled = ((*parts, "", "", "") for parts in paper.authors_parsed)
        names = (joined_name(given, family, suffix) for family, given, suffix, *_ in filled)
        return tuple(name for name in names if name)
    if isinstance(paper.authors, str):
        return split_names(paper.authors)
    return listed_names(tuple(paper.authors or ()))


def _categories(paper: _Paper) -> tuple[str, ...]:
    told = paper.categories or ()
    codes = told.replace(",", " ").split() if isinstance(told, str) else told
    return ordered_categories(paper.primary or "", tuple(codes))


def _versions(paper: _Paper) -> tuple[Version, ...]:
    if not paper.versions:
        return ()
    return tuple(sorted(map(_version, paper.versions), key=lambda version: version.number))


def _version(told: _Version | str) -> Version:
    name, created = (told, None) if isinstance(told, str) else (told.version, told.created)
    found = _VERSION.fullmatch(name)
    if not found:
        raise UnfitError(f"`versions` names {name[:50]!r}, which is no version")
    return Version(int(found[1]), submission_day(created))


def _published(paper: _Paper, versions: tuple[Version, ...]) -> date | None:
    if versions and versions[0].number == 1 and versions[0].submitted:
        return versions[0].submitted
    return fields.day(paper.published, "`published`")


def _updated(paper: _Paper, versions: tuple[Version, ...]) -> date | None:
    if versions and versions[-1].submitted:
        return versions[-1].submitted
    return fields.day(paper.updated or paper.update_date, "`updated`")


FORMAT = Format(
    NAME, "arXiv metadata as JSON lines", looks_like, records, Pieces(json_values, read)
)
