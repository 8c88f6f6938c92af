"""Text inputs line by line, with what a cut input means for the last one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from broadsheet.papers.records import SourceError, TruncatedInput
from broadsheet.sources.format import Readable

LONGEST = 32 * 2**20
"""Bytes of the longest line, and of the largest document that has to be read as one piece."""

_BLOCK = 2**20
_BOM = b"\xef\xbb\xbf"


class Line(NamedTuple):
    number: int
    """From 1."""
    raw: bytes
    """Without its line end, LF or CRLF, and without a byte order mark."""
    ended: bool
    """Whether a line end came after it: False for a last line that may be cut."""


def lines(stream: Readable) -> Iterator[Line]:
    """Every line of `stream`. Raises TruncatedInput after the last where the input was cut."""
    number, rest, cut = 0, b"", None
    while True:
        try:
            block = stream.read(_BLOCK)
        except TruncatedInput as error:
            cut = error
            break
        if not block:
            break
        whole = (rest + block).split(b"\n")
        rest = whole.pop()
        if len(rest) > LONGEST:
            raise SourceError(f"line {number + len(whole) + 1} is longer than 32 MiB")
        for raw in whole:
            number += 1
            yield Line(number, _bare(number, raw), True)
    if rest:
        yield Line(number + 1, _bare(number + 1, rest), False)
    if cut:
        raise cut


def decode(raw: bytes) -> str:
    """Text in UTF-8, or in Windows' Western code page where it is not UTF-8.

    Bytes that are neither become U+FFFD, and NUL too, which databases do not store.
    """
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    return text.replace("\0", "\ufffd")


def excerpt(text: str) -> str:
    """The beginning of `text` on one line, at most 200 characters."""
    return " ".join(text[:600].split())[:200]


def _bare(number: int, raw: bytes) -> bytes:
    if number == 1:
        raw = raw.removeprefix(_BOM)
    return raw[:-1] if raw.endswith(b"\r") else raw
