"""What a file format is to the rest of the program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from broadsheet.papers.records import Piece, Record, Rejected


class Readable(Protocol):
    """Bytes to read once, from front to back: a binary file, `io.BytesIO`, an opened input."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes; b"" at the end.

        Raises TruncatedInput, once every byte before was returned, where the input was cut.
        """


@dataclass(frozen=True, slots=True)
class Options:
    """What a person may tell about an input that the input does not say itself."""

    saved_year: int | None = None
    """The year in which a Daily Papers page was saved."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """How the records of a format are told apart, and how each is then read."""

    told_apart: Callable[[Readable], Iterator[Piece | Rejected]]
    """Raises as `Format.records` does."""
    read: Callable[[str, bytes], Record | Rejected]
    """A function of a module: it travels by its name."""


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: how to recognise it and how to read it."""

    name: str
    title: str
    """For people, to follow "this is a ..."."""
    looks_like: Callable[[bytes], bool]
    """Whether the first 64 KiB of an input are of this format."""
    records: Callable[[Readable, Options], Iterator[Record | Rejected]]
    """Everything whole in the input, in its order. Raises SourceError (TruncatedInput) only."""
    pieces: Pieces | None = None
    """The same in two steps, where the second may be taken by another process."""
