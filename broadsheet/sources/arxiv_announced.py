"""arXiv's daily announcements as RSS or Atom, in the format of 2024.

https://info.arxiv.org/help/rss_specifications.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from email.utils import parsedate_to_datetime

from lxml import etree

from broadsheet.papers.records import Record, Rejected
from broadsheet.sources import fields
from broadsheet.sources.arxiv_facts import is_withdrawn
from broadsheet.sources.fields import UnfitError
from broadsheet.sources.format import Readable
from broadsheet.sources.names import split_names
from broadsheet.sources.xml_elements import child_text, children, entries, text_of

NAME = "arxiv-new"

_BEFORE = re.compile(r"\s*arXiv:\S+\s+Announce Type:\s*\S+\s+(?:Abstract:\s*)?")


def records(stream: Readable) -> Iterator[Record | Rejected]:
    """The papers of the day; none on a day without announcements. Raises SourceError."""
    return entries(stream, record, "entry", "item")


def record(position: str, entry: etree._Element) -> Record:
    """The Record that one entry tells. Raises UnfitError."""
    arxiv_id, version = fields.required_arxiv_id(
        child_text(entry, "id") or child_text(entry, "guid") or child_text(entry, "link")
    )
    told = child_text(entry, "summary") or child_text(entry, "description")
    abstract = _BEFORE.sub("", told, count=1)
    day = _day(child_text(entry, "published") or child_text(entry, "pubDate"))
    kind = child_text(entry, "announce_type")
    return Record(
        source=NAME,
        position=position,
        title=fields.required_title(child_text(entry, "title")),
        abstract=abstract,
        authors=split_names(child_text(entry, "creator")),
        arxiv_id=arxiv_id,
        version=version,
        doi=fields.publisher_doi(child_text(entry, "DOI")),
        categories=tuple(
            told for one in children(entry, "category") if (told := one.get("term") or text_of(one))
        ),
        # a cross-listed or replaced paper was announced before
        announced=day if kind == "new" else None,
        journal_ref=child_text(entry, "journal_reference"),
        licence=child_text(entry, "rights"),
        withdrawn=is_withdrawn("", abstract),
    )


def _day(told: str) -> date | None:
    """A day by RFC 3339 as in Atom, or by RFC 822 as in RSS. Raises UnfitError."""
    if not told or told[0].isdigit():
        return fields.day(told)
    try:
        return parsedate_to_datetime(told).date()
    except (TypeError, ValueError):
        raise UnfitError(f"its date {told[:50]!r} is not possible") from None
