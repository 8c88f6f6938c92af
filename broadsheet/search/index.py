"""The lexical index as a replica of the database: it follows the one sequence of changes.

    INDEX/lexical/current.json    which generation searchers read
    INDEX/lexical/<generation>/   one tantivy index, and followed.json: how far it has followed

A generation that cannot be continued stays in use until another, made beside it, takes its place.

A generation's change number is written after the commit that it tells of, so a crash between the
two makes some changes be followed twice, which changes nothing.
"""

from __future__ import annotations

import logging
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from broadsheet.papers.models import Paper, Removal, latest_change
from broadsheet.search import schema
from broadsheet.search.entries import Entry, entries
from broadsheet.search.files import only_writer, read_json, write_json
from broadsheet.search.models import Embedding
from broadsheet.search.soundness import clear, damaged, dispel, explained, is_damage, is_doubted

BATCH = 500
COMMIT_EVERY = 2.0
"""Seconds of writing after which what is written becomes findable."""
COMMIT_OF_REBUILD = 60.0
HEAP_BYTES = 40_000_000

Progress = Callable[[int, int], None]
"""Called with (papers done, papers in all)."""

log = logging.getLogger(__name__)


def home() -> Path:
    return Path(settings.INDEX) / "lexical"


def current() -> Path | None:
    """The generation that searchers read, if there is one that this version understands."""
    file = home() / "current.json"
    try:
        stat = file.stat()
    except OSError:
        return None
    folder = _pointed_to(file, (stat.st_mtime_ns, stat.st_ino))
    return folder if folder and (folder / "meta.json").exists() else None


@lru_cache(maxsize=4)
def _pointed_to(file: Path, stamp: tuple[int, int]) -> Path | None:
    """What the pointer says, read once for each time that it was written."""
    pointer = read_json(file)
    if not pointer or pointer.get("version") != schema.VERSION:
        return None
    return file.parent / str(pointer.get("generation"))


def switch_to(folder: Path) -> None:
    """Let searchers read `folder` from now on, and remove what they read before."""
    pointer = {"generation": folder.name, "version": schema.VERSION}
    write_json(home() / "current.json", pointer)
    for old in home().iterdir():
        if old.is_dir() and old != folder:
            shutil.rmtree(old, ignore_errors=True)


def start_afresh() -> Path:
    """An empty generation, which fills as it follows."""
    folder = home() / uuid4().hex
    schema.make_index(folder)
    switch_to(folder)
    return folder


def origin() -> str:
    """A name for the database: when its first migration ran. Another database has another."""
    recorder = MigrationRecorder(connection)
    if not recorder.has_table():
        return ""
    return str(recorder.migration_qs.order_by("id").values_list("applied", flat=True).first())


class Foreign(ValueError):  # noqa: N818  a state of affairs that is expected, not a fault
    """An index of another database: nothing in it is true here."""


class Follower:
    """Writes one generation. One at a time: the caller holds the lock."""

    def __init__(self, folder: Path) -> None:
        """Raises ValueError, KeyError or OSError where that in `folder` cannot be continued."""
        self.folder = folder
        self.origin = origin()
        self._state = folder / "followed.json"
        state = read_json(self._state) or {"change": 0, "origin": self.origin}
        self.change = int(state["change"])
        if state["origin"] != self.origin or self.change > latest_change():
            raise Foreign("it is of another database")
        clear(folder)
        self._writer = schema.open_index(folder).writer(HEAP_BYTES, 1)

    def is_current(self) -> bool:
        return current() == self.folder and not is_doubted(self.folder)

    def follow(self, progress: Progress | None = None, commit_every: float = COMMIT_EVERY) -> int:
        """Bring the index up to the newest change; returns how many papers were written."""
        with explained(self.folder):
            return self._follow(progress, commit_every)

    def close(self) -> None:
        with suppress(ValueError, OSError):
            self._writer.wait_merging_threads()

    def _follow(self, progress: Progress | None, commit_every: float) -> int:
        target, written, reached = latest_change(), 0, self.change
        in_all = Paper.objects.changed_after(reached).count() if progress else 0
        committed = time.monotonic()
        while reached < target:
            reached, count = self._write_after(reached, target)
            written += count
            if time.monotonic() - committed > commit_every:
                self._commit(reached)
                committed = time.monotonic()
            if progress:
                progress(min(written, in_all), in_all)
        if reached > self.change:
            self._commit(reached)
        return written

    def _write_after(self, reached: int, target: int) -> tuple[int, int]:
        """Write the next batch; returns the change number reached, and how many papers it had."""
        batch = entries(Paper.objects.changed_after(reached)[:BATCH])
        upto = batch[-1].change if len(batch) == BATCH else target
        gone = Removal.objects.after(reached).filter(change__lte=upto)
        for key in gone.values_list("paper_id", flat=True):
            self._writer.delete_documents_by_term("id", key)
        for entry in batch:
            self._writer.delete_documents_by_term("id", entry.id)
            self._writer.add_document(schema.document(entry))
        forget_outdated(batch)
        return upto, len(batch)

    def _commit(self, change: int) -> None:
        self._writer.commit()
        state = {"change": change, "origin": self.origin, "version": schema.VERSION}
        write_json(self._state, state)
        self.change = change


