"""The grammar of queries: text to a tree, with a remark for each thing that was not understood.

    query     = choice, { choice }
    choice    = unit, { "OR", unit }
    unit      = [ "-" | "NOT" ], ( word | phrase | filter | "(", query, ")" )
    filter    = name, ":", ( word | phrase )

Parentheses are only read as groups where `OR` or `-(` occurs; else they belong to the words.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from broadsheet.search import filters
from broadsheet.search.filters import Filter, Misread

DEEPEST = 8
"""Groups within groups."""


@dataclass(frozen=True, slots=True)
class Term:
    """Words that a paper has in this order; a single one or a phrase."""

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    node: Node


@dataclass(frozen=True, slots=True)
class AnyOf:
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    nodes: tuple[Node, ...]


Node: TypeAlias = Term | Filter | Not | AnyOf | AllOf


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    """`node`, `or`, `not`, `open`, `close`."""
    node: Node | None = None
    minus: bool = False


@dataclass(slots=True)
class Tree:
    nodes: list[Node] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


_MINUS = re.compile(r'-(?=[\w"(])')
_NAMED = re.compile(r'([A-Za-z_]{2,12}):(?!//)(?:"([^"]*)"|(\S*))')
_QUOTED = re.compile(r'"([^"]+)"')
_LONE = re.compile(r"\S+")


def read(text: str) -> Tree:
    """The tree of a query on one line. Never raises."""
    return _Reader(text).tree()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        bare = _QUOTED.sub(" ", text)
        self._groups = "-(" in bare or "OR" in bare.replace("(", " ").replace(")", " ").split()
        self._tree = Tree()
        self._tokens = deque(self._split())

    def tree(self) -> Tree:
        while self._tokens:  # a lone closing parenthesis ends a sequence too early
            self._tree.nodes += self._sequence(0)
        self._tree.remarks = list(dict.fromkeys(self._tree.remarks))
        return self._tree

    def _remark(self, sentence: str) -> None:
        self._tree.remarks.append(sentence)

    # --- text to tokens ---------------------------------------------------------------------

    def _split(self) -> list[_Token]:
        tokens: list[_Token] = []
        at, minus = 0, False
        while at < len(self._text):
            if self._text[at] == " ":
                at += 1
                continue
            if not minus and _MINUS.match(self._text, at):
                at, minus = at + 1, True
            at, more = self._token(at, minus)
            minus = more == [_Token("not")]
            tokens += [] if minus else more
        return tokens

    def _token(self, at: int, minus: bool) -> tuple[int, list[_Token]]:
        """What begins at `at`, and where it ends."""
        if self._groups and self._text[at] in "()":
            kind = "open" if self._text[at] == "(" else "close"
            return at + 1, [_Token(kind, minus=minus)]
        if quoted := _QUOTED.match(self._text, at):
            return quoted.end(), [_Token("node", Term(quoted[1], quoted=True), minus)]
        named = _NAMED.match(self._text, at)
        if named and named[2] is not None:
            return named.end(), self._filter(named[1], named[2], (at - minus, named.end()), minus)
        lone = _LONE.match(self._text, at)
        word, closers = self._closed(lone[0] if lone else self._text[at])
        end = at + len(word) + closers
        return end, [*self._word(word, at, minus), *[_Token("close")] * closers]

    def _closed(self, word: str) -> tuple[str, int]:
        """A word and how many groups are closed at its end."""
        closers = 0
        while self._groups and word.endswith(")") and word.count(")") > word.count("("):
            word, closers = word[:-1], closers + 1
        return word, closers

    def _word(self, word: str, at: int, minus: bool) -> list[_Token]:
        if word == "OR":
            return [_Token("or")]
        if word == "AND":
            return []
        if word == "NOT" and not minus and self._text[at + 3 :].strip():
            return [_Token("not")]
        named = _NAMED.fullmatch(word)
        if named:
            return self._filter(named[1], named[3], (at - minus, at + len(word)), minus)
        return [_Token("node", Term(word), minus)] if word else []

    def _filter(self, name: str, value: str, span: tuple[int, int], minus: bool) -> list[_Token]:
        if name.lower() not in filters.NAMES:
            return self._unknown(name, value, minus)
        try:
            found = filters.read(name.lower(), value)
        except Misread as misread:
            self._remark(str(misread))
            return []
        return [_Token("node", replace(found, span=span), minus)]

    def _unknown(self, name: str, value: str, minus: bool) -> list[_Token]:
        """`name:value` with a name that is no filter's: its words are searched."""
        if name.islower() and value:
            meant = filters.guess(name)
            hint = f"; did you mean {meant}:{value}?" if meant else "."
            self._remark(f"“{name}:” is no filter here, so it was searched as words{hint}")
        return [_Token("node", Term(f"{name}: {value}".strip()), minus)]

    # --- tokens to tree ---------------------------------------------------------------------

    def _sequence(self, depth: int) -> list[Node]:
        nodes: list[Node] = []
        joining = False
        while self._tokens:
            token = self._tokens.popleft()
            if token.kind == "close":
                break
            if token.kind == "or":
                joining = joining or bool(nodes)
                if not nodes or not self._follows():
                    self._remark("OR needs something to choose from on both sides.")
                    joining = False
                continue
            node = self._unit(token, depth)
            if node and joining:
                nodes[-1] = _either(nodes[-1], node)
            elif node:
                nodes.append(node)
            joining = False
        return nodes

    def _follows(self) -> bool:
        return bool(self._tokens) and self._tokens[0].kind in ("node", "open")

    def _unit(self, token: _Token, depth: int) -> Node | None:
        node = token.node
        if token.kind == "open":
            if depth >= DEEPEST:
                self._remark(f"Groups go {DEEPEST} deep; deeper parentheses were left out.")
                return None
            inner = self._sequence(depth + 1)
            node = inner[0] if len(inner) == 1 else AllOf(tuple(inner)) if inner else None
        return Not(node) if node and token.minus else node


def _either(first: Node, second: Node) -> AnyOf:
    before = first.nodes if isinstance(first, AnyOf) else (first,)
    return AnyOf((*before, second))
