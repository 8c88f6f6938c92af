"""Typeset text whose formulas never make a page wider than a phone.

Browsers do not break a formula into lines. A wide one in running text stands on a line of its
own that scrolls, by keyboard too; in a headline, where nothing may scroll, it is shown as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

from markupsafe import Markup

from broadsheet.web import mathematics

WIDE = 30
"""Visible characters that fit into 320 px of running text, sub- and superscripts being smaller."""
WIDE_HEADLINE = 20

_FORMULA = re.compile(r'<math alttext="([^"]*)".*?</math>', re.DOTALL)


def headline(text: str) -> Markup:
    """A cleaned title, typeset."""
    return _each(mathematics.typeset(text), _as_text)


def excerpt(text: str, length: int) -> Markup:
    """The beginning of a cleaned text, about `length` visible characters, typeset."""
    return _each(mathematics.excerpt(text, length), _scrolling)


def paragraphs(text: str) -> list[Markup]:
    """Each paragraph of a cleaned abstract, typeset."""
    return [_each(paragraph, _scrolling) for paragraph in mathematics.paragraphs(text)]


def _each(html: Markup, change: Callable[[re.Match[str]], str]) -> Markup:
    return Markup(_FORMULA.sub(change, html))  # noqa: S704  what is put around is ours


def _as_text(formula: re.Match[str]) -> str:
    if len(unescape(formula[1])) <= WIDE_HEADLINE:
        return formula[0]
    return f'<span class="math">{formula[1]}</span>'


def _scrolling(formula: re.Match[str]) -> str:
    if len(unescape(formula[1])) <= WIDE and "<mtable" not in formula[0]:
        return formula[0]
    return f'<span class="wide" tabindex="0" role="group" aria-label="formula">{formula[0]}</span>'
