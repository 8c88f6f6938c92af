"""Search as the rest of the house sees it: a query in, ranked paper ids out."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TypeVar

import numpy as np
from django.conf import settings

from broadsheet.papers.models import Paper, latest_change
from broadsheet.search import embedding, index, same_works, titles
from broadsheet.search.conditions import matching
from broadsheet.search.counts import Counts, counted
from broadsheet.search.entries import texts_of
from broadsheet.search.fusion import LEAST_CLOSENESS, MEANING, blended
from broadsheet.search.lexical import Lexicon
from broadsheet.search.likeness import middle, pieces
from broadsheet.search.nearness import Direction, direction
from broadsheet.search.query import Query, Sort, tidy
from broadsheet.search.ranking import NOTHING, Ranking
from broadsheet.search.results import Hit, Ranked, Results, Status
from broadsheet.search.selection import (
    counted_among,
    few_meeting,
    is_restricted,
    listed,
    number_meeting,
)
from broadsheet.search.soundness import doubt, is_damage
from broadsheet.search.spelling import correction as corrected
from broadsheet.search.suggest import Suggestion
from broadsheet.search.suggest import suggestions as suggested
from broadsheet.search.vectors import Reader

DEPTH = 1_000
"""How far each ranking is read, whatever page is asked for, so that pages fit together."""
ENOUGH, DEEPEST = 200, 64 * DEPTH
"""How many of the nearest papers that meet a wide filter suffice, and how far they are sought."""
COUNTED = 500
"""Papers of a ranking, the best, whose fields and years are counted."""
READ_AGAIN = 30
"""Papers, of the best, in whose texts words are looked for side by side: a page of them."""
AT_ONCE = 4
"""Searches whose words are looked for beside their meaning: both leave Python to itself."""
STATUS_FOR = 2.0
"""Seconds for which a status is remembered, and a damaged index left alone."""

_PAIR = re.compile(r"\w\W+\w")
Answer = TypeVar("Answer")

log = logging.getLogger(__name__)


class Engine:
    """The indexes of one folder, read. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self._lock = Lock()
        self._lexicon: Lexicon | None = None
        self._vectors = Reader(folder / "vectors")
        self._status: Status | None = None
        self._status_until = 0.0
        self._papers = (-1, 0)
        self._trusted_from = 0.0
        self._same_works = same_works.Known()
        self._beside = ThreadPoolExecutor(AT_ONCE, "search-words")

    def search(
        self,
        query: Query,
        limit: int,
        offset: int,
        *,
        counting: bool = False,
        rising: Sequence[int] = (),
    ) -> Results:
        if query.problem or query.is_empty:
            return Results([], 0, meaning=False)
        called = self._words(lambda lexicon: lexicon.called(query))
        if called is None:
            return _plain(query, limit, offset)
        if query.name and called:
            hits = [Hit(key, 1.0, 1) for key in called]
            return Results(hits[offset : offset + limit], len(hits), meaning=False)
        if query.order is not Sort.RELEVANCE:
            return self._listed(query, limit, offset, counting, rising)
        asked = self._beside.submit(self._ask_words, query) if query.balance != 1 else None
        towards, note = (None, "") if query.balance == 0 else self._direction(query)
        near = self._close(query, towards) if towards else NOTHING
        words = asked.result() if asked else NOTHING if towards else self._ask_words(query)
        if words is None:
            return _plain(query, limit, offset)
        ranked = self._ranked(query, called, words, towards, near)
        if query.phrases and not len(ranked.whole):
            return self._loosened(query, limit, offset, counting)
        papers = ranked.whole.papers
        return Results(
            ranked.hits(limit, offset),
            len(papers),
            towards is not None,
            note,
            () if len(papers) else self._unmet(query),
            self._counted(papers[:COUNTED].tolist()) if counting and len(papers) else {},
        )

    def _loosened(self, query: Query, limit: int, offset: int, counting: bool) -> Results:
        """What the words of its phrases find: quotation marks in a sentence demand nothing."""
        loose = replace(query, words=query.meaning, phrases=())
        found = self.search(loose, limit, offset, counting=counting)
        typed = " and ".join(f"“{phrase}”" for phrase in query.phrases)
        note = f"No paper has exactly {typed}; these are about its words."
        return replace(found, note=f"{note} {found.note}".strip()) if found.hits else found

    def _ask_words(self, query: Query) -> Ranking | None:
        return self._words(lambda lexicon: lexicon.search(query, DEPTH))

    def _ranked(
        self,
        query: Query,
        called: list[int],
        words: Ranking,
        towards: Direction | None,
        near: Ranking,
    ) -> Ranked:
        """One ranking of all; papers that were called by name first."""
        closeness, meaning = NOTHING, 0.0
        if towards:
            meaning = MEANING if query.balance is None else query.balance
            others = np.setdiff1d(words.papers, near.papers, assume_unique=True)
            closeness = near.with_(towards.closeness(others))
        fused = blended(words, closeness, meaning, DEPTH)
        if len(words) and meaning < 1 and _PAIR.search(query.meaning):
            fused = self._read_again(query, fused, (1 - meaning) / (words.scores[0] or 1.0))
        ranking = fused.led_by(called)
        whole = ranking.only(self._same_works.firsts(ranking.papers))
        return Ranked(whole, words, closeness.at_least(LEAST_CLOSENESS))

    def _read_again(self, query: Query, fused: Ranking, point: float) -> Ranking:
        """The ranking with what pairs of words add to its first papers.

        `point` is what one point of BM25 counts in it.
        """
        texts = texts_of(fused.papers[:READ_AGAIN].tolist())
        added = self._words(lambda lexicon: lexicon.side_by_side(query, texts)) or {}
        return fused.raised({key: point * more for key, more in added.items()})

    def _listed(
        self, query: Query, limit: int, offset: int, counting: bool, rising: Sequence[int]
    ) -> Results:
        """A list in another order than relevance: of papers that have all of the words."""

        def ask(lexicon: Lexicon) -> Results:
            searcher, wanted, note = lexicon.searcher(), matching(query), ""
            found, total = listed(searcher, wanted, query.order, limit, offset, rising)
            if not total and len(query.words.split()) > 1:
                wanted = matching(query, every_word=False)
                found, total = listed(searcher, wanted, query.order, limit, offset, rising)
                note = "No paper has all of these words; these have some of them." * bool(total)
            hits = [Hit(key, 0.0) for key in found]
            counts: Counts = {}
            if counting and total:
                counts = lexicon.kept(("counts", query.text), lambda one: counted(one, wanted))
            return Results(hits, total, meaning=False, note=note, counts=counts)

        results = self._words(ask)
        if results is None:
            return _plain(query, limit, offset)
        return results if results.total else replace(results, remarks=self._unmet(query))

    def _unmet(self, query: Query) -> tuple[str, ...]:
        """Which filters no paper here meets."""

        def ask(lexicon: Lexicon) -> list[str]:
            searcher = lexicon.searcher()
            return [
                query.text[slice(*one.span)]
                for one, negated in query.filters
                if not negated and not number_meeting(searcher, Query("", needed=(one,)))
            ]

        return tuple(f"No paper here meets “{typed}”." for typed in self._words(ask) or [])

    def _counted(self, ids: list[int]) -> Counts:
        return self._words(lambda lexicon: counted_among(lexicon.searcher(), ids)) or {}

    def similar(self, paper_id: int, limit: int) -> list[Hit]:
        table = self._vectors.table()
        vector = table.vector(paper_id) if table else None
        if table is None or vector is None:
            return []
        return _alike(table.nearest(vector, limit + 1), [paper_id], limit)

    def similar_to(self, paper_ids: Sequence[int], limit: int) -> list[Hit]:
        table = self._vectors.table()
        found = [table.vector(key) for key in paper_ids] if table else []
        vectors = [vector for vector in found if vector is not None]
        if table is None or not vectors:
            return []
        near = table.nearest(middle(vectors), limit + len(paper_ids))
        return _alike(near, paper_ids, limit)

    def similar_to_text(self, text: str, limit: int) -> Results:
        text = tidy(text)
        query = Query(text, words=text)
        words = self._words(lambda lexicon: lexicon.about(text, DEPTH))
        towards, note = self._direction(query, pieces(text))
        near = self._close(query, towards) if towards else NOTHING
        ranked = self._ranked(query, [], NOTHING if words is None else words, towards, near)
        return Results(ranked.hits(limit), len(ranked.whole), towards is not None, note)

    def correction(self, query: Query) -> str:
        return self._words(lambda lexicon: corrected(lexicon.searcher(), query)) or ""

    def suggestions(self, typed: str) -> list[Suggestion]:
        return self._words(lambda lexicon: suggested(lexicon.searcher(), typed)) or []

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
        embedded, drafts = (len(table), table.state.drafts) if table else (0, 0)
        return Status(self._count(), indexed, embedded, model, note, drafts)

    def _count(self) -> int:
        """How many papers are stored, counted again only after a change."""
        change, papers = self._papers
        latest = latest_change()
        if latest != change:
            papers = Paper.objects.count()
            self._papers = latest, papers
        return papers

    def _words(self, ask: Callable[[Lexicon], Answer]) -> Answer | None:
        """What the lexical index answers; None where there is none, or none that can be read."""
        for is_last in (False, True):  # between looking and asking the index may be switched
            lexicon = self._current()
            if lexicon is None:
                return None
            try:
                return ask(lexicon)
            except BaseException as fault:
                if not is_damage(fault):
                    raise
                log.warning("The lexical index could not be read: %s", fault)
                self._lexicon = None
                if is_last:
                    self._distrust(lexicon.folder)
        return None

    def _distrust(self, folder: Path) -> None:
        """Let the writer look at the index, and leave it alone for a moment."""
        log.warning("The search index seems damaged. %s", titles.REMEDY)
        self._trusted_from = time.monotonic() + STATUS_FOR
        doubt(folder)

    def _current(self) -> Lexicon | None:
        folder = index.current()
        with self._lock:
            if folder is None or time.monotonic() < self._trusted_from:
                self._lexicon = None
            elif self._lexicon is None or self._lexicon.folder != folder:
                try:
                    self._lexicon = Lexicon(folder)
                except (OSError, ValueError) as reason:
                    log.warning("The lexical index cannot be opened: %s", reason)
                    self._distrust(folder)
            return self._lexicon

    def _direction(self, query: Query, parts: Sequence[str] = ()) -> tuple[Direction | None, str]:
        return direction(self._vectors.table(), parts or [query.meaning])

    def _close(self, query: Query, towards: Direction) -> Ranking:
        """The nearest papers that meet the query's conditions.

        Few that meet them are all compared; of many, ever more of the nearest are looked through.
        """
        if not is_restricted(query):
            return towards.nearest(DEPTH)
        said = ("few", query.needed, query.phrases, query.without)
        few = self._words(lambda lexicon: lexicon.kept(said, lambda one: few_meeting(one, query)))
        if few is not None:
            return towards.nearest(DEPTH, few)
        depth = DEPTH
        while True:
            near = towards.nearest(depth)
            allowed = self._allowed(query, near)
            if len(allowed) >= ENOUGH or len(near) < depth or depth >= DEEPEST:
                return allowed.first(DEPTH)
            depth *= 4

    def _allowed(self, query: Query, near: Ranking) -> Ranking:
        allowed = self._words(lambda lexicon: lexicon.allowed(query, near.papers))
        return near if allowed is None else near.among(allowed)


