"""Stray characters, HTML entities and HTML tags in text that should have none."""

from __future__ import annotations

import html
import re

from broadsheet.papers.scripts import scripted

_STRAY = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\uffff\ue000-\uf8ff\ud800-\udfff"
    "\U000e0000-\U00100003\U00100005-\U0010ffff]"
)
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\t\r]+")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_SCRIPT_TAG = re.compile(r"<(sub|sup)>([^<>]{1,40})</\1>", re.IGNORECASE)
_EMPTY_TAG = re.compile(r"<(?:br|hr|wbr)\s*/?>|</?(?:jats|mml|m):[a-z]+[^<>]*>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(p|i|b|u|em|strong|sub|sup|tt|a|span|div|font|small|big|code|ul|ol|li|h[1-6]|center|nobr"
    r"|inline-formula|tex-math|italic|bold|title|sec)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)


_ASCII_CONTROLS = bytes([*range(32), 127])


def has_stray(text: str) -> bool:
    """Whether `text` has a character that is not printed, or a space that is not a blank."""
    if not text.isascii():
        return not text.isprintable()
    encoded = text.encode()
    return len(encoded.translate(None, _ASCII_CONTROLS)) != len(encoded)


def without_stray(text: str) -> str:
    """`text` on one line, without what is not shown.

    That is: control, zero-width and private-use characters, bidirectional overrides, surrogates.
    The mark of `formulas` for a paragraph stays.
    """
    if not has_stray(text):
        return text
    return _STRAY.sub("", _SPACES.sub(" ", text))


def decoded(text: str) -> str:
    """HTML entities as characters, also those that were encoded twice or three times."""
    for _ in range(3):
        if "&" not in text or (once := _ENTITY.sub(lambda m: html.unescape(m[0]), text)) == text:
            break
        text = once
    return text


def without_tags(text: str) -> str:
    """HTML formatting tags removed; `a < b`, `<x, y>` and `<think>` stay."""
    if "</" not in text and not _EMPTY_TAG.search(text):
        return text
    text = _EMPTY_TAG.sub(" ", _SCRIPT_TAG.sub(_script, text))
    closed = {name.lower() for name in re.findall(r"</\s*([A-Za-z0-9-]+)", text)}
    return _TAG.sub(lambda m: _gap(m[1].lower()) if m[1].lower() in closed else m[0], text)


def _gap(tag: str) -> str:
    return " " if tag in {"p", "div", "li", "ul", "ol", "title", "sec"} or tag[0] == "h" else ""


def _script(match: re.Match[str]) -> str:
    return scripted("_" if match[1].lower() == "sub" else "^", match[2])
