"""Answers unpacked within a limit, however small they were packed."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

from broadsheet.fetching.errors import FetchError, PassingError

_ANY_HEADER = 32 + zlib.MAX_WBITS
"""zlib finds out by itself whether it is gzip or deflate."""


def unpacked(blocks: Iterable[bytes], encoding: str, largest: int, host: str) -> bytes:
    """The whole body. Raises FetchError when it is larger than `largest`, PassingError when it
    is broken."""
    if encoding in ("", "identity"):
        return _joined(blocks, largest, host)
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise FetchError(f"{host} packed its answer by {encoding[:30]!r}, which was not asked for.")
    return _inflated(blocks, largest, host)


def _joined(blocks: Iterable[bytes], largest: int, host: str) -> bytes:
    body = bytearray()
    for block in blocks:
        body += block
        _check_size(len(body), largest, host)
    return bytes(body)


def _inflated(blocks: Iterable[bytes], largest: int, host: str) -> bytes:
    body, unpacker = bytearray(), zlib.decompressobj(_ANY_HEADER)
    try:
        for block in blocks:
            body += unpacker.decompress(block, largest + 1 - len(body))
            _check_size(len(body), largest, host)
    except zlib.error:
        raise PassingError(f"{host} sent an answer that cannot be unpacked.") from None
    if not unpacker.eof:
        raise PassingError(f"{host} sent an answer that ends in the middle.")
    return bytes(body)


def _check_size(size: int, largest: int, host: str) -> None:
    if size > largest:
        raise FetchError(f"{host} sent an answer of more than {largest:,} bytes.")