def search(
    query: Query,
    *,
    limit: int = 30,
    offset: int = 0,
    counting: bool = False,
    rising: Sequence[int] = (),
) -> Results:
    """The papers for a query, best first: by words and by meaning, fused by their scores.

    A paper that the query calls by its identifier or its whole title stands first. Without
    model or vectors words alone answer, and `note` says so. In another order than relevance stand
    the papers that have all the words; `rising` are the papers that trend, the hottest first. With
    `counting`, `counts` is filled. Never raises on account of the query, the index or the model.
    """
    chosen = _engine(settings.INDEX)
    return chosen.search(query, limit, offset, counting=counting, rising=rising)


def similar(paper_id: int, limit: int = 6) -> list[Hit]:
    """The papers nearest in meaning to one paper, nearest first; none while it is not embedded."""
    return _engine(settings.INDEX).similar(paper_id, limit)


def similar_to(paper_ids: Sequence[int], limit: int = 30) -> list[Hit]:
    """The papers nearest to the middle of several, these left out; none while none is embedded."""
    return _engine(settings.INDEX).similar_to(paper_ids, limit)


def similar_to_text(text: str, limit: int = 30) -> Results:
    """The papers nearest to a text of any length, by its rarest words and by its meaning."""
    return _engine(settings.INDEX).similar_to_text(text, limit)


def correction(query: Query) -> str:
    """What was probably meant, where that would find much more; else an empty text."""
    return _engine(settings.INDEX).correction(query)


def suggestions(typed: str) -> list[Suggestion]:
    """What a query that begins like this may become."""
    return _engine(settings.INDEX).suggestions(typed)


def status() -> Status:
    """How far this node's index has come; cheap enough for every page."""
    return _engine(settings.INDEX).status()


def _plain(query: Query, limit: int, offset: int) -> Results:
    found = titles.titled(query, DEPTH)
    hits = [Hit(key, 0.0) for key in found[offset : offset + limit]]
    return Results(hits, len(found), meaning=False, note=titles.NOTE, plain=True)


def _alike(near: Ranking, papers: Sequence[int], limit: int) -> list[Hit]:
    others = near.only(~np.isin(near.papers, papers)).first(limit)
    pairs = zip(others.papers.tolist(), others.scores.tolist(), strict=True)
    return [Hit(paper, close, closeness=close) for paper, close in pairs]


@lru_cache(maxsize=2)
def _engine(folder: Path) -> Engine:
    return Engine(folder)
