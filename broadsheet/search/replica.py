"""The vector file as a replica of the table of embeddings, which all nodes share."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from broadsheet.papers.models import Removal, latest_change
from broadsheet.search.models import Embedding
from broadsheet.search.vectors import State, Writer, is_sound, read_state

BATCH = 2_000

log = logging.getLogger(__name__)

Stored = bytes | memoryview
Row = tuple[int, int, Stored]
"""Number, paper id, vector."""


def home() -> Path:
    return Path(settings.INDEX) / "vectors"


def ask_for_rebuild() -> None:
    """Let whoever follows next begin a new file; searches use the old one until it is full."""
    home().mkdir(parents=True, exist_ok=True)
    _request().touch()


def inspect() -> None:
    """Ask for a rebuild where the file is not what was written. Reads all of it."""
    state = read_state(home())
    if state and not is_sound(home(), state):
        log.warning("The vector file is damaged and is made anew from the database beside it.")
        ask_for_rebuild()


def follow(origin: str) -> int:
    """Copy embeddings, and heed removals, that are new; returns how many were copied.

    Only embeddings of the newest one's model count. `origin` names the database: the file of
    another one is not continued. One at a time: the caller holds the lock.
    """
    state = read_state(home())
    anew = _request().exists() or bool(state and state.origin != origin)
    newest = Embedding.objects.order_by("-number").values_list("number", "model", "vector").first()
    if state and not anew and _is_level(state, newest):
        return 0
    if newest:
        model, dimensions = newest[1], len(newest[2]) // 2
    elif state:
        model, dimensions = state.model, state.dimensions
    else:
        return 0
    with closing(Writer(home(), model, dimensions, origin, anew=anew)) as writer:
        copied = _copy(writer, in_one=anew)
    _request().unlink(missing_ok=True)
    return copied


def _request() -> Path:
    return home() / "rebuild"


def _is_level(state: State, newest: tuple[int, str, Stored] | None) -> bool:
    if newest and (newest[0] > state.number or newest[1] != state.model):
        return False
    return not Removal.objects.after(state.removal).exists()


def _copy(writer: Writer, *, in_one: bool) -> int:
    """Append what is new, batch by batch; with `in_one` it counts only when all is there."""
    number, removal, copied = writer.state.number, writer.state.removal, 0
    if not writer.state.rows:
        removal = latest_change()  # who was removed before has no embedding
    while True:
        gone = list(Removal.objects.after(removal).values_list("change", "paper_id")[:BATCH])
        rows = _rows(writer.state.model, number)
        writer.append(*_sound(rows, writer.state.dimensions))
        writer.remove([key for _, key in gone])
        copied += len(rows)
        number = rows[-1][0] if rows else number
        removal = gone[-1][0] if gone else removal
        is_last = max(len(rows), len(gone)) < BATCH
        if is_last or not in_one:
            drafts = Embedding.objects.filter(model=writer.state.model, draft=True)
            writer.commit(number, removal, drafts.count())
        if is_last:
            return copied


def _rows(model: str, after: int) -> list[Row]:
    found = Embedding.objects.filter(model=model, number__gt=after).order_by("number")
    return list(found.values_list("number", "paper_id", "vector")[:BATCH])


def _sound(rows: Sequence[Row], dimensions: int) -> tuple[list[int], NDArray[np.float16]]:
    """Paper ids and vectors, without rows that are not vectors of this model."""
    whole = [(key, bytes(vector)) for _, key, vector in rows if len(vector) == 2 * dimensions]
    joined = b"".join(vector for _, vector in whole)
    vectors = np.frombuffer(joined, "<f2").reshape(len(whole), dimensions)
    sound = np.isfinite(vectors).all(axis=1) & vectors.any(axis=1)
    return [key for (key, _), good in zip(whole, sound, strict=True) if good], vectors[sound]
