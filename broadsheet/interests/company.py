"""What all readers keep, learned once a night and kept on this machine until the next.

    INDEX/company.npz   the arrays of `recommend.company.Company`, and what they are of

The file is replaced whole, so a killed run leaves the old one; each array has its CRC-32, and a
file that is damaged or of another version counts as none. Without it content alone ranks.
"""

from __future__ import annotations

import logging
import os
import zipfile
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from threading import Lock

import numpy as np
from django.conf import settings
from django.utils import timezone
from numpy.typing import NDArray

from broadsheet.interests import keepers, windows
from broadsheet.interests.keepers import ENOUGH
from broadsheet.interests.windows import Window
from broadsheet.recommend.company import Company
from broadsheet.search.files import Locked, only_writer, sync

log = logging.getLogger(__name__)

FORM = 1
"""Of the file; one of another form counts as none."""
IDS, SMALL, WHOLE = ("owners", "kept"), ("tastes", "profiles"), ("middle", "turn")
"""Arrays of a company, kept as integers, in 16 bits, and as they are."""

Places = NDArray[np.int64]


@dataclass(eq=False)
class Fellows:
    """A company of readers at one moment."""

    company: Company
    model: str
    """Whose vectors it was learned from."""
    day: str
    """On which it was learned: another machine of the site learned the same."""

    def kept_with(
        self, papers: Sequence[int], liked: Sequence[int], reader_id: int
    ) -> dict[int, int]:
        """For each of the papers that several other readers keep together with one of the liked
        papers, the one of them that most of these readers keep."""
        known = self.company
        wanted = {known.places[paper]: paper for paper in liked if paper in known.places}
        own = known.readers.get(reader_id, -1)
        found = {}
        for paper in papers:
            if (place := known.places.get(paper)) is None or not wanted:
                continue
            theirs = [one for one in self._keepers(place).tolist() if one != own]
            often = Counter(
                other
                for one in theirs
                for other in self._library(one).tolist()
                if other in wanted and other != place
            )
            best, readers = max(often.items(), key=lambda it: (it[1], it[0]), default=(0, 0))
            if readers >= ENOUGH:
                found[paper] = wanted[best]
        return found

    def _keepers(self, place: int) -> Places:
        """The readers who keep the paper at a place."""
        return self.company.owners[_part(self._by_paper, place)]

    def _library(self, reader: int) -> Places:
        return self.company.kept[_part(self._by_reader, reader)]

    @cached_property
    def _by_paper(self) -> tuple[Places, Places]:
        return _grouped(self.company.kept, len(self.company.places))

    @cached_property
    def _by_reader(self) -> tuple[Places, Places]:
        return _grouped(self.company.owners, len(self.company.readers))


class Kept:
    """The company of this machine, read anew when it was learned anew. Safe to share."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: tuple[Path, int, int] | None = None
        self._fellows: Fellows | None = None

    def get(self) -> Fellows | None:
        file = _file()
        with self._lock:
            try:
                stat = file.stat()
            except OSError:
                return None
            seen = (file, stat.st_mtime_ns, stat.st_ino)
            if seen != self._seen:
                self._fellows, self._seen = _read(file), seen
            return self._fellows


_kept = Kept()


def current(now: Window) -> Fellows | None:
    """Who keeps what, in vectors of the window's model; None where that is not known."""
    fellows = _kept.get()
    if fellows is None or fellows.model != now.model:
        return None
    return fellows if len(fellows.company.middle) == now.dimensions else None


def learn_nightly() -> None:
    """Learn it where it was not learned since midnight of the site."""
    try:
        last = timezone.localdate(datetime.fromtimestamp(_file().stat().st_mtime, UTC))
    except OSError:
        last = None
    if last != timezone.localdate():
        learn()


def learn() -> int | None:
    """Learn anew from what readers keep now; how many readers took part. None where another
    process is at it, or no paper has a meaning yet."""
    try:
        with only_writer(_file().with_suffix(".lock")):
            return _learn()
    except Locked:
        return None


def _learn() -> int | None:
    if (now := windows.current()) is None or not now.model:
        return None
    known = keepers.libraries()
    papers = sorted({paper for library in known.values() for paper in library})
    vectors = np.zeros((len(papers), now.dimensions), np.float32)
    for start in range(0, len(papers), windows.AT_ONCE):
        some = papers[start : start + windows.AT_ONCE]
        found = windows.vectors_of(some, now.model, now.dimensions)
        for row, paper in enumerate(some, start):
            vectors[row] = found[paper]
    _write(Company.learn(papers, vectors, known), now.model)
    log.info("What %d readers keep of %d papers was learned", len(known), len(papers))
    return len(known)


def _write(company: Company, model: str) -> None:
    """Replace the file, so that whoever reads, or a crash, finds the old one or the new one."""
    file = _file()
    arrays = {
        "form": np.array(FORM),
        "model": np.array(model),
        "day": np.array(timezone.localdate().isoformat()),
        "papers": _in_order(company.places),
        "readers": _in_order(company.readers),
        **{name: getattr(company, name).astype(np.int32) for name in IDS},
        **{name: getattr(company, name).astype(np.float16) for name in SMALL},
        **{name: getattr(company, name) for name in WHOLE},
    }
    for old in file.parent.glob(f"{file.name}.*.new"):
        old.unlink(missing_ok=True)
    fresh = file.with_name(f"{file.name}.{os.getpid()}.new")
    with fresh.open("wb") as out:
        os.fchmod(out.fileno(), 0o600)
        np.savez(out, **arrays)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(file)
    sync(file.parent)


def _read(file: Path) -> Fellows | None:
    """None where the file is not whole, or not of this version."""
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as held:
            if int(held["form"]) != FORM:
                return None
            company = Company(
                places={paper: row for row, paper in enumerate(held["papers"].tolist())},
                readers={reader: row for row, reader in enumerate(held["readers"].tolist())},
                **{name: held[name].astype(np.int64) for name in IDS},
                **{name: held[name].astype(np.float32) for name in SMALL},
                **{name: held[name] for name in WHOLE},
            )
            return Fellows(company, str(held["model"]), str(held["day"]))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as fault:
        log.warning("What readers keep is learned anew tonight: %s", type(fault).__name__)
        return None


def _file() -> Path:
    return Path(settings.INDEX) / "company.npz"


def _in_order(places: dict[int, int]) -> Places:
    return np.array(sorted(places, key=places.__getitem__), np.int64)


def _grouped(groups: Places, size: int) -> tuple[Places, Places]:
    """Rows by their groups, and where each group begins and ends among them."""
    order = np.argsort(groups, kind="stable")
    return order, np.searchsorted(groups[order], np.arange(size + 1))


def _part(grouped: tuple[Places, Places], group: int) -> Places:
    order, starts = grouped
    return order[starts[group] : starts[group + 1]]
