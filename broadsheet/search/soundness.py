"""Whether the files of a lexical index are what was written, and what says that they are not."""

from __future__ import annotations

import json
import re
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EIO, ENOSPC
from pathlib import Path

from broadsheet.search.files import read_json

DOUBT = "doubted"
"""The file in a generation's folder by which a reader tells the writer that something is wrong."""
LITTLE = 20_000_000
"""Bytes of free disk below which a failure to write is put down to it."""
_MAGIC = 1337
"""Ends every file of a tantivy segment, after the length of its footer, which has a CRC-32."""
_AT_ONCE = 1 << 20
_KINDS = ("fast", "fieldnorm", "idx", "pos", "store", "term")
_SEGMENT_FILE = re.compile(r"[0-9a-f]{32}\..+")


def is_damage(fault: BaseException) -> bool:
    """Whether this is what tantivy raises on files that it cannot read or write.

    Where it trusts a file and should not, it panics: a `BaseException` of no importable class.
    """
    return isinstance(fault, OSError | ValueError) or type(fault).__name__ == "PanicException"


@contextmanager
def explained(folder: Path) -> Iterator[None]:
    """Let what tantivy raises in writing say what is wrong: an `OSError` for a full disk and for
    a panic, and everything else as it is."""
    try:
        yield
    except BaseException as fault:
        if not is_damage(fault):
            raise
        if shutil.disk_usage(folder.parent).free < LITTLE:
            raise OSError(ENOSPC, "No space left on device", str(folder)) from fault
        if isinstance(fault, Exception):
            raise
        raise OSError(EIO, str(fault), str(folder)) from fault


def doubt(folder: Path) -> None:
    """Ask whoever writes to look at this index; a full or read-only disk prevents it silently."""
    try:
        (folder / DOUBT).touch()
    except OSError:
        return


def is_doubted(folder: Path) -> bool:
    return (folder / DOUBT).exists()


def dispel(folder: Path) -> None:
    (folder / DOUBT).unlink(missing_ok=True)


def damaged(folder: Path) -> str:
    """The first file of the last commit that is not what was written; empty where all are.

    Reads the whole index once: about a second for a gigabyte.
    """
    names = committed(folder)
    if names is None:
        return "meta.json"
    return next((name for name in sorted(names) if not _is_whole(folder / name)), "")


def committed(folder: Path) -> set[str] | None:
    """The names of the segment files of the last commit; None where that cannot be read."""
    commit = read_json(folder / "meta.json")
    if commit is None:
        return None
    names = set[str]()
    for segment in commit["segments"]:
        name = segment["segment_id"].replace("-", "")
        names |= {f"{name}.{kind}" for kind in _KINDS}
        if deletes := segment["deletes"]:
            names.add(f"{name}.{deletes['opstamp']}.del")
    return names


def clear(folder: Path) -> None:
    """Remove what a killed writer left: tantivy does not overwrite its own files.

    Only for who holds the writer's lock. Searchers keep open what they read.
    """
    names = committed(folder)
    for file in folder.iterdir() if names is not None else ():
        if _SEGMENT_FILE.fullmatch(file.name) and file.name not in (names or ()):
            file.unlink(missing_ok=True)


def _is_whole(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            size = file.stat().st_size
            opened.seek(size - 8)
            end = opened.read(8)
            length, magic = (int.from_bytes(end[at : at + 4], "little") for at in (0, 4))
            opened.seek(size - 8 - length)
            footer = json.loads(opened.read(length))
            opened.seek(0)
            left, checksum = size - 8 - length, 0
            while left > 0 and (block := opened.read(min(left, _AT_ONCE))):
                checksum = zlib.crc32(block, checksum)
                left -= len(block)
    except (OSError, ValueError):
        return False
    return magic == _MAGIC and checksum == footer.get("crc")
