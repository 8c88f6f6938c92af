"""RIS, the format of reference managers, as databases export it.

Every record is parsed on its own by rispy, so that a broken one costs no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import rispy
from rispy.config import TAG_KEY_MAPPING

from broadsheet.papers.identifiers import split_arxiv_id
from broadsheet.papers.records import LinkKind, Record, Rejected, SourceError, TruncatedInput
from broadsheet.sources import fields
from broadsheet.sources.fields import UnfitError
from broadsheet.sources.format import Format, Options, Readable
from broadsheet.sources.json_values import CUT
from broadsheet.sources.lines import LONGEST, decode, excerpt, lines
from broadsheet.sources.names import upright

NAME = "ris"

_START = re.compile(rb"^(?:\xef\xbb\xbf)?TY  -", re.MULTILINE)
_DAY = re.compile(r"(\d{4})(?:[/-](\d{1,2})?(?:[/-](\d{1,2})?)?)?(?:/.*)?", re.ASCII)
_TAGS = {tag: tag for tag in TAG_KEY_MAPPING}


class _Reference(NamedTuple):
    """The lines of one record, from TY to ER, and the number of the first."""

    number: int
    lines: list[str]
    ended: bool


def looks_like(head: bytes) -> bool:
    return bool(_START.search(head))


def records(stream: Readable, options: Options) -> Iterator[Record | Rejected]:
    for reference in _references(stream):
        position, text = f"line {reference.number}", "\n".join(reference.lines)
        try:
            if not reference.ended:
                raise UnfitError("it has no line ER before the next record")
            yield record(position, rispy.loads(text, mapping=_TAGS)[0])
        except UnfitError as unfit:
            yield Rejected(position, str(unfit), excerpt(text))


def record(position: str, told: dict[str, str | list[str]]) -> Record:
    """The Record that one reference tells, by its tags. Raises UnfitError."""
    addresses = [part for tag in ("UR", "L1", "L2") for part in _all(told, tag)]
    arxiv_id, version = _arxiv_id([*_all(told, "DO"), *addresses, *_all(told, "AN")])
    return Record(
        source=NAME,
        position=position,
        title=fields.required_title(_first(told, "TI", "T1")),
        abstract=_first(told, "AB", "N2"),
        authors=tuple(upright(name) for name in _all(told, "AU") or _all(told, "A1")),
        arxiv_id=arxiv_id,
        version=version,
        doi=fields.publisher_doi(_first(told, "DO")),
        published=_published(told),
        keywords=tuple(_all(told, "KW")),
        links=() if arxiv_id else fields.links(LinkKind.OTHER, *_all(told, "UR")),
        journal_ref=_first(told, "JF", "T2", "JO", "JA"),
    )


def _references(stream: Readable) -> Iterator[_Reference]:
    """Each record's lines. Raises TruncatedInput where the last one has no end."""
    current: _Reference | None = None
    for line in lines(stream):
        text = decode(line.raw)
        if text.startswith("TY  -"):
            if current:
                yield current._replace(ended=False)
            current = _Reference(line.number, [], True)
        if not current:
            continue
        current.lines.append(text)
        if text.startswith("ER  -"):
            yield current
            current = None
        elif line.number - current.number > LONGEST // 1024:
            raise SourceError(f"the record that begins in line {current.number} does not end")
    if current:
        raise TruncatedInput(CUT)


def _all(told: dict[str, str | list[str]], tag: str) -> list[str]:
    value = told.get(tag, [])
    return [part for part in ([value] if isinstance(value, str) else value) if part.strip()]


def _first(told: dict[str, str | list[str]], *tags: str) -> str:
    return next((value for tag in tags for value in _all(told, tag)), "")


def _arxiv_id(told: list[str]) -> tuple[str, int | None]:
    found = (split_arxiv_id(text) for text in told)
    return next((arxiv_id for arxiv_id in found if arxiv_id), ("", None))


def _published(told: dict[str, str | list[str]]) -> date | None:
    """The fullest of the days told; free text ("Spring") tells none. Raises UnfitError."""
    found = filter(None, (_DAY.fullmatch(_first(told, tag)) for tag in ("DA", "PY", "Y1")))
    fullest = max(found, key=lambda match: match.lastindex or 0, default=None)
    if not fullest:
        return None
    year, month, day = fullest.groups()
    return fields.day(f"{year}-{month or 1:0>2}-{day or 1:0>2}")


FORMAT = Format(NAME, "RIS", looks_like, records)
