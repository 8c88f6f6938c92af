"""Facts out of foreign values: typed, or a reason why the record is refused.

What is absent, null or empty was not said. Anything else must have the type it should have:
a wrong one refuses the record, so that a source that changes its shape is noticed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from urllib.parse import urlsplit

import msgspec

from broadsheet.papers.identifiers import clean_doi, split_arxiv_id
from broadsheet.papers.records import Link, LinkKind, Record, Rejected
from broadsheet.sources.lines import decode, excerpt

_EARLIEST, _LATEST = 1400, 2100
"""Years outside are stand-ins for "unknown": 0001, 9999."""
_FIRST_DAY = re.compile(r"(\d{4})(?:-(\d\d?))?", re.ASCII)
_ARXIV_DOI = "10.48550/arxiv."
_NOT_IN_URL = re.compile(r"[\s\x00-\x1f<>\"\\^`{|}]")
_LONGEST_URL = 2000


class UnfitError(ValueError):
    """A record that cannot be taken; the message is the reason, for people."""


def taken(make: Callable[[str, bytes], Record], position: str, raw: bytes) -> Record | Rejected:
    """What `make` makes of one JSON value, or why it cannot."""
    try:
        if b"\\u0000" in raw:
            raise UnfitError("it holds the character NUL, which no database of ours stores")
        return make(position, raw)
    except UnicodeDecodeError:
        reason = "it is not in UTF-8"
    except RecursionError:
        reason = "it is nested too deeply"
    except (UnfitError, msgspec.DecodeError) as error:
        reason = str(error)
    return Rejected(position, reason, excerpt(decode(raw[:1000])))


def required_title(told: str) -> str:
    """The title, raw, which every paper must have. Raises UnfitError."""
    if not told.strip():
        raise UnfitError("it has no title")
    return told


def day(told: str | None, name: str = "the date") -> date | None:
    """The day that an ISO 8601 date or time begins with; None for nothing told.

    A month or a year alone stands for its first day. Raises UnfitError.
    """
    if not told:
        return None
    found: date | None
    try:
        found = date.fromisoformat(told[:10])
    except ValueError:
        found = _first_day(told)
    if not found or not _EARLIEST <= found.year <= _LATEST:
        raise UnfitError(f"{name} {excerpt(told)[:50]!r} is not possible")
    return found


def required_arxiv_id(told: str) -> tuple[str, int | None]:
    """Canonical id and version. Raises UnfitError."""
    found = split_arxiv_id(told)
    if not found:
        raise UnfitError(f"{excerpt(told)[:50]!r} is not an arXiv id" if told else "it has no id")
    return found


def publisher_doi(told: str | None) -> str:
    """The DOI in `told`, unless it is the one that arXiv gives to all its papers."""
    doi = clean_doi(told) if told else ""
    return "" if doi.startswith(_ARXIV_DOI) else doi


def links(kind: LinkKind, *told: str | None) -> tuple[Link, ...]:
    """The links to those that are absolute web addresses, each once; a DOI's is left out."""
    addresses = dict.fromkeys(address.strip() for address in told if address)
    return tuple(Link(kind, address) for address in addresses if _is_link(address))


def _first_day(told: str) -> date | None:
    found = _FIRST_DAY.fullmatch(told)
    try:
        return date(int(found[1]), int(found[2] or 1), 1) if found else None
    except ValueError:
        return None


def _is_link(address: str) -> bool:
    if _NOT_IN_URL.search(address) or len(address) > _LONGEST_URL:
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    host = parts.hostname or ""
    return parts.scheme in ("http", "https") and bool(host) and not host.endswith("doi.org")
