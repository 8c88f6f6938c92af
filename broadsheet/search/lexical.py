"""Words in, ranked paper ids out: BM25 over one tantivy index on disk.

What a reader typed never meets tantivy's query language: queries are built from terms, which the
index's own analyzers made.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import tantivy
from tantivy import Filter, Occur, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

from broadsheet.papers.text import plain, title_key
from broadsheet.search.entries import Entry
from broadsheet.search.query import Query

VERSION = 1
"""Of the schema and the analyzers; an index of another version is made anew."""

TITLE_WEIGHT = 2.0
AUTHORS_WEIGHT = 1.0
LONGEST_TERM = 40


def _analyzer(*last: Filter) -> TextAnalyzer:
    builder = TextAnalyzerBuilder(Tokenizer.simple())
    folded = (Filter.remove_long(LONGEST_TERM), Filter.lowercase(), Filter.ascii_fold())
    for step in (*folded, *last):
        builder = builder.filter(step)
    return builder.build()


PROSE = _analyzer(Filter.stemmer("english"))
NAMES = _analyzer()


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", stored=True, indexed=True, fast=True)
    builder.add_integer_field("title_key", indexed=True)
    builder.add_text_field("name", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("title", tokenizer_name="prose")
    builder.add_text_field("body", tokenizer_name="prose")
    builder.add_text_field("authors", tokenizer_name="names")
    builder.add_text_field("category", fast=True, tokenizer_name="raw", index_option="basic")
    for number in ("day", "published", "votes"):
        builder.add_integer_field(number, indexed=True, fast=True)
    return builder.build()


SCHEMA = _schema()


def open_index(folder: Path) -> tantivy.Index:
    """The index in `folder`. ValueError where there is none or it cannot be read."""
    index = tantivy.Index.open(str(folder))
    index.register_tokenizer("prose", PROSE)
    index.register_tokenizer("names", NAMES)
    return index


def make_index(folder: Path) -> None:
    """An empty index in the new folder `folder`."""
    folder.mkdir(parents=True)
    tantivy.Index(SCHEMA, path=str(folder), reuse=False)


def document(entry: Entry) -> tantivy.Document:
    """The paper as the index keeps it; days are proleptic Gregorian ordinals."""
    made = tantivy.Document()
    made.add_integer("id", entry.id)
    made.add_integer("title_key", entry.title_key)
    made.add_integer("votes", entry.votes)
    made.add_text("title", entry.title)
    made.add_text("body", "\n".join((entry.abstract, entry.summary, *entry.keywords)))
    made.add_text("authors", "\n".join(entry.authors))
    for name in entry.names:
        made.add_text("name", name)
    for category in entry.categories:
        made.add_text("category", category)
    for field, value in (("day", entry.day), ("published", entry.published)):
        if value:
            made.add_integer(field, value.toordinal())
    return made


@dataclass(frozen=True, slots=True)
class Match:
    paper_id: int
    score: float


class Lexicon:
    """One index folder, read. Safe to share between threads; sees commits at its next call."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._index = open_index(folder)
        self._meta = folder / "meta.json"
        self._seen = self._stamp()
        self._searcher = self._index.searcher()
        self._lock = Lock()

    def search(self, query: Query, limit: int) -> list[Match]:
        """The best papers for the words of a query, best first; equal scores newest first."""
        searcher = self._fresh()
        wanted = _ranked_by(searcher, query)
        return _matches(searcher, wanted, limit) if wanted else []

    def called(self, query: Query) -> list[int]:
        """Papers that the query names outright: by an identifier, or by their whole title."""
        wanted = [tantivy.Query.term_query(SCHEMA, "name", query.name or query.text.lower())]
        if not query.without:
            key = title_key(plain(query.text))
            wanted.append(tantivy.Query.term_query(SCHEMA, "title_key", key))
        searcher = self._fresh()
        found = (_matches(searcher, one, limit=20) for one in wanted)
        return [match.paper_id for match in next(filter(None, found), [])]

    def allowed(self, query: Query, ids: Sequence[int]) -> set[int]:
        """Those of `ids` whose papers have the phrases, and lack the words, that the query says."""
        conditions = _conditions(query)
        if not conditions or not ids:
            return set(ids)
        among = tantivy.Query.term_set_query(SCHEMA, "id", list(ids))
        wanted = tantivy.Query.boolean_query([(Occur.Must, among), *conditions])
        return {match.paper_id for match in _matches(self._fresh(), wanted, len(ids))}

    def count(self) -> int:
        return int(self._fresh().num_docs)

    def _stamp(self) -> tuple[int, int]:
        stat = self._meta.stat()
        return stat.st_mtime_ns, stat.st_ino

    def _fresh(self) -> tantivy.Searcher:
        with self._lock:
            stamp = self._stamp()
            if stamp != self._seen:
                self._index.reload()
                self._searcher, self._seen = self._index.searcher(), stamp
            return self._searcher


