"""Hugging Face's daily papers as its site answers `GET /api/daily_papers`.

A response (an array of items), one response a line, `{date, url, items}` a line, or one item
a line. An item wraps the paper: `{"paper": {...}, "numComments": 3, ...}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import partial

import msgspec
from msgspec import UNSET, UnsetType

from broadsheet.papers.records import Link, LinkKind, Record, Rejected
from broadsheet.sources import fields
from broadsheet.sources.fields import UnfitError
from broadsheet.sources.format import Format, Options, Readable
from broadsheet.sources.hf_shapes import Author, Count, Organization, Told, User, said
from broadsheet.sources.json_values import json_values
from broadsheet.sources.lines import decode, excerpt

NAME = "hf-daily"

_ITEM = re.compile(rb'"paper"\s*:\s*\{')
_ENVELOPE = re.compile(rb'\s*\{\s*"(?:date|url|items)"\s*:')
_ITEMS = re.compile(rb'"items"\s*:\s*\[')
_EMPTY = re.compile(rb"\s*\[\s*\]\s*")


class _Paper(Told, rename="camel", kw_only=True):
    id: str
    title: str
    summary: str | None = None
    upvotes: Count | None = None
    ai_summary: str | None = msgspec.field(default=None, name="ai_summary")
    ai_summary_model: str | None = msgspec.field(default=None, name="ai_summary_model")
    ai_keywords: list[str] | None = msgspec.field(default=None, name="ai_keywords")


class _Item(msgspec.Struct, rename="camel"):
    paper: _Paper
    published_at: str | None = None
    num_comments: Count | None = None
    organization: Organization | None = None
    media_urls: list[str] | None = None
    submitted_by: User | None = None
    is_author_participating: bool | None = None


class _Day(msgspec.Struct):
    items: list[msgspec.Raw]
    date: str | None = None


_decode = msgspec.json.Decoder(_Item).decode
_decode_day = msgspec.json.Decoder(_Day).decode


def looks_like(head: bytes) -> bool:
    head = head.removeprefix(b"\xef\xbb\xbf")
    is_json = head.lstrip()[:1] in (b"{", b"[")
    is_envelope = bool(_ENVELOPE.match(head) and _ITEMS.search(head))
    return is_json and (is_envelope or bool(_ITEM.search(head) or _EMPTY.fullmatch(head)))


def records(stream: Readable, options: Options) -> Iterator[Record | Rejected]:
    for value in json_values(stream):
        if isinstance(value, Rejected):
            yield value
        elif _ENVELOPE.match(value[1]):
            yield from _papers_of_day(*value)
        else:
            yield fields.taken(record, *value)


def _papers_of_day(position: str, raw: bytes) -> Iterator[Record | Rejected]:
    """The papers of `{date, url, items}`."""
    try:
        told = _decode_day(raw)
        day = fields.day(told.date, "`date`")
    except (UnfitError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        yield Rejected(position, str(error), excerpt(decode(raw[:1000])))
        return
    make = partial(record, day=day)
    for number, item in enumerate(told.items, 1):
        yield fields.taken(make, f"{position}, item {number}", bytes(item))


def record(position: str, raw: bytes, day: date | None = None) -> Record:
    """The Record that one item tells, on the page of `day`.

    Raises UnfitError and what decoding raises.
    """
    item = _decode(raw)
    paper = item.paper
    arxiv_id, version = fields.required_arxiv_id(paper.id)
    by = paper.ai_summary_model or "Hugging Face"
    return Record(
        source=NAME,
        position=position,
        title=fields.required_title(paper.title),
        abstract=paper.summary or "",
        summary=paper.ai_summary or "",
        summary_by=by if paper.ai_summary else "",
        authors=_shown(paper.authors or []),
        organization=_name(item.organization) or _name(paper.organization),
        arxiv_id=arxiv_id,
        version=version,
        published=fields.day(paper.published_at or None, "`publishedAt`"),
        day=day or fields.day(paper.submitted_on_daily_at or None, "`submittedOnDailyAt`"),
        votes=paper.upvotes,
        comments=item.num_comments,
        keywords=tuple(paper.ai_keywords or ()),
        links=_links(item),
        told=_told(item),
    )


def _told(item: _Item) -> dict[str, object]:
    """What only this source tells, in its own shape."""
    paper = item.paper
    kept = {name: getattr(paper, name) for name in Told.__struct_fields__}
    told = Told(**{name: value for name, value in kept.items() if said(value)})
    if not said(told.submitted_on_daily_at) and item.published_at:
        told.submitted_on_daily_at = item.published_at  # as the item said it until summer 2025
    told.organization = paper.organization or item.organization or UNSET
    told.media_urls = list(dict.fromkeys(_media(item))) or UNSET
    told.submitted_by = item.submitted_by or UNSET
    if item.is_author_participating is not None:
        told.is_author_participating = item.is_author_participating
    plain: dict[str, object] = msgspec.to_builtins(told)
    return plain


def _shown(authors: list[Author]) -> tuple[str, ...]:
    names = (" ".join((one.name or "").split()) for one in authors if not one.hidden)
    return tuple(name for name in names if name)


def _name(organization: Organization | UnsetType | None) -> str:
    return (organization.fullname or organization.name or "") if organization else ""


def _media(item: _Item) -> list[str]:
    return (item.media_urls or []) + (item.paper.media_urls or [])


def _links(item: _Item) -> tuple[Link, ...]:
    return (
        *fields.links(LinkKind.CODE, item.paper.github_repo or None),
        *fields.links(LinkKind.PROJECT, item.paper.project_page or None),
        *fields.links(LinkKind.MEDIA, *_media(item)),
    )


FORMAT = Format(NAME, "Hugging Face daily-papers JSON", looks_like, records)
