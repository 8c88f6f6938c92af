"""Which words of a text a query asked for: found as the index finds them, by their stems."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import tantivy

from broadsheet.papers.text import plain
from broadsheet.search.query import Query
from broadsheet.search.schema import NAMES, PROSE, TELLING
from broadsheet.search.syntax import AllOf, AnyOf, Node, Term

Stems = tuple[str, ...]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Marks:
    """What to mark: stems, or several in a row, with the word that the reader typed for it."""

    sought: dict[Stems, str] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    """Parts of authors' names, for author lists only."""
    known: dict[str, list[tuple[Span, str]]] = field(default_factory=dict, compare=False)
    """What was found in texts before: a card asks several times about one abstract."""

    def spans(self, text: str) -> list[Span]:
        """Where in `text` something stands that was sought; none overlaps another."""
        return [span for span, _ in self.places(text)]

    def heard(self, texts: Iterable[str]) -> list[str]:
        """The typed words that occur in the texts, in the order of typing."""
        seen = {typed for text in texts for _, typed in self.places(text)}
        return [typed for typed in dict.fromkeys(self.sought.values()) if typed in seen]

    def places(self, text: str) -> list[tuple[Span, str]]:
        """Where in `text` something stands that was sought, and the word typed for it."""
        if text not in self.known:
            self.known[text] = list(self._found(text))
        return self.known[text]

    def name_spans(self, text: str) -> list[Span]:
        if not self.names:
            return []
        tokens = NAMES.pre_tokenize(text).tokens
        return [_span([token]) for token in tokens if token.text in self.names]

    def _found(self, text: str) -> Iterator[tuple[Span, str]]:
        if not self.sought:
            return
        tokens = PROSE.pre_tokenize(text).tokens
        stems = [token.text for token in tokens]
        longest = max(map(len, self.sought))
        at = 0
        while at < len(tokens):
            for length in range(min(longest, len(tokens) - at), 0, -1):
                typed = self.sought.get(tuple(stems[at : at + length]))
                if typed is not None:
                    yield _span(tokens[at : at + length]), typed
                    at += length - 1
                    break
            at += 1


def marks(query: Query) -> Marks:
    """What to mark for a query; very common words only within phrases."""
    sought: dict[Stems, str] = {}
    for word in plain(query.words).split():
        for token in PROSE.pre_tokenize(word).tokens:
            typed = word[token.char_offset_from : token.char_offset_to]
            if TELLING.analyze(typed):
                sought.setdefault((token.text,), typed.lower())
    for phrase in (*query.phrases, *_phrases(query.needed)):
        if stems := tuple(PROSE.analyze(plain(phrase))):
            sought[stems] = phrase
    asked = [one.text for one, negated in query.filters if one.field == "au" and not negated]
    return Marks(sought, frozenset(part for name in asked for part in NAMES.analyze(plain(name))))


def has_all_words(query: Query, texts: Iterable[str]) -> bool:
    """Whether every word that only ranks papers is in the texts of one that was found: all else
    in a query holds for whatever it finds."""
    chosen = {(stem,) for term in _terms(query.needed) for stem in PROSE.analyze(plain(term.text))}
    ranking = marks(replace(query, phrases=(), needed=()))
    wanted = {typed for stems, typed in ranking.sought.items() if stems not in chosen}
    return wanted <= set(ranking.heard(texts))


def _phrases(nodes: Sequence[Node]) -> Iterator[str]:
    return (term.text for term in _terms(nodes) if term.quoted)


def _terms(nodes: Sequence[Node]) -> Iterator[Term]:
    for node in nodes:
        if isinstance(node, Term):
            yield node
        elif isinstance(node, AnyOf | AllOf):
            yield from _terms(node.nodes)


def _span(tokens: Sequence[tantivy.Token]) -> Span:
    return tokens[0].char_offset_from, tokens[-1].char_offset_to
