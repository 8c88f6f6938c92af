"""Answers of the network in JSON, decoded straight into typed structures."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import msgspec

from broadsheet.papers.records import Record, Rejected, SourceError
from broadsheet.sources import fields
from broadsheet.sources.lines import excerpt

T = TypeVar("T")


def decoded(body: bytes, shape: type[T], who: str) -> T:
    """The answer of `who`. Raises SourceError where it is cut, or not of this shape."""
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        told = excerpt(str(error))
        raise SourceError(f"{who} answered with something else than expected: {told}.") from None


def each(
    make: Callable[[str, bytes], Record], items: Iterable[msgspec.Raw]
) -> list[Record | Rejected]:
    """What `make` makes of each item; those it cannot use are Rejected."""
    return [fields.taken(make, f"item {n}", bytes(raw)) for n, raw in enumerate(items, 1)]
