"""Drafting ahead: a helper process reads and cleans the next batches while this one saves the last.

Reading a record and cleaning its text costs about as much as saving it, and neither waits for
anything, so only a second process makes an import faster.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from datetime import date
from itertools import chain, starmap
from multiprocessing import get_context, parent_process
from typing import Protocol, TypeVar

from msgspec import msgpack

from broadsheet.papers.drafts import Drafts, drafts_of
from broadsheet.papers.records import Piece, Record, Rejected

AHEAD = 1
"""Batches that wait, drafted, for their turn to be saved."""


Read = Callable[[str, bytes], Record | Rejected]


class Batch(Protocol):
    """Records, or pieces of an input with the function of a module that reads one."""

    @property
    def records(self) -> Sequence[Record]: ...
    @property
    def unread(self) -> Sequence[Piece]: ...
    @property
    def read(self) -> Read | None: ...


B = TypeVar("B", bound=Batch)


def drafted(batches: Iterable[B], today: date) -> Generator[tuple[B, Drafts]]:
    """Each batch with the drafts of its records, in order.

    The first is drafted here, so that a small import starts no process. A helper that dies is done
    without.
    """
    coming = iter(batches)
    for first in coming:
        yield first, _drafted_here(first, today)
        break
    waiting: deque[tuple[B, Future[bytes] | None]] = deque()
    with _helper() as pool:
        for batch in coming:
            waiting.append((batch, _begun(pool, batch, today)))
            if len(waiting) > AHEAD:
                yield _finished(*waiting.popleft(), today)
        while waiting:
            yield _finished(*waiting.popleft(), today)


def _begun(pool: ProcessPoolExecutor, batch: Batch, today: date) -> Future[bytes] | None:
    """None where the helper cannot have them: it is dead, or half a character is among them."""
    with suppress(BrokenExecutor, UnicodeEncodeError), _deaf_to_ctrl_c():
        packed = msgpack.encode((batch.records, batch.unread))
        return pool.submit(_drafted_there, packed, batch.read, today)
    return None


def _drafted_there(packed: bytes, read: Read | None, today: date) -> bytes:
    """Runs in the helper. Packed: pickling would cost half of what the helper saves."""
    records, unread = msgpack.decode(packed, type=tuple[list[Record], list[Piece]])
    return msgpack.encode(drafts_of(_read(records, unread, read), today))


def _drafted_here(batch: Batch, today: date) -> Drafts:
    return drafts_of(_read(batch.records, batch.unread, batch.read), today)


def _read(
    records: Iterable[Record], unread: Iterable[Piece], read: Read | None
) -> Iterable[Record | Rejected]:
    return chain(records, starmap(read, unread) if read else ())


def _finished(batch: B, future: Future[bytes] | None, today: date) -> tuple[B, Drafts]:
    with suppress(BrokenExecutor):
        if future:
            return batch, msgpack.decode(future.result(), type=Drafts)
    return batch, _drafted_here(batch, today)


@contextmanager
def _helper() -> Iterator[ProcessPoolExecutor]:
    """One process, which starts with the first batch that it gets."""
    pool = ProcessPoolExecutor(1, get_context("spawn"), initializer=_end_with_parent)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """What starts here never sees Ctrl-C, which is for the process that can end an import well."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_with_parent() -> None:
    """Runs in the helper: a parent that was killed must leave nobody waiting for work."""
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)
