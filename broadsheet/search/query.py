"""What a reader typed, understood: never an error, at worst a friendly refusal.

attention is all you need      papers about these words and what they mean
"state space" models           papers with exactly this phrase
diffusion -images              papers without this word
mamba OR "state space"         papers with at least one of them
au:hinton cat:cs.LG year:2023.. has:code votes:>10
arXiv:2401.01234v2             the paper with this id; an address or a DOI works too

`broadsheet.search.syntax` has the grammar, `broadsheet.search.filters` what stands after a colon.
Alone, words rank papers and need not all occur; everything else must hold. Filters on one of
`cat`, `id` and `year` are alternatives, other filters all hold.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from broadsheet.papers.identifiers import clean_doi, split_arxiv_id
from broadsheet.search import syntax
from broadsheet.search.filters import ALTERNATIVES, Filter
from broadsheet.search.syntax import AllOf, AnyOf, Node, Not, Term

MAX_LENGTH = 500

_OWN_SLUG = re.compile(r"b\d{1,18}")
_LABEL = re.compile(r"doi:\s*", re.IGNORECASE)


class Sort(StrEnum):
    """Orders of a list of results."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"
    VOTES = "votes"
    TRENDING = "trending"


@dataclass(frozen=True, slots=True)
class Query:
    """One search. With a `problem` there is nothing to search for and the reader is told why."""

    text: str
    """What was typed, with white space and odd characters put in order."""
    words: str = ""
    """What ranks papers: all words that are looked for, but for the phrases."""
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    needed: tuple[Node, ...] = ()
    """What must hold besides phrases and exclusions: filters, choices, groups."""
    filters: tuple[tuple[Filter, bool], ...] = ()
    """The filters of `needed` that stand for themselves, and whether each is negated."""
    name: str = ""
    """The arXiv id (without version), DOI or slug, where the whole query is one; lower case."""
    problem: str = ""
    remarks: tuple[str, ...] = ()
    """What was not understood and left out, a sentence for each."""
    sort: Sort | None = None
    """As asked for; None leaves it to `order`."""
    balance: float | None = None
    """Weight of meaning against words, from 0 (words alone) to 1; None leaves it to fusion."""

    @property
    def is_empty(self) -> bool:
        return not self.text

    @property
    def meaning(self) -> str:
        """The part that says what is sought, for the embedding model."""
        return " ".join((self.words, *self.phrases)).strip()

    @property
    def order(self) -> Sort:
        """Relevance, or what was asked for; newest first where no word says what is relevant."""
        if not _says_something(self.meaning) and self.sort in (None, Sort.RELEVANCE):
            return Sort.NEWEST
        return self.sort or Sort.RELEVANCE

    def less(self, one: Filter) -> str:
        """The text of this query without one of its filters."""
        start, end = one.span
        return " ".join((self.text[:start] + self.text[end:]).split())


def parse(text: str, sort: str = "", balance: str = "") -> Query:
    """Understand what was typed. Takes any strings whatever and never raises.

    `sort` names a `Sort`; `balance` is a number from 0 (words) to 100 (meaning). Either may be
    empty; what else they may hold is remarked on.
    """
    typed = tidy(text)
    if len(typed) > MAX_LENGTH:
        length = f"{len(typed):,}"
        return Query(
            typed[:MAX_LENGTH],
            problem=f"A query has at most {MAX_LENGTH} characters; this one has {length}.",
        )
    order, weight, remarks = _settings(sort, balance)
    name = _name(typed)
    if name:
        return Query(typed, words=typed, name=name, sort=order, balance=weight)
    tree = syntax.read(typed)
    nodes = list(_flat(tree.nodes))
    query = Query(
        typed,
        words=" ".join(term.text for term in _terms(nodes)),
        phrases=tuple(node.text for node in nodes if isinstance(node, Term) and node.quoted),
        without=tuple(_excluded(nodes)),
        needed=tuple(_needed(nodes)),
        filters=tuple(_filters(nodes)),
        remarks=(*tree.remarks, *remarks),
        sort=order,
        balance=weight,
    )
    return query if not typed or _asks(query) else _refused(query)


def _settings(sort: str, balance: str) -> tuple[Sort | None, float | None, tuple[str, ...]]:
    order, weight, remarks = None, None, []
    if sort:
        try:
            order = Sort(sort)
        except ValueError:
            remarks.append(f"There is no order of that name; orders are {', '.join(Sort)}.")
    if balance:
        if re.fullmatch(r"\d{1,3}", balance, re.ASCII) and int(balance) <= 100:
            weight = int(balance) / 100
        else:
            remarks.append("The weight of meaning is a number from 0 (words) to 100 (meaning).")
    return order, weight, tuple(remarks)


def _asks(query: Query) -> bool:
    """Whether anything is left that papers can have or lack."""
    return bool(query.needed) or any(
        map(_says_something, (query.words, *query.phrases, *query.without))
    )


def _refused(query: Query) -> Query:
    problem = " ".join(query.remarks) or "Say what to look for in words."
    return replace(query, problem=problem)


def tidy(text: str) -> str:
    """On one line, in NFC, without control characters and halves of characters."""
    whole = text[: MAX_LENGTH * 20].encode("utf-8", "replace").decode("utf-8")
    composed = unicodedata.normalize("NFC", whole)
    printable = "".join(
        " " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in composed
    )
    return " ".join(printable.translate({ord("“"): '"', ord("”"): '"'}).split())


def _name(text: str) -> str:
    """The identifier that the whole text is: of a paper here, at arXiv or in a list elsewhere."""
    last = text.rpartition("/papers/")[2]
    arxiv = split_arxiv_id(text) or split_arxiv_id(last)
    if arxiv:
        return arxiv[0]
    if _OWN_SLUG.fullmatch(last):
        return last
    text = _LABEL.sub("", text, count=1)
    return "" if " " in text else clean_doi(text)


def _flat(nodes: Iterable[Node]) -> Iterator[Node]:
    """Groups that merely hold together what must hold anyway, opened."""
    for node in nodes:
        if isinstance(node, AllOf):
            yield from _flat(node.nodes)
        else:
            yield node


def _excluded(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, Not) and isinstance(node.node, Term):
            yield node.node.text


def _terms(nodes: Iterable[Node], *, inner: bool = False) -> Iterator[Term]:
    """Everything that is looked for, in its order; phrases only where they are not required."""
    for node in nodes:
        if isinstance(node, Term):
            if inner or not node.quoted:
                yield node
        elif isinstance(node, AnyOf | AllOf):
            yield from _terms(node.nodes, inner=True)
        elif isinstance(node, Filter) and node.field in ("ti", "abs"):
            yield Term(node.text)


def _needed(nodes: Sequence[Node]) -> Iterator[Node]:
    alternatives: dict[str, list[Node]] = {}
    for node in nodes:
        if isinstance(node, Filter) and node.field in ALTERNATIVES:
            alternatives.setdefault(node.field, []).append(node)
        elif not isinstance(node, Term) and not _is_exclusion(node):
            yield node
    for some in alternatives.values():
        yield some[0] if len(some) == 1 else AnyOf(tuple(some))


def _is_exclusion(node: Node) -> bool:
    return isinstance(node, Not) and isinstance(node.node, Term)


def _filters(nodes: Iterable[Node]) -> Iterator[tuple[Filter, bool]]:
    for node in nodes:
        if isinstance(node, Filter):
            yield node, False
        elif isinstance(node, Not) and isinstance(node.node, Filter):
            yield node.node, True


def _says_something(text: str) -> bool:
    return any(character.isalnum() for character in text)