def _matches(searcher: tantivy.Searcher, query: tantivy.Query, limit: int) -> list[Match]:
    hits = searcher.search(query, limit=limit, count=False).hits
    ids = searcher.fast_field_values("id", [address for _, address in hits])
    found = [Match(int(key or 0), score) for key, (score, _) in zip(ids, hits, strict=True)]
    return sorted(found, key=lambda match: (-match.score, -match.paper_id))


def _ranked_by(searcher: tantivy.Searcher, query: Query) -> tantivy.Query | None:
    """An OR of all words, kept flat so that tantivy can skip what cannot reach the top."""
    text = plain(query.words)
    words = dict(zip(PROSE.analyze(text), NAMES.analyze(text), strict=True))
    clauses = [
        (Occur.Should, clause)
        for stem, name in words.items()
        for clause in _word(searcher, stem, name)
    ]
    clauses += _conditions(query)
    return tantivy.Query.boolean_query(clauses) if clauses else None


def _word(searcher: tantivy.Searcher, stem: str, name: str) -> Iterable[tantivy.Query]:
    """One word in title, body and authors.

    A common word can be a rare name (`Deep`, `Long`): as a name it counts no more than the rarity
    of the word wherever it occurs most.
    """
    papers = searcher.num_docs
    fields = (
        ("title", stem, TITLE_WEIGHT), ("body", stem, 1.0), ("authors", name, AUTHORS_WEIGHT)
    )  # fmt: skip
    counts = [searcher.doc_freq(field, term) for field, term, _ in fields]
    for (field, term, weight), count in zip(fields, counts, strict=True):
        if not count:
            continue
        if field == "authors":
            weight *= _rarity(papers, max(counts)) / _rarity(papers, count)
        term_query = tantivy.Query.term_query(SCHEMA, field, term, index_option="freq")
        yield tantivy.Query.boost_query(term_query, weight)


def _rarity(papers: int, having: int) -> float:
    """Inverse document frequency as BM25 has it: ln(1 + (N - n + 1/2) / (n + 1/2))."""
    return math.log1p((max(papers, having) - having + 0.5) / (having + 0.5))


def _conditions(query: Query) -> list[tuple[Occur, tantivy.Query]]:
    required = [(Occur.Must, _somewhere(phrase)) for phrase in query.phrases]
    refused = [(Occur.MustNot, _somewhere(word)) for word in query.without]
    return [(occur, wanted) for occur, wanted in required + refused if wanted]


def _somewhere(text: str) -> tantivy.Query | None:
    """These words in this order, in any field; None where `text` has no word."""
    fields = (("title", PROSE), ("body", PROSE), ("authors", NAMES))
    found = [_in_order(field, analyzer.analyze(plain(text))) for field, analyzer in fields]
    shoulds = [(Occur.Should, wanted) for wanted in found if wanted]
    return tantivy.Query.boolean_query(shoulds) if shoulds else None


def _in_order(field: str, terms: list[str]) -> tantivy.Query | None:
    if len(terms) < 2:  # tantivy's phrases have at least two words
        return tantivy.Query.term_query(SCHEMA, field, terms[0]) if terms else None
    return tantivy.Query.phrase_query(SCHEMA, field, list(terms))
