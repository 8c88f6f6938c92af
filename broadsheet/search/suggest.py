"""Suggestions while a query is typed: titles, authors and keywords of papers here.

The index finds papers whose title or authors have the words typed so far, the last one perhaps
unfinished; their rows in the database have what is shown. So suggestions follow the one sequence
of changes like every search does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import tantivy
from tantivy import Occur

from broadsheet.papers.models import Authorship, Paper
from broadsheet.papers.text import plain
from broadsheet.search.query import MAX_LENGTH, Sort, tidy
from broadsheet.search.schema import NAMES, SCHEMA
from broadsheet.search.selection import listed

SHORTEST = 3
"""Letters of a beginning from which on the index is asked for its words: shorter ones begin
thousands of names, which takes longer than a keystroke."""
LOOKED_AT = 24
"""Papers whose titles, keywords and names are considered."""
ENDINGS = 20
"""Words that an unfinished word may become: the most common ones."""
MOST_WORDS = 8
NAMES_OF_EACH = 40
"""Authors of a paper that are considered: a collaboration has thousands."""
EACH = 4


class Kind(StrEnum):
    TITLE = "title"
    AUTHOR = "author"
    KEYWORD = "keyword"


@dataclass(frozen=True, slots=True)
class Suggestion:
    kind: Kind
    text: str
    slug: str = ""
    """The paper, of a title."""


def suggestions(searcher: tantivy.Searcher, typed: str) -> list[Suggestion]:
    """At most `EACH` of each kind; most voted papers first. Two queries to the database."""
    words = NAMES.analyze(plain(tidy(typed)[:MAX_LENGTH]))
    if sum(map(len, words)) < SHORTEST or len(words) > MOST_WORDS:
        return []
    known = _papers(searcher, "vocabulary", words)
    by_name = _papers(searcher, "authors", words)
    rows = Paper.objects.filter(id__in=known).values_list("id", "slug", "title", "keywords")
    found = {row[0]: row for row in rows}
    ordered = [found[key] for key in known if key in found]
    keywords = (keyword for row in ordered for keyword in row[3])
    titles = [(row[1], plain(row[2])) for row in ordered]
    return [
        *(Suggestion(Kind.KEYWORD, text) for text in _common(keywords, words)),
        *(Suggestion(Kind.AUTHOR, name) for name in _common(_names(by_name), words)),
        *[Suggestion(Kind.TITLE, text, slug) for slug, text in titles if _has(text, words)][:EACH],
    ]


def _papers(searcher: tantivy.Searcher, field: str, words: Sequence[str]) -> list[int]:
    """Papers whose field has the words, the last one as it is or as a beginning."""
    *whole, begun = words
    clauses = [(Occur.Must, tantivy.Query.term_query(SCHEMA, field, word)) for word in whole]
    if len(begun) >= SHORTEST:
        terms = [term for term, _ in searcher.terms_with_prefix(field, begun, limit=ENDINGS)]
        endings = [(Occur.Should, tantivy.Query.term_query(SCHEMA, field, term)) for term in terms]
        clauses.append((Occur.Must, tantivy.Query.boolean_query(endings)))
    wanted = tantivy.Query.boolean_query(clauses)
    return listed(searcher, wanted, Sort.VOTES, LOOKED_AT, 0)[0]


def _names(ids: Sequence[int]) -> Iterable[str]:
    if not ids:
        return []
    first = Authorship.objects.filter(paper_id__in=ids, position__lt=NAMES_OF_EACH)
    return first.values_list("name", flat=True)


def _common(texts: Iterable[str], words: Sequence[str]) -> list[str]:
    """The most frequent of the texts that have the words; first those that begin with them."""
    counts = Counter[str]()
    shown: dict[str, str] = {}
    for text in texts:
        if _has(text, words):
            shown.setdefault(text.lower(), text)
            counts[text.lower()] += 1
    typed = " ".join(words)
    best = sorted(counts, key=lambda key: (not key.startswith(typed), -counts[key], key))
    return [shown[key] for key in best[:EACH]]


def _has(text: str, words: Sequence[str]) -> bool:
    terms = NAMES.analyze(text)
    *whole, begun = words
    return set(whole) <= set(terms) and any(term.startswith(begun) for term in terms)
