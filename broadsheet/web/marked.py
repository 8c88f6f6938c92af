"""Titles and abstracts with the words of a search marked, their formulas untouched."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import unescape

from markupsafe import Markup, escape

from broadsheet.papers.formulas import split_math
from broadsheet.search.marks import Marks, Span
from broadsheet.web import wide

_KEPT = re.compile(r"(<math\b.*?</math>|<span class=\"math\">.*?</span>|<[^>]*>)", re.DOTALL)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\d])")


def headline(text: str, marks: Marks) -> Markup:
    return _marked(wide.headline(text), marks.spans)


def names(text: str, marks: Marks) -> Markup:
    return _marked(escape(text), marks.name_spans)


def passage(text: str, length: int, marks: Marks) -> Markup:
    """About `length` visible characters from where most of what was sought stands."""
    text = " ".join(text.split())
    start = _start(text, length, marks)
    shown = _marked(wide.excerpt(text[start:], length), marks.spans)
    return Markup("… ") + shown if start else shown


def _start(text: str, length: int, marks: Marks) -> int:
    """The sentence from which a passage shows the most different words, the earliest of equals."""
    if len(text) <= length or not marks.sought:
        return 0
    starts = [0, *(end for end in _ends(text) if len(text) - end > length / 2)]
    places = marks.places(text)

    def shown(at: int) -> int:
        return len({typed for (begin, end), typed in places if at <= begin and end <= at + length})

    return max(starts, key=lambda at: (shown(at), -at))


def _ends(text: str) -> list[int]:
    """Where sentences begin, none of them within a formula."""
    found, at = [], 0
    for index, part in enumerate(split_math(text)):
        if index % 2 == 0:
            found += [at + end.end() for end in _SENTENCE_END.finditer(part)]
        at += len(part) + 2 * (index % 2)
    return [end for end in found if end < len(text)]


def _marked(html: Markup, find: Callable[[str], Sequence[Span]]) -> Markup:
    """Text between tags with its spans marked; formulas and tags stay as they are."""
    parts = _KEPT.split(str(html))
    done = [part if index % 2 else _text(unescape(part), find) for index, part in enumerate(parts)]
    return Markup("".join(done))  # noqa: S704  each part is escaped, or was markup before


def _text(text: str, find: Callable[[str], Sequence[Span]]) -> str:
    done, at = Markup(""), 0
    for start, end in find(text):
        done += escape(text[at:start]) + Markup("<mark>{}</mark>").format(text[start:end])
        at = end
    return str(done + escape(text[at:]))
