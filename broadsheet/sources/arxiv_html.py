"""arXiv's HTML of a paper made Markdown: headings, paragraphs, lists, formulas as LaTeX.

https://info.arxiv.org/about/accessible_HTML.html; the classes are LaTeXML's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import html

from broadsheet.papers.records import SourceError

LONGEST = 2_000_000
"""Characters of one text."""
DEEPEST = 60
_LEFT_OUT = (
    "ltx_bibliography", "ltx_page_footer", "ltx_page_navbar", "ltx_TOC", "ltx_authors",
    "ltx_abstract", "ltx_title_document", "ltx_dates", "ltx_tag_bibitem", "ltx_ERROR",
)  # fmt: skip
_SILENT = frozenset(
    {"script", "style", "nav", "footer", "header", "button", "svg", "form", "img", "object"}
)
_BLOCKS = frozenset({"p", "div", "section", "article", "figure", "figcaption", "blockquote", "dd"})
_SPECIAL = re.compile(r"[\\`*_\[\]<>]")


def markdown(body: bytes) -> str:
    """The text below its title and abstract. Raises SourceError where it is no such page."""
    try:
        tree = html.fromstring(body, parser=html.HTMLParser(encoding="utf-8", huge_tree=False))
    except (ValueError, SyntaxError):  # lxml's own faults are of these
        raise SourceError("arXiv answered with a page that cannot be read.") from None
    articles = (one for one in tree.iter("article") if "ltx_document" in (one.get("class") or ""))
    if (article := next(articles, None)) is None:
        raise SourceError("arXiv answered with a page that has no text of a paper.")
    text = "".join(_told(article, 0))
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:LONGEST]


def _told(node: html.HtmlElement, depth: int) -> Iterator[str]:
    """What one element says, without what follows it."""
    name = node.tag if isinstance(node.tag, str) else ""
    if not name or name in _SILENT or depth > DEEPEST or _is_left_out(node):
        return
    if name == "math":
        yield from _formula(node)
        return
    if name == "table":
        yield from _table(node)
        return
    inner = "".join(_inside(node, depth))
    if name in ("h1", "h2", "h3", "h4", "h5", "h6"):
        words = " ".join(inner.split())
        yield f"\n\n{'#' * max(2, int(name[1]))} {words}\n\n" if words else ""
    elif name == "li":
        yield f"\n- {' '.join(inner.split())}"
    elif name in ("em", "i", "b", "strong", "a", "span", "cite"):
        yield inner
    elif name == "br":
        yield "\n"
    else:
        yield f"\n\n{inner}\n\n" if name in _BLOCKS else inner


def _inside(node: html.HtmlElement, depth: int) -> Iterator[str]:
    yield _plain(node.text)
    for child in node:
        yield from _told(child, depth + 1)
        yield _plain(child.tail)


def _formula(node: html.HtmlElement) -> Iterator[str]:
    tex = " ".join((node.get("alttext") or "").split())
    if tex and len(tex) < 5_000:
        yield f"\n\n$${tex}$$\n\n" if node.get("display") == "block" else f"${tex}$"


def _table(node: html.HtmlElement) -> Iterator[str]:
    """A row on a line, cells with bars between; equations in tables are formulas alone."""
    is_formula = "ltx_equation" in (node.get("class") or "")
    yield "\n\n"
    for row in node.iter("tr"):
        cells = [" ".join("".join(_inside(cell, DEEPEST // 2)).split()) for cell in row]
        told = [cell for cell in cells if cell] if is_formula else cells
        if told:
            yield (" " if is_formula else " | ").join(told) + "\n"
    yield "\n"


def _plain(text: str | None) -> str:
    return _SPECIAL.sub(lambda found: f"\\{found.group()}", text) if text else ""


def _is_left_out(node: html.HtmlElement) -> bool:
    classes = (node.get("class") or "").split()
    return any(one in _LEFT_OUT for one in classes)