def open_follower(progress: Progress | None = None) -> Follower:
    """A follower of the current generation; of one made beside it where that one is unusable.

    Raises what `Follower` does where even that fails, as on a full disk; nothing is lost then.
    """
    folder = current() or _without_pointer()
    if folder is None:
        return Follower(start_afresh())
    try:
        dispel(folder)
        if file := damaged(folder):
            raise ValueError(f"{file} is damaged")
        return Follower(folder)
    except Foreign:
        log.warning("The search index is of another database and is made anew.")
        return Follower(start_afresh())
    except BaseException as fault:
        if not (is_damage(fault) or isinstance(fault, KeyError)):
            raise
        log.warning("The search index cannot be used and is made anew beside it: %s", fault)
    rebuild(progress)
    return Follower(current() or start_afresh())


def _without_pointer() -> Path | None:
    """The generation that was in use, where only `current.json` was lost; it is in use again."""
    if read_json(home() / "current.json") or not home().is_dir():
        return None
    states = {folder: read_json(folder / "followed.json") or {} for folder in home().iterdir()}
    found = [folder for folder, said in states.items() if said.get("version") == schema.VERSION]
    if not found:
        return None
    latest = max(found, key=lambda folder: states[folder]["change"])
    switch_to(latest)
    return latest


def forget_outdated(batch: Sequence[Entry]) -> None:
    """Delete embeddings of texts that have changed since, so that they are computed again."""
    keys = {entry.id: entry.text_key for entry in batch}
    known = Embedding.objects.filter(paper_id__in=keys).values_list("paper_id", "text_key")
    outdated = [paper for paper, key in known if keys[paper] != key]
    if outdated:
        Embedding.objects.filter(paper_id__in=outdated).delete()


def rebuild(progress: Progress | None = None) -> int:
    """Make the index anew beside the one in use, then switch; returns how many papers it has.

    Goes on where a rebuild that was killed had come to. Raises `Locked` where another one runs. A
    follower at work goes on, and moves over.
    """
    with only_writer(Path(settings.INDEX) / "rebuild.lock"):
        building = Path(settings.INDEX) / f"rebuilding.{schema.VERSION}"
        for other in Path(settings.INDEX).glob("rebuilding*"):
            if other != building:
                shutil.rmtree(other, ignore_errors=True)
        follower = _begun(building)
        follower.follow(progress, commit_every=COMMIT_OF_REBUILD)
        follower.close()
        folder = home() / uuid4().hex
        folder.parent.mkdir(parents=True, exist_ok=True)
        building.rename(folder)
        switch_to(folder)
        return int(schema.open_index(folder).searcher().num_docs)


def _begun(building: Path) -> Follower:
    """A follower of the generation that a killed rebuild left, or of an empty one."""
    try:
        if not damaged(building):
            return Follower(building)
    except (ValueError, KeyError, OSError) as reason:
        log.warning("A rebuild that was begun cannot go on and begins anew: %s", reason)
    shutil.rmtree(building, ignore_errors=True)
    with explained(building):
        schema.make_index(building)
        return Follower(building)
