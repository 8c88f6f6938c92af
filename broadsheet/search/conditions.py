"""What a query demands of papers, as queries that tantivy understands."""

from __future__ import annotations

from collections.abc import Sequence

import tantivy
from tantivy import FieldType, Occur

from broadsheet.papers.text import plain
from broadsheet.search.filters import Filter
from broadsheet.search.query import Query
from broadsheet.search.schema import NAMES, PROSE, SCHEMA
from broadsheet.search.syntax import AllOf, AnyOf, Node, Not, Term

Clause = tuple[Occur, tantivy.Query]

_FIELDS = {"au": ("authors",), "ti": ("title",), "abs": ("body",)}
_ANYWHERE = ("title", "body", "authors")
_ANALYZERS = {"title": PROSE, "body": PROSE, "authors": NAMES}
_NUMBERS = {"date": "date", "year": "date", "votes": "votes"}
_CODES = {"id": "name", "has": "has", "source": "source"}


def conditions(query: Query) -> list[Clause]:
    """Everything that a paper must have or lack, to stand in a boolean query."""
    nodes: list[Node] = [Term(phrase, quoted=True) for phrase in query.phrases]
    nodes += [Not(Term(text)) for text in query.without]
    return _all(nodes + list(query.needed))


def matching(query: Query, *, every_word: bool = True) -> tantivy.Query:
    """All papers that meet the conditions and have every word, or at least one of the words."""
    words: list[Node] = [Term(word) for word in query.words.split()]
    if words and not every_word:
        words = [AnyOf(tuple(words))]
    return _joined(conditions(query) + _all(words)) or tantivy.Query.all_query()


def _all(nodes: Sequence[Node]) -> list[Clause]:
    return [clause for node in nodes if (clause := _clause(node))]


def _clause(node: Node) -> Clause | None:
    occur = Occur.MustNot if isinstance(node, Not) else Occur.Must
    wanted = _wanted(node.node if isinstance(node, Not) else node)
    return (occur, wanted) if wanted else None


def _wanted(node: Node) -> tantivy.Query | None:
    """The papers that a node describes; None where it has no word to look for."""
    if isinstance(node, Term):
        return somewhere(node.text)
    if isinstance(node, Filter):
        return _filtered(node)
    if isinstance(node, AnyOf):
        found = [_joined([clause]) for one in node.nodes if (clause := _clause(one))]
        return (
            tantivy.Query.boolean_query([(Occur.Should, one) for one in found if one])
            if found
            else None
        )
    return _joined(_all(node.nodes if isinstance(node, AllOf) else (node,)))


def _joined(clauses: list[Clause]) -> tantivy.Query | None:
    """One query of clauses that all hold; it needs something to take away from."""
    if not clauses:
        return None
    if all(occur == Occur.MustNot for occur, _ in clauses):
        clauses = [(Occur.Must, tantivy.Query.all_query()), *clauses]
    return tantivy.Query.boolean_query(clauses)


def somewhere(text: str, fields: Sequence[str] = _ANYWHERE) -> tantivy.Query | None:
    """These words in this order, in any of the fields; None where `text` has no word."""
    found = [_in_order(field, _ANALYZERS[field].analyze(plain(text))) for field in fields]
    shoulds = [(Occur.Should, wanted) for wanted in found if wanted]
    return tantivy.Query.boolean_query(shoulds) if shoulds else None


def _in_order(field: str, terms: list[str], slop: int = 0) -> tantivy.Query | None:
    if len(terms) < 2:  # tantivy's phrases have at least two words
        return tantivy.Query.term_query(SCHEMA, field, terms[0]) if terms else None
    return tantivy.Query.phrase_query(SCHEMA, field, list(terms), slop)


def _filtered(one: Filter) -> tantivy.Query | None:
    if one.field == "au":
        return _author(one.text)
    if one.field in _FIELDS:
        return somewhere(one.text, _FIELDS[one.field])
    if one.field in _NUMBERS:
        number = _NUMBERS[one.field]
        return tantivy.Query.range_query(SCHEMA, number, FieldType.Integer, one.low, one.high)
    if one.field == "cat":
        return _category(one.text)
    return tantivy.Query.term_query(SCHEMA, _CODES[one.field], one.text)


def _author(text: str) -> tantivy.Query | None:
    """A name in either order, with room for one initial in between."""
    terms = NAMES.analyze(plain(text))
    orders = [terms] if len(terms) < 2 else [terms, [terms[-1], *terms[:-1]]]
    found = [_in_order("authors", order, slop=1) for order in orders]
    shoulds = [(Occur.Should, wanted) for wanted in found if wanted]
    return tantivy.Query.boolean_query(shoulds) if shoulds else None


def _category(code: str) -> tantivy.Query:
    """One category; with `.*`, or without a subject, all of its archive."""
    archive, _, subject = code.partition(".")
    if subject in ("", "*"):
        return tantivy.Query.term_query(SCHEMA, "archive", archive)
    return tantivy.Query.term_query(SCHEMA, "category", code)
