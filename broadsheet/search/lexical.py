"""Words in, ranked paper ids out: BM25 over one tantivy index on disk.

Title and abstract are one text for it, in which the title counts several times: so a word has one
rarity, and its second occurrence adds less than its first (the simple BM25 extension of Robertson,
Zaragoza, Taylor, CIKM 2004). The fields apart, each with scores of its own, rank worse.

What a reader typed never meets tantivy's query language: queries are built from terms, which the
index's own analyzers made.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from pathlib import Path
from threading import Lock
from typing import TypeVar, cast

import tantivy
from tantivy import Occur

from broadsheet.papers.text import plain, title_key
from broadsheet.search.conditions import conditions
from broadsheet.search.pairs import pair_scores
from broadsheet.search.query import Query
from broadsheet.search.ranking import NOTHING, Ids, Ranking
from broadsheet.search.schema import NAMES, PROSE, SCHEMA, open_index
from broadsheet.search.selection import with_ids

TELLING = 25
KEPT = 32
"""Answers to repeated questions that are remembered."""

Answer = TypeVar("Answer")


class Lexicon:
    """One index folder, read. Safe to share between threads; sees commits at its next call."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._index = open_index(folder)
        self._meta = folder / "meta.json"
        self._seen = self._stamp()
        self._searcher = self._index.searcher()
        self._kept: dict[object, object] = {}
        self._lock = Lock()

    def search(self, query: Query, limit: int) -> Ranking:
        """The best papers for the words of a query."""
        searcher = self.searcher()
        wanted = _ranked_by(searcher, query)
        return _matches(searcher, wanted, limit) if wanted else NOTHING

    def side_by_side(self, query: Query, texts: Mapping[int, str]) -> dict[int, float]:
        """What `pair_scores` says of papers' texts for the words of a query."""
        searcher = self.searcher()

        def rarity(stem: str) -> float:
            return _rarity(searcher.num_docs, searcher.doc_freq("text", stem))

        return pair_scores(plain(query.meaning), texts, rarity)

    def about(self, text: str, limit: int) -> Ranking:
        """The best papers for the `TELLING` words that say most of what a long text is about."""
        searcher = self.searcher()
        counts = Counter(word for word in plain(text).split() if len(word) > 1)

        def weight(word: str) -> float:
            stems = PROSE.analyze(word)
            having = max((int(searcher.doc_freq("text", stem)) for stem in stems), default=0)
            return counts[word] * _rarity(searcher.num_docs, having) if having > 1 else 0.0

        telling = sorted(counts, key=weight, reverse=True)[:TELLING]
        return self.search(Query(text, words=" ".join(telling)), limit)

    def called(self, query: Query) -> list[int]:
        """Papers that the query names outright: by an identifier, or by their whole title."""
        wanted = [tantivy.Query.term_query(SCHEMA, "name", query.name or query.text.lower())]
        if not query.without:
            key = title_key(plain(query.text))
            wanted.append(tantivy.Query.term_query(SCHEMA, "title_key", key))
        searcher = self.searcher()
        found = (_matches(searcher, one, limit=20) for one in wanted)
        called: list[int] = next(filter(len, found), NOTHING).papers.tolist()
        return called

    def allowed(self, query: Query, ids: Ids) -> Ids:
        """Those of `ids` whose papers have the phrases, and lack the words, that the query says."""
        needed = conditions(query)
        if not needed or not len(ids):
            return ids
        among = with_ids(ids.tolist())
        wanted = tantivy.Query.boolean_query([(Occur.Must, among), *needed])
        return _matches(self.searcher(), wanted, len(ids)).papers

    def count(self) -> int:
        return int(self.searcher().num_docs)

    def kept(self, key: Hashable, find: Callable[[tantivy.Searcher], Answer]) -> Answer:
        """What `find` answers, remembered under `key` until the index changes."""
        searcher = self.searcher()
        kept, whole = self._kept, (id(searcher), key)
        found = kept.get(whole, kept)
        if found is kept:
            if len(kept) >= KEPT:
                kept.clear()
            found = kept[whole] = find(searcher)
        return cast(Answer, found)

    def _stamp(self) -> tuple[int, int]:
        stat = self._meta.stat()
        return stat.st_mtime_ns, stat.st_ino

    def searcher(self) -> tantivy.Searcher:
        """The newest commit, to ask anything of."""
        with self._lock:
            stamp = self._stamp()
            if stamp != self._seen:
                self._index.reload()
                self._searcher, self._seen = self._index.searcher(), stamp
                self._kept = {}
            return self._searcher


def _matches(searcher: tantivy.Searcher, query: tantivy.Query, limit: int) -> Ranking:
    hits = searcher.search(query, limit=limit, count=False).hits
    ids = searcher.fast_field_values("id", [address for _, address in hits])
    return Ranking.of([int(key or 0) for key in ids], [score for score, _ in hits])


def _ranked_by(searcher: tantivy.Searcher, query: Query) -> tantivy.Query | None:
    """An OR of all words, kept flat so that tantivy can skip what cannot reach the top.

    Conditions choose papers and rank none: their scores would blur the shares of the words'.
    """
    text = plain(query.meaning)
    words = dict(zip(PROSE.analyze(text), NAMES.analyze(text), strict=True))
    clauses = [
        (Occur.Should, clause)
        for stem, name in words.items()
        for clause in _word(searcher, stem, name)
    ]
    clauses += [
        (occur, tantivy.Query.const_score_query(wanted, 0.0)) for occur, wanted in conditions(query)
    ]
    return tantivy.Query.boolean_query(clauses) if clauses else None


def _word(searcher: tantivy.Searcher, stem: str, name: str) -> Iterable[tantivy.Query]:
    """One word in the text and among the authors.

    A common word can be a rare name (`Deep`, `Long`): as a name it counts no more than the rarity
    of the word wherever it occurs most.
    """
    papers = searcher.num_docs
    in_text, in_names = searcher.doc_freq("text", stem), searcher.doc_freq("authors", name)
    if in_text:
        yield tantivy.Query.term_query(SCHEMA, "text", stem, index_option="freq")
    if in_names:
        term_query = tantivy.Query.term_query(SCHEMA, "authors", name, index_option="freq")
        most = max(in_text, in_names)
        yield tantivy.Query.boost_query(
            term_query, _rarity(papers, most) / _rarity(papers, in_names)
        )


def _rarity(papers: int, having: int) -> float:
    """Inverse document frequency as BM25 has it: ln(1 + (N - n + 1/2) / (n + 1/2))."""
    return math.log1p((max(papers, having) - having + 0.5) / (having + 0.5))
