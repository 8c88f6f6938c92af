"""Atom feeds as arXiv's API answers them.

https://info.arxiv.org/help/api/user-manual.html#52-details-of-atom-results-returned
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from broadsheet.papers.records import Link, LinkKind, Record, Rejected
from broadsheet.sources import fields
from broadsheet.sources.arxiv_facts import is_withdrawn, ordered_categories
from broadsheet.sources.fields import UnfitError
from broadsheet.sources.format import Format, Options, Readable
from broadsheet.sources.lines import excerpt
from broadsheet.sources.names import listed_names
from broadsheet.sources.xml_elements import child, child_text, children, entries

NAME = "arxiv-atom"

_FEED = re.compile(rb"<(?:\w+:)?feed\b[^>]*http://www\.w3\.org/2005/Atom")


def looks_like(head: bytes) -> bool:
    return bool(_FEED.search(head))


def records(stream: Readable, options: Options) -> Iterator[Record | Rejected]:
    return entries(stream, record, "entry")


def record(position: str, entry: etree._Element) -> Record:
    """The Record that one entry tells. Raises UnfitError."""
    told_id, abstract = child_text(entry, "id"), child_text(entry, "summary")
    if "/api/errors" in told_id:
        raise UnfitError(f"arXiv answered with an error: {excerpt(abstract)}")
    arxiv_id, version = fields.required_arxiv_id(told_id)
    note = child_text(entry, "comment")
    return Record(
        source=NAME,
        position=position,
        title=fields.required_title(child_text(entry, "title")),
        abstract=abstract,
        authors=_authors(entry),
        arxiv_id=arxiv_id,
        version=version,
        doi=fields.publisher_doi(child_text(entry, "doi")),
        categories=_categories(entry),
        published=fields.day(child_text(entry, "published"), "`published`"),
        updated=fields.day(child_text(entry, "updated"), "`updated`"),
        links=_links(entry),
        author_note=note,
        journal_ref=child_text(entry, "journal_ref"),
        licence=_link(entry, "license"),
        withdrawn=is_withdrawn(note, abstract),
    )


def _authors(entry: etree._Element) -> tuple[str, ...]:
    return listed_names(child_text(author, "name") for author in children(entry, "author"))


def _categories(entry: etree._Element) -> tuple[str, ...]:
    primary = child(entry, "primary_category")
    codes = (str(category.get("term", "")) for category in children(entry, "category"))
    first = str(primary.get("term", "")) if primary is not None else ""
    return ordered_categories(first, tuple(code for code in codes if code))


def _links(entry: etree._Element) -> tuple[Link, ...]:
    pdf = (link.get("href") for link in children(entry, "link") if link.get("title") == "pdf")
    return fields.links(LinkKind.PDF, *pdf)


def _link(entry: etree._Element, relation: str) -> str:
    found = (link.get("href") for link in children(entry, "link") if link.get("rel") == relation)
    return next(found, None) or ""


FORMAT = Format(NAME, "arXiv API Atom feed", looks_like, records)
