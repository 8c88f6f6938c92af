"""Opening inputs: plain or compressed, from disk or standard input, known by content."""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

import zstandard

from broadsheet.papers.records import SourceError, TruncatedInput

HEAD = 64 * 1024
"""Bytes of the beginning by which formats are told apart."""

_FEED = 4 * 1024
"""Compressed bytes handed to a decoder at once: few, since 4 of them can stand for 128 KiB."""
_BLOCK = 256 * 1024
_WINDOW = 2**27
"""Largest zstd window accepted, in bytes: what `zstd --long=27` writes."""
_NOT_DATA = frozenset(
    {".md", ".rst", ".html", ".htm", ".pdf", ".tex", ".py", ".doc", ".docx", ".log", ".lock"}
    | {".png", ".jpg", ".jpeg", ".gif", ".svg", ".mp4", ".zip", ".tar", ".tgz", ".db", ".sqlite3"}
    | {".toml", ".ini", ".cfg", ".part", ".tmp"}
)
_NOT_DATA_NAMES = frozenset({"license", "licence", "makefile", "thumbs.db", "manifest.json"})


class Decoder(Protocol):
    """The part that zlib's and zstandard's decompression objects share."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


class Input:
    """An opened input: its decompressed bytes, read once, and how far the reading has come."""

    def __init__(self, name: str, file: IO[bytes]) -> None:
        self.name = name
        self.size = _size(file)
        """Bytes on disk, compressed as they are; None where they cannot be known (a pipe)."""
        self._file = file
        self._consumed = 0
        self._chunks = self._decoded()
        self._pending: list[bytes] = []
        self._held = 0
        self._error: SourceError | None = None

    def consumed(self) -> int:
        """Bytes read from disk so far, of `size`."""
        return self._consumed

    def peek(self, size: int = HEAD) -> bytes:
        """The next `size` bytes, or all that is left, without reading past them."""
        self._fill(size)
        return b"".join(self._pending)[:size]

    def read(self, size: int, /) -> bytes:
        """The next bytes, at most `size`; b"" at the end.

        Raises TruncatedInput where the input stops in the middle of its compression, and
        SourceError where it cannot be decompressed, each after all bytes that came before.
        """
        self._fill(size)
        if not self._held and self._error:
            raise self._error
        held = b"".join(self._pending)
        self._pending = [held[size:]]
        self._held = max(0, self._held - size)
        return held[:size]

    def _fill(self, size: int) -> None:
        while self._held < size and not self._error:
            try:
                chunk = next(self._chunks, None)
            except SourceError as error:
                self._error = error
                return
            if chunk is None:
                return
            self._pending.append(chunk)
            self._held += len(chunk)

    def _raw(self, size: int) -> bytes:
        try:
            chunk = self._file.read(size)
        except OSError as error:
            raise SourceError(f"{self.name} cannot be read: {error.strerror}") from error
        self._consumed += len(chunk)
        return chunk

    def _decoded(self) -> Iterator[bytes]:
        start = self._raw(4)
        new_decoder = _decoder_for(start)
        if new_decoder:
            yield from _decompressed(self._raw, start, new_decoder, self.name)
            return
        while start:
            yield start
            start = self._raw(_BLOCK)


@contextmanager
def open_input(path: Path | None) -> Iterator[Input]:
    """Open a file, or standard input for None and `-`; `.zst` and `.gz` are known by content.

    Raises SourceError where the file cannot be opened.
    """
    if path is None or str(path) == "-":
        yield Input("standard input", sys.stdin.buffer)
        return
    try:
        file = path.open("rb")
    except OSError as error:
        raise SourceError(f"{path} cannot be opened: {error.strerror}") from error
    with file:
        yield Input(str(path), file)


def files_in(path: Path) -> list[Path]:
    """The data files under a folder in the order of their names; a file stands for itself.

    Hidden files and folders, and files whose name says that they are no data, are left out.
    """
    if not path.is_dir():
        return [path]
    inside = (file for file in path.rglob("*") if file.is_file())
    return sorted(file for file in inside if _may_be_data(file.relative_to(path)))


def _may_be_data(path: Path) -> bool:
    hidden = any(part.startswith((".", "__")) for part in path.parts)
    name = path.name.lower()
    is_readme = path.stem.lower() in ("readme", "changelog", "contributing")
    named_otherwise = path.suffix.lower() in _NOT_DATA or name in _NOT_DATA_NAMES
    return not (hidden or is_readme or named_otherwise or name.endswith("~"))


def _size(file: IO[bytes]) -> int | None:
    try:
        status = os.fstat(file.fileno())
    except OSError:
        return None
    return status.st_size or None


def _decoder_for(start: bytes) -> Callable[[], Decoder] | None:
    if start.startswith(b"\x1f\x8b"):
        return lambda: zlib.decompressobj(wbits=31)
    is_skippable = start[1:4] == b"\x2a\x4d\x18" and start[0] & 0xF0 == 0x50
    if start == zstandard.FRAME_HEADER or is_skippable:
        return zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj
    return None


def _decompressed(
    read: Callable[[int], bytes], start: bytes, new_decoder: Callable[[], Decoder], name: str
) -> Iterator[bytes]:
    decoder, data, whole = new_decoder(), start, False
    while data:
        try:
            chunk = decoder.decompress(data)
        except (zlib.error, zstandard.ZstdError) as error:
            if whole and not data.strip(b"\0"):
                return  # tapes and some tools pad the end with zeros
            raise SourceError(f"{name} is damaged: {error}") from error
        if chunk:
            yield chunk
        whole = decoder.eof
        data = decoder.unused_data if whole else b""
        if whole:
            decoder = new_decoder()
        data = data or read(_FEED)
    if not whole:
        raise TruncatedInput(f"{name} ends in the middle of its compression; fetch it again")
