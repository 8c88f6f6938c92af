"""JSON inputs in the shapes they come in: one value a line, or one document.

Pieces are handed on as they stand; their readers decode them straight into typed structures.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain

import msgspec

from broadsheet.papers.records import Piece, Rejected, SourceError, TruncatedInput
from broadsheet.sources.format import Readable
from broadsheet.sources.lines import LONGEST, Line, decode, excerpt, lines

CUT = "the input ends in the middle of a record; everything before it was read"

_items = msgspec.json.Decoder(list[msgspec.Raw]).decode
_DECODE_ERRORS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


def json_values(stream: Readable) -> Iterator[Piece | Rejected]:
    """Every value of JSON lines, or of a document; the items of an array one by one. Whether the
    bytes of a value are JSON is not checked.

    Raises SourceError where a document is not JSON, TruncatedInput where the end is missing.
    """
    told = (line for line in lines(stream) if line.raw and not line.raw.isspace())
    first = next(told, None)
    if first is None:
        return
    everything = chain((first,), told)
    if first.raw.rstrip().endswith((b"[", b"{", b",")):
        yield from _document(everything)
        return
    for line in everything:
        if line.ended and not line.raw.lstrip().startswith(b"["):
            yield Piece(f"line {line.number}", line.raw)
        else:
            yield from _values_of(line)


def _values_of(line: Line) -> Iterator[Piece | Rejected]:
    """The items of an array; the value of a line that may have been cut, if it was not."""
    position = f"line {line.number}"
    try:
        yield from _values(position, line.raw)
    except _DECODE_ERRORS as error:
        if not line.ended:
            yield from _whole_items(position, line.raw)
            raise TruncatedInput(CUT) from None
        yield Rejected(position, f"this is not JSON: {error}", excerpt(decode(line.raw[:1000])))


def _document(told: Iterator[Line]) -> Iterator[Piece]:
    document, cut = _joined(told)
    try:
        yield from _values("", document)
    except _DECODE_ERRORS as error:
        yield from _whole_items("", document)
        if cut or not document.rstrip().endswith((b"]", b"}")):
            raise TruncatedInput(CUT) from None
        raise SourceError(f"this is not JSON: {error}") from None


def _values(position: str, raw: bytes) -> list[Piece]:
    """The value in `raw`, or the items of the array in it. Raises what decoding raises."""
    if not raw.lstrip().startswith(b"["):
        msgspec.json.decode(raw)
        return [Piece(position or "item 1", raw)]
    return [Piece(_place(position, n), bytes(item)) for n, item in enumerate(_items(raw), 1)]


def _joined(told: Iterator[Line]) -> tuple[bytes, bool]:
    """The lines as one document, and whether it was cut."""
    parts: list[bytes] = []
    size = 0
    try:
        for line in told:
            parts.append(line.raw)
            size += len(line.raw) + 1
            if size > LONGEST:
                raise SourceError(
                    "this JSON document is larger than 32 MiB; "
                    "turn it into one record a line, with `jq -c '.[]'` for example"
                )
    except TruncatedInput:
        return b"\n".join(parts), True
    return b"\n".join(parts), False


def _whole_items(position: str, raw: bytes) -> Iterator[Piece]:
    """The items of an array that stand whole before the place where it breaks."""
    text = decode(raw).strip()
    if not text.startswith("["):
        return
    decoder, at, number = json.JSONDecoder(), 1, 0
    while True:
        while text[at : at + 1] in (" ", "\t", "\r", "\n", ","):
            at += 1
        try:
            end = decoder.raw_decode(text, at)[1]
        except (ValueError, RecursionError):
            return
        number += 1
        yield Piece(_place(position, number), text[at:end].encode())
        at = end


def _place(position: str, number: int) -> str:
    return f"{position}, item {number}" if position else f"item {number}"
