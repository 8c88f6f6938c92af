"""Asking arXiv or Crossref for one paper while a reader waits: once, briefly, in turn."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils import timezone

from broadsheet.fetching import Fetcher, FetchError, Manners
from broadsheet.papers.kinds import Scheme
from broadsheet.papers.records import Record
from broadsheet.sources import arxiv, crossref
from broadsheet.sources.source import Asking, Source

BRIEF = 10.0
"""Seconds for which a silent connection, or somebody else's turn, is waited for."""
NAMES = {Scheme.ARXIV: "arXiv", Scheme.DOI: "Crossref"}
_NOT_FOUND = (404, 400)
_turn = threading.Lock()
_next = 0.0


def record(scheme: str, value: str) -> Record | None:
    """What the source tells of the paper with this identifier; None where it knows of none.

    Raises FetchError and SourceError where the source gives no usable answer.
    """
    with _in_turn() as fetch:
        try:
            asking = Asking(fetch, timezone.now().date(), keys=settings.SOURCE_KEYS)
            found = [one for page in _source(scheme, value).records_since("", asking)
                     for one in page.items]  # fmt: skip
        except FetchError as failure:
            if failure.status in _NOT_FOUND:
                return None
            raise
    return next((one for one in found if isinstance(one, Record) and _is(one, scheme, value)), None)


def _is(found: Record, scheme: str, value: str) -> bool:
    """Whether it is the paper that was asked for: what else came is nobody's wish."""
    return value == (found.arxiv_id if scheme == Scheme.ARXIV else found.doi)


def _source(scheme: str, value: str) -> Source:
    elsewhere = settings.LOOKUP_ADDRESSES.get(scheme)
    if scheme == Scheme.ARXIV:
        return arxiv.Query(f"arxiv-api:{value}", value, elsewhere or arxiv.API)
    return crossref.Works(f"crossref:{value}", (value,), elsewhere or crossref.BASE)


@contextmanager
def _in_turn() -> Iterator[Fetcher]:
    """A fetcher, for one at a time in this process: so readers who ask at once keep no more than
    one thread at a source. Raises FetchError where it is not free soon."""
    global _next
    if not _turn.acquire(timeout=BRIEF):
        raise FetchError("Others are looking up papers just now.", wait=BRIEF)
    try:
        time.sleep(max(0.0, _next - time.monotonic()))
        with Fetcher(_manners()) as fetch:
            yield fetch
    finally:
        _next = time.monotonic() + _manners().pause
        _turn.release()


def _manners() -> Manners:
    return Manners(
        settings.CONTACT,
        pause=0 if settings.ALLOW_LOOPBACK_SOURCES else 3.0,
        attempts=1,
        idle=BRIEF,
        longest=2 * BRIEF,
        largest=4 * 2**20,
        allow_loopback=settings.ALLOW_LOOPBACK_SOURCES,
    )
