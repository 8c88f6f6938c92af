"""Search as the rest of the house sees it: a query in, ranked paper ids out."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TypeVar

from django.conf import settings

from broadsheet.papers.models import Paper, latest_change
from broadsheet.search import embedding, index, same_works
from broadsheet.search.fusion import reciprocal_ranks
from broadsheet.search.lexical import Lexicon
from broadsheet.search.model import NoModel
from broadsheet.search.query import Query
from broadsheet.search.vectors import Near, Reader

DEPTH = 1_000
"""How far each ranking is read, whatever page is asked for, so that pages fit together."""
LEAST_CLOSENESS = 0.25
"""Cosine below which a paper has nothing to do with a query."""
STATUS_FOR = 2.0
"""Seconds for which a status is remembered."""

Answer = TypeVar("Answer")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Hit:
    paper_id: int
    score: float
    words_rank: int | None = None
    """Place in the ranking by words, from 1."""
    closeness: float | None = None
    """Cosine between the meanings."""


@dataclass(frozen=True, slots=True)
class Results:
    hits: list[Hit]
    total: int
    """Papers in the whole ranking, at most twice `DEPTH`."""
    meaning: bool
    """Whether meaning was searched, and not words alone."""
    note: str = ""
    """What the reader should know about this search."""


@dataclass(frozen=True, slots=True)
class Status:
    papers: int
    indexed: int
    embedded: int
    model: str
    """The model's name; empty where there is none."""
    note: str = ""


class Engine:
    """The indexes of one folder, read. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self._lock = Lock()
        self._lexicon: Lexicon | None = None
        self._vectors = Reader(folder / "vectors")
        self._status: Status | None = None
        self._status_until = 0.0
        self._papers = (-1, 0)
        self._same_works = same_works.Known()

    def search(self, query: Query, limit: int, offset: int) -> Results:
        if query.problem or query.is_empty:
            return Results([], 0, meaning=False)
        called = self._words(lambda lexicon: lexicon.called(query)) or []
        if query.name and called:
            hits = [Hit(key, 1.0, 1) for key in called]
            return Results(hits[offset : offset + limit], len(hits), meaning=False)
        words = self._words(lambda lexicon: lexicon.search(query, DEPTH)) or []
        near, note = self._near(query)
        hits = _fused(called, [match.paper_id for match in words], near or [], self._coverage())
        shown = self._same_works.first_of_each([hit.paper_id for hit in hits])
        hits = [hit for hit in hits if hit.paper_id in shown]
        return Results(hits[offset : offset + limit], len(hits), near is not None, note)

    def similar(self, paper_id: int, limit: int) -> list[Hit]:
        table = self._vectors.table()
        vector = table.vector(paper_id) if table else None
        if table is None or vector is None:
            return []
        near = table.nearest(vector, limit + 1)
        return [
            Hit(one.paper_id, one.closeness, closeness=one.closeness)
            for one in near
            if one.paper_id != paper_id
        ][:limit]

    def status(self) -> Status:
        with self._lock:
            if self._status and time.monotonic() < self._status_until:
                return self._status
        status = self._read_status()
        with self._lock:
            self._status, self._status_until = status, time.monotonic() + STATUS_FOR
        return status

    def _read_status(self) -> Status:
        indexed = self._words(Lexicon.count) or 0
        table = self._vectors.table()
        model, note = embedding.availability()
        return Status(self._count(), indexed, len(table) if table else 0, model, note)

    def _count(self) -> int:
        """How many papers are stored, counted again only after a change."""
        change, papers = self._papers
        latest = latest_change()
        if latest != change:
            papers = Paper.objects.count()
            self._papers = latest, papers
        return papers

    def _words(self, ask: Callable[[Lexicon], Answer]) -> Answer | None:
        """What the lexical index answers; None where there is none yet."""
        for _ in range(2):  # the index may be switched or lost between looking and asking
            lexicon = self._current()
            if lexicon is None:
                return None
            try:
                return ask(lexicon)
            except (OSError, ValueError) as reason:
                log.warning("The lexical index could not be read: %s", reason)
                self._lexicon = None
        return None

    def _current(self) -> Lexicon | None:
        folder = index.current()
        with self._lock:
            if folder is None:
                self._lexicon = None
            elif self._lexicon is None or self._lexicon.folder != folder:
                try:
                    self._lexicon = Lexicon(folder)
                except (OSError, ValueError) as reason:
                    log.warning("The lexical index cannot be opened: %s", reason)
                    self._lexicon = None
            return self._lexicon

    def _near(self, query: Query) -> tuple[list[Near] | None, str]:
        """The papers nearest in meaning, or None and why there are none."""
        table = self._vectors.table()
        if not table:
            return None, _only_words(embedding.availability()[1] or "no paper is embedded yet")
        try:
            vector = embedding.embedded_query(query.meaning)
            if embedding.encoder().name != table.state.model:
                return None, _only_words("papers are being embedded with another model")
        except NoModel as reason:
            return None, _only_words(str(reason))
        except Exception as fault:  # noqa: BLE001  words must answer whatever ails the model
            _log_once(repr(fault))
            return None, _only_words("the model failed")
        return self._allowed(query, table.nearest(vector, DEPTH)), ""

    def _coverage(self) -> float:
        """The share of the indexed papers that have a vector."""
        table, indexed = self._vectors.table(), self._words(Lexicon.count)
        return min(1.0, len(table) / indexed) if table and indexed else 1.0

    def _allowed(self, query: Query, near: list[Near]) -> list[Near]:
        close = [one for one in near if one.closeness >= LEAST_CLOSENESS]
        ids = [one.paper_id for one in close]
        allowed = self._words(lambda lexicon: lexicon.allowed(query, ids))
        return close if allowed is None else [one for one in close if one.paper_id in allowed]


def search(query: Query, *, limit: int = 30, offset: int = 0) -> Results:
    """The papers for a query, best first: by words and by meaning, fused by their ranks.

    A paper that the query calls by its identifier or its whole title stands first. Without
    model or vectors words alone answer, and `note` says so. Never raises on account of the query,
    the index or the model.
    """
    return _engine(Path(settings.INDEX)).search(query, limit, offset)


def similar(paper_id: int, limit: int = 6) -> list[Hit]:
    """The papers nearest in meaning to one paper, nearest first; none while it is not embedded."""
    return _engine(Path(settings.INDEX)).similar(paper_id, limit)


def status() -> Status:
    """How far this node's index has come; cheap enough for every page."""
    return _engine(Path(settings.INDEX)).status()


@lru_cache(maxsize=2)
def _engine(folder: Path) -> Engine:
    return Engine(folder)


@lru_cache(maxsize=100)
def _log_once(fault: str) -> None:
    log.warning("A query could not be embedded: %s", fault)


def _only_words(why: str) -> str:
    return f"Only words were searched: {why}."


def _fused(called: list[int], words: list[int], near: list[Near], coverage: float) -> list[Hit]:
    """One ranking of all; papers that were called by name first."""
    places = {key: place for place, key in enumerate(words, start=1)}
    closeness = {one.paper_id: one.closeness for one in near}
    fused = dict(reciprocal_ranks([words, list(closeness)], [1.0, coverage]))
    first = {key: 1 + fused.get(key, 0.0) for key in called}
    return [
        Hit(key, score, places.get(key), closeness.get(key))
        for key, score in (first | {k: s for k, s in fused.items() if k not in first}).items()
    ]
