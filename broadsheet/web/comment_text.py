"""Comments as HTML: Markdown with formulas, cleaned of everything that is not plainly text."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType
from markupsafe import Markup
from mdit_py_plugins.dollarmath import dollarmath_plugin

from broadsheet.web.mathematics import formula

TAGS = {"a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "strong", "ul"}
MOST_FORMULAS = 100
"""Formulas of a comment that are typeset; what follows them stays as it was written."""


def _formula(
    _renderer: RendererHTML,
    tokens: Sequence[Token],
    at: int,
    _options: object,
    env: EnvType,
) -> str:
    """A place for the formula: it is set after the cleaning, which knows no mathematics."""
    formulas, place = env["formulas"], env["place"]
    formulas.append(tokens[at].content)
    return f"{place}{len(formulas) - 1}."


def _parser() -> MarkdownIt:
    # no HTML, no headings (the page has its own), no images (nothing is loaded from elsewhere)
    parser = MarkdownIt("commonmark", {"html": False})
    parser.disable(["heading", "lheading", "image", "html_block", "html_inline"])
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    for kind in ("math_inline", "math_inline_double", "math_block", "math_block_label"):
        parser.add_render_rule(kind, _formula)
    return parser


_PARSER = _parser()


@lru_cache(maxsize=2048)
def html(text: str) -> Markup:
    """What a reader wrote, safe to show: cleaned after everything that a reader can influence,
    except for formulas, whose MathML is our own."""
    place = f"formula-{secrets.token_hex(16)}-"  # which no comment can foresee and hold
    formulas: list[str] = []
    made = _PARSER.render(text, {"formulas": formulas, "place": place})
    clean = nh3.clean(
        made,
        tags=TAGS,
        attributes={"a": {"href"}, "*": set()},
        url_relative="deny",
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow ugc noopener noreferrer",
    )
    drawn = re.sub(rf"{place}(\d+)\.", lambda found: _drawn(formulas, int(found[1])), clean)
    return Markup(drawn)  # noqa: S704  cleaned, and MathML of our own


def _drawn(formulas: list[str], number: int) -> str:
    if number >= MOST_FORMULAS:
        return str(Markup("${}$").format(formulas[number]))
    return str(formula(formulas[number].strip()))
