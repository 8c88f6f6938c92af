"""OpenReview: the papers of a venue. https://docs.openreview.net/reference/api-v2"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec

from broadsheet.papers.records import LinkKind, Record, SourceError
from broadsheet.sources import fields
from broadsheet.sources.authorship import emails
from broadsheet.sources.fields import UnfitError
from broadsheet.sources.json_answers import decoded, each
from broadsheet.sources.source import Asking, Kind, Page, Parameter

BASE = "https://api2.openreview.net/notes"
NAME = "openreview"
ROWS = 1000


class _Answer(msgspec.Struct):
    notes: list[msgspec.Raw]


class _Note(msgspec.Struct):
    id: str
    content: dict[str, Any]
    forum: str = ""
    pdate: int | None = None
    cdate: int | None = None
    mdate: int | None = None


class _Stamp(msgspec.Struct):
    tcdate: int = 0


_note = msgspec.json.Decoder(_Note).decode
_stamp = msgspec.json.Decoder(_Stamp).decode


@dataclass(frozen=True, slots=True)
class Venue:
    """The cursor is the time of the newest note, in milliseconds."""

    name: str
    venue: str
    base: str = BASE
    every: timedelta = timedelta(hours=12)

    @property
    def title(self) -> str:
        return f"OpenReview, {self.venue}"

    def records_since(self, cursor: str, asking: Asking) -> Iterator[Page]:
        newest, offset, seen = int(cursor or 0), 0, b""
        while True:
            asked: dict[str, str | int] = {"content.venueid": self.venue, "limit": ROWS}
            asked |= {"offset": offset, "sort": "tcdate:asc", "mintcdate": int(cursor or 0)}
            body = asking.fetch.get(f"{self.base}?{urlencode(asked)}").body
            notes = decoded(body, _Answer, "OpenReview").notes
            if notes and body == seen:
                raise SourceError("OpenReview gives the same page of its list again.")
            seen = body
            newest = max([newest, *(_stamp(note).tcdate for note in notes)])
            yield Page(each(record, notes), str(newest))
            offset += len(notes)
            if len(notes) < ROWS:
                return


def record(position: str, raw: bytes) -> Record:
    """The Record that one note tells. Raises UnfitError."""
    note = _note(raw)
    told = {name: _value(value) for name, value in note.content.items()}
    pdf = str(told.get("pdf") or "")
    authors = _texts(told.get("authors"))
    return Record(
        source=NAME,
        position=position,
        title=fields.required_title(str(told.get("title") or "")),
        abstract=str(told.get("abstract") or ""),
        summary=str(told.get("TLDR") or ""),
        summary_by="the authors" if told.get("TLDR") else "",
        authors=authors,
        keywords=_texts(told.get("keywords")),
        published=_day(note.pdate or note.cdate),
        updated=_day(note.mdate),
        journal_ref=str(told.get("venue") or ""),
        links=(
            *fields.links(LinkKind.DISCUSSION, f"https://openreview.net/forum?id={note.id}"),
            *fields.links(
                LinkKind.PDF, f"https://openreview.net{pdf}" if pdf.startswith("/") else pdf
            ),
        ),
        told=_addresses(authors, told.get("authorids")),
    )


def _addresses(authors: tuple[str, ...], ids: object) -> dict[str, object]:
    """What is known by: some authors are named by an address instead of a profile."""
    told = ids if isinstance(ids, list) and len(ids) == len(authors) else []
    return emails((name, str(one)) for name, one in zip(authors, told, strict=False))


def _value(told: Any) -> Any:  # noqa: ANN401  any JSON value
    """API v2 wraps each value: `{"value": ...}`."""
    return told.get("value") if isinstance(told, dict) else told


def _texts(told: object) -> tuple[str, ...]:
    if told is None:
        return ()
    if not isinstance(told, list):
        raise UnfitError("it has a text where a list belongs")
    return tuple(str(one) for one in told if one)


def _day(told: int | None) -> date | None:
    return datetime.fromtimestamp(told / 1000, UTC).date() if told and told > 0 else None


def make(parameter: str) -> Venue:
    if not parameter:
        raise ValueError("openreview wants a venue, as in openreview:ICLR.cc/2026/Conference")
    return Venue(f"{NAME}:{parameter}", parameter)


VENUE = Parameter("Venue", "As in the address of its page at OpenReview, behind id=.")
EXAMPLE = "openreview:ICLR.cc/2026/Conference"
KIND = Kind(NAME, "OpenReview, by venue", make, EXAMPLE, VENUE)
