"""Names of authors as sources spell them."""

from __future__ import annotations

import re
import unicodedata

from broadsheet.papers.formulas import Stash
from broadsheet.papers.latex import without_macros
from broadsheet.papers.markup import decoded, has_stray, without_stray, without_tags

_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV|Ph\.?\s?D\.?|M\.?D\.?", re.IGNORECASE)
_INNERMOST = re.compile(r"\s*\([^()]*\)")
_AFFILIATION = re.compile(r"\s*\([^()]*(?:\([^()]*\)[^()]*)*\)?$")
_GROUP = re.compile(r"collaboration|team|consortium|group|project", re.IGNORECASE)
_AND = re.compile(r",?\s+(?:and|&)\s+|\s*;\s*")
_ON_BEHALF = re.compile(
    r",?\s*\b(?:on behalf of|for)\s+(?:the\s+)?(?=[^,]*\b(?:Collab|Team|Consort))"
)
_USUAL = re.compile(r"[A-Za-z][A-Za-z.'-]*(?: [A-Za-z][A-Za-z.'-]*)*")
_LONGEST = 300
"""Characters of a name that are looked at."""
_LETTER = re.compile(r"[^\W\d_]")
_SPLIT_UP = re.compile(r"(?:., ){8,}.", re.DOTALL)


def clean_name(raw: str) -> str:
    """A name or collaboration for display, without affiliation; empty where there is no letter."""
    if _USUAL.fullmatch(raw):
        return raw
    text = raw[:_LONGEST]
    if "&" in text:
        text = decoded(text)
    if has_stray(text):
        text = without_stray(text.replace("\n", " "))
    if "<" in text:
        text = without_tags(text)
    if "\\" in text or "{" in text or "$" in text:
        stash = Stash()
        text = stash.restore(without_macros(text.replace("$", ""), stash)).replace("$", "")
    text = " ".join(text.replace("~", " ").split()).strip(",;: ")
    while "(" in text and not _GROUP.search(text):
        less = _AFFILIATION.sub("", text)
        if less in ("", text):
            break
        text = less
    if not _LETTER.search(text):
        return ""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def split_authors(text: str) -> tuple[str, ...]:
    """The names in one string, affiliations in parentheses left out.

    `A. Bell, C. Dorn Jr. (1) and E. Fox ((1) A University)` -> three names. A list that was
    taken apart into characters, `A, .,  , B, e, l, l`, is put together again.
    """
    if _SPLIT_UP.fullmatch(text):
        text = text[::3]
    text = " ".join(text.split())
    if "\\" in text or "{" in text:
        stash = Stash()
        text = stash.restore(without_macros(text, stash))
    if "&" in text:
        text = decoded(text)
    while "(" in text and (less := _INNERMOST.sub("", text)) != text:
        text = less
    names: list[str] = []
    for part in _AND.sub(",", _ON_BEHALF.sub(",", text.partition("(")[0])).split(","):
        name = clean_name(part).removeprefix("and ")
        if names and _SUFFIX.fullmatch(name):
            names[-1] = f"{names[-1]} {name}"
        elif name:
            names.append(name)
    return tuple(names)
