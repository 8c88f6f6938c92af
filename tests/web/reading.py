"""Reading a page in a test."""

from __future__ import annotations

from typing import TypeAlias

from django.http.response import HttpResponseBase
from lxml import html

Tree: TypeAlias = html.HtmlElement


def tree_of(response: HttpResponseBase) -> Tree:
    return html.fromstring(response.getvalue().decode())


def texts(tree: Tree, path: str) -> list[str]:
    """The text of each element that an XPath finds, white space in order."""
    return [" ".join(found.text_content().split()) for found in tree.xpath(path)]


def values(tree: Tree, path: str) -> list[str]:
    """What an XPath ending in an attribute finds."""
    return [str(found) for found in tree.xpath(path)]
