"""Files that are whole or absent, and one writer at a time."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Locked(Exception):  # noqa: N818  a state of affairs that callers expect, not a fault
    """Another process writes here now."""


@contextmanager
def only_writer(file: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold the lock `file` for the block; where another holds it `wait`, or raise `Locked`.

    The system gives the lock back when the process ends, however it ends.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except OSError as held:
            raise Locked(str(file)) from held
        yield


def write_json(file: Path, content: Mapping[str, Any]) -> None:
    """Replace `file` so that a reader, or a crash, finds the old content or the new one."""
    fresh = file.with_name(f"{file.name}.{os.getpid()}.new")
    with fresh.open("w", encoding="utf-8") as out:
        json.dump(content, out)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)
    sync(file.parent)


def read_json(file: Path) -> dict[str, Any] | None:
    """What `write_json` wrote; None where the file is absent or is not such a file."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def sync(path: Path) -> None:
    """Make the content of a file, or the names in a folder, survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
