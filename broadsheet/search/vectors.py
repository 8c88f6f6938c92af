"""Meaning in, nearest paper ids out: one local file of vectors, searched in two steps.

    INDEX/vectors/state.json       which file, how many rows count, how far it has followed
    INDEX/vectors/<name>.heads     rows of (int64 paper id, sign bits), only ever appended
    INDEX/vectors/<name>.vectors   the bfloat16 vectors of the same rows, only ever appended

A row supersedes earlier rows of its paper; a row with the negated id says that the paper is gone.
Rows beyond the count in `state.json` are what a crash left: nobody reads them and the next writer
cuts them off.

Search compares the signs of the components, one bit each and held in memory, with those of the
query, and scores the best of them from the vectors. bfloat16 costs a cosine less than 0.0001 and
becomes float32 by one shift, which takes an eighth of the time of float16.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from io import BufferedWriter
from pathlib import Path
from threading import Lock
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from broadsheet.search.files import read_json, write_json
from broadsheet.search.ranking import Ids, Ranking

RESCORED, OF_EACH = 2_000, 125
"""So many rows at least, and one of each so many, are scored: recall@10 of 0.99."""
COMPACT_FROM = 10_000
"""Rows below which dead ones are not worth a copy of the file."""
FORM = 2
"""Of the two files; those of another form are made anew from the database."""
_BLOCK = 256
"""Rows scored at once: small enough for the cache, and for BLAS to stay on one thread."""
_STRIDE = 1 << 17
"""Rows whose signs are compared at once, for the cache's sake."""
_SAMPLE = 8
"""One of so many distances is looked at to see how many rows lie within a distance."""

Vectors = NDArray[np.floating]
Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class State:
    """What `state.json` says."""

    name: str
    model: str
    dimensions: int
    origin: str = ""
    """Which database the vectors come from."""
    rows: int = 0
    number: int = 0
    """Of the last embedding that was copied."""
    removal: int = 0
    """Change number of the last removal that was heeded."""
    drafts: int = 0
    """How many of the vectors are of titles alone."""
    heads_sum: int = 0
    vectors_sum: int = 0
    """CRC-32 of what counts of both files."""
    form: int = 0
    """`FORM` of the version that wrote the files."""


def read_state(folder: Path) -> State | None:
    """None where there is no vector file, or none that is whole and of this version."""
    try:
        state = State(**(read_json(folder / "state.json") or {}))
        heads, vectors = _files(folder, state)
        whole = heads.stat().st_size >= state.rows * head_type(state.dimensions).itemsize
        whole &= vectors.stat().st_size >= state.rows * state.dimensions * 2
        whole &= state.form == FORM
    except (TypeError, OSError):
        return None
    return state if whole else None


def is_sound(folder: Path, state: State) -> bool:
    """Whether both files are still what was written. Reads all of them."""
    heads, vectors = _files(folder, state)
    return (
        _sum(heads, state.rows * head_type(state.dimensions).itemsize) == state.heads_sum
        and _sum(vectors, state.rows * state.dimensions * 2) == state.vectors_sum
    )


def _sum(file: Path, length: int) -> int:
    found, block = 0, 1 << 20
    with file.open("rb") as opened:
        for start in range(0, length, block):
            found = zlib.crc32(opened.read(min(block, length - start)), found)
    return found


def _files(folder: Path, state: State) -> tuple[Path, Path]:
    return folder / f"{state.name}.heads", folder / f"{state.name}.vectors"


def head_type(dimensions: int) -> np.dtype[np.void]:
    return np.dtype([("paper", "<i8"), ("signs", "<u8", (-(-dimensions // 64),))])


def signs(vectors: Vectors) -> NDArray[np.uint64]:
    """One bit for each component of `vectors` [n, dimensions]: [n, dimensions / 64, rounded up]."""
    bits = np.packbits(vectors > 0, axis=1)
    padded = np.zeros((len(bits), -(-bits.shape[1] // 8) * 8), np.uint8)
    padded[:, : bits.shape[1]] = bits
    return padded.view(np.uint64)


def shortened(vectors: Vectors) -> NDArray[np.uint16]:
    """The bits of the nearest bfloat16, ties to even, of finite numbers."""
    bits = vectors.astype(np.float32).view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def widened(short: NDArray[np.uint16]) -> NDArray[np.float32]:
    """The float32 of what `shortened` gave."""
    return (short.astype(np.uint32) << np.uint32(16)).view(np.float32)


def live_rows(papers: Ids) -> Rows:
    """The rows that count, by paper id: the last one of each paper that is not gone."""
    _, from_end = np.unique(np.abs(papers)[::-1], return_index=True)
    last = len(papers) - 1 - from_end
    return last[papers[last] > 0]


class Writer:
    """Appends to the vector file of one model. One at a time: the caller holds the lock."""

    def __init__(
        self, folder: Path, model: str, dimensions: int, origin: str = "", *, anew: bool = False
    ) -> None:
        """Continue the file in `folder`; begin a new one if `anew`, or if that is not possible.

        Readers keep what they have until the first `commit` of a new file.
        """
        folder.mkdir(parents=True, exist_ok=True)
        state = None if anew else read_state(folder)
        if state is None or (state.model, state.dimensions) != (model, dimensions):
            state = _begun(model, dimensions, origin)
        self.folder = folder
        self.state = state
        self._head_type = head_type(dimensions)
        self._heads_sum = self._vectors_sum = 0
        self._open(state)
        self._checked = 0

    def append(self, papers: Sequence[int] | Ids, vectors: Vectors) -> None:
        """Add the rows of `vectors` [n, dimensions]; nobody sees them before `commit`."""
        short = shortened(vectors)
        heads = np.empty(len(short), self._head_type)
        heads["paper"], heads["signs"] = papers, signs(vectors)
        self._heads_sum = _written(self._heads, heads.tobytes(), self._heads_sum)
        self._vectors_sum = _written(self._vectors, short.tobytes(), self._vectors_sum)
        self._rows += len(short)

    def remove(self, papers: Sequence[int]) -> None:
        gone = np.zeros((len(papers), self.state.dimensions), np.float16)
        self.append([-key for key in papers], gone)

    def commit(self, number: int, removal: int, drafts: int = 0) -> None:
        """Make all rows count, durably, and note how far the database has been followed."""
        for file in (self._heads, self._vectors):
            file.flush()
            os.fsync(file.fileno())
        self.state = replace(
            self.state,
            rows=self._rows,
            number=number,
            removal=removal,
            drafts=drafts,
            heads_sum=self._heads_sum,
            vectors_sum=self._vectors_sum,
        )
        write_json(self.folder / "state.json", asdict(self.state))
        if self._rows >= max(COMPACT_FROM, 2 * self._checked):
            self._compact()
        self._remove_others()

    def close(self) -> None:
        self._heads.close()
        self._vectors.close()

    def _open(self, state: State) -> None:
        heads, vectors = _files(self.folder, state)
        self._heads, self._vectors = heads.open("ab"), vectors.open("ab")
        self._heads.truncate(state.rows * self._head_type.itemsize)
        self._vectors.truncate(state.rows * state.dimensions * 2)
        self._rows = state.rows
        self._heads_sum, self._vectors_sum = state.heads_sum, state.vectors_sum

    def _compact(self) -> None:
        """Copy the rows that count to a new file, if they are fewer than half."""
        table = Table.read(self.folder, self.state)
        self._checked = self._rows
        if 2 * len(table) > self._rows:
            return
        self.close()
        old = self.state
        self.state = _begun(old.model, old.dimensions, old.origin)
        self._open(self.state)
        for start in range(0, len(table), COMPACT_FROM):
            rows = table.rows[start : start + COMPACT_FROM]
            self.append(table.papers[rows], table.whole(rows))
        self._checked = self._rows
        self.commit(old.number, old.removal, old.drafts)

    def _remove_others(self) -> None:
        for suffix in ("heads", "vectors"):
            for old in self.folder.glob(f"*.{suffix}"):
                if old.stem != self.state.name:
                    old.unlink(missing_ok=True)


def _begun(model: str, dimensions: int, origin: str) -> State:
    """Of a file without rows."""
    return State(uuid4().hex, model, dimensions, origin, form=FORM)


def _written(file: BufferedWriter, content: bytes, before: int) -> int:
    """Append to a file; returns the sum of all of it."""
    file.write(content)
    return zlib.crc32(content, before)


@dataclass(frozen=True, slots=True)
class Table:
    """The vector file at one moment. Never changes, so threads share it."""

    state: State
    papers: Ids
    columns: NDArray[np.uint64]
    """Sign bits, [words of 64 bits, rows]: one column of the file after the other in memory."""
    rows: Rows
    """Those that count, ascending."""
    by_paper: Rows
    """The same, by paper id."""
    known: Ids
    """Their papers, ascending: so `by_paper` has the row of each."""
    vectors: NDArray[np.uint16]
    """In bfloat16, mapped from disk, [rows, dimensions]."""

    @classmethod
    def read(cls, folder: Path, state: State, known: Table | None = None) -> Table:
        """The rows that `state` tells of; those that `known` has of the same file are kept."""
        heads_file, vectors_file = _files(folder, state)
        form = head_type(state.dimensions)
        have = len(known.papers) if known else 0
        fresh = np.fromfile(heads_file, form, state.rows - have, offset=have * form.itemsize)
        papers, columns = fresh["paper"].astype(np.int64), fresh["signs"].T.copy()
        if known:
            papers = np.concatenate((known.papers, papers))
            columns = np.concatenate((known.columns, columns), axis=1)
        shape = (state.rows, state.dimensions)
        mapped = np.memmap(vectors_file, "<u2", "r", shape=shape) if state.rows else np.empty(shape)
        vectors = np.asarray(mapped, np.uint16)
        by_paper = live_rows(papers)
        rows, names = np.sort(by_paper), papers[by_paper]
        return cls(state, papers, columns, rows, by_paper, names, vectors)

    def __len__(self) -> int:
        return len(self.rows)

    def vector(self, paper_id: int) -> NDArray[np.float32] | None:
        """The vector of one paper [dimensions], or None where it has none yet."""
        rows = self._rows_of(np.array([paper_id]))
        return self.whole(rows)[0] if len(rows) else None

    def whole(self, rows: Rows) -> NDArray[np.float32]:
        """The vectors of these rows [rows, dimensions]."""
        return widened(self.vectors[rows])

    def nearest(self, vector: NDArray[np.float32], limit: int, among: Ids | None = None) -> Ranking:
        """The papers closest to `vector` [dimensions], of unit length, by their cosines.

        `among` are the ids of the papers that may be found, all where it is None.
        """
        allowed = self.rows if among is None else self._rows_of(among)
        rows = self._candidates(vector, max(RESCORED, len(allowed) // OF_EACH, 2 * limit), allowed)
        return Ranking.of(self.papers[rows], self._closeness(rows, vector)).first(limit)

    def closeness(self, vector: NDArray[np.float32], papers: Ids) -> Ranking:
        """How close those of the papers are that have a vector."""
        rows = self._rows_of(papers)
        return Ranking.of(self.papers[rows], self._closeness(rows, vector))

    def _rows_of(self, papers: Ids) -> Rows:
        """The rows of those of the papers that have one, ascending."""
        if not len(self):
            return self.rows
        at = np.minimum(np.searchsorted(self.known, papers), len(self) - 1)
        return np.unique(self.by_paper[at[self.known[at] == papers]])

    def _closeness(self, rows: Rows, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        scores = np.empty(len(rows), np.float32)
        for start in range(0, len(rows), _BLOCK):
            block = slice(start, start + _BLOCK)
            scores[block] = self.whole(rows[block]) @ vector
        return scores

    def _candidates(self, vector: NDArray[np.float32], wanted: int, allowed: Rows) -> Rows:
        """Those of the rows whose signs differ least from the vector's: `wanted`, and all ties."""
        if len(allowed) <= wanted:
            return allowed
        distances = self._distances(signs(vector[None])[0], allowed)
        # one in eight tells well enough how many lie within a distance
        per_distance = np.bincount(distances[::_SAMPLE])
        farthest = np.searchsorted(np.cumsum(per_distance), -(-wanted // _SAMPLE))
        return allowed[distances <= farthest]

    def _distances(self, code: NDArray[np.uint64], rows: Rows) -> NDArray[np.uint16]:
        """Hamming distance of the rows."""
        some = len(rows) < self.columns.shape[1] // 8  # a jump costs as much as eight in line
        count = len(rows) if some else self.columns.shape[1]
        total = np.zeros(count, np.uint16)
        for start in range(0, count, _STRIDE):
            at = rows[start : start + _STRIDE] if some else slice(start, start + _STRIDE)
            _add_distances(self.columns, code, at, total[start : start + _STRIDE])
        return total if len(rows) == count else total[rows]


def _add_distances(
    columns: NDArray[np.uint64],
    code: NDArray[np.uint64],
    at: Rows | slice,
    total: NDArray[np.uint16],
) -> None:
    """Three columns at a time, for whose bits a byte is wide enough."""
    differing = np.empty(len(total), np.uint64)
    bits, some = np.empty(len(total), np.uint8), np.empty(len(total), np.uint8)
    for first in range(0, len(columns), 3):
        some[:] = 0
        for column, word in zip(columns[first : first + 3], code[first : first + 3], strict=True):
            np.bitwise_xor(column[at], word, out=differing)
            np.bitwise_count(differing, out=bits)
            some += bits
        total += some


class Reader:
    """The newest committed vectors in a folder. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = Lock()
        self._seen: tuple[int, int] | None = None
        self._table: Table | None = None

    def table(self) -> Table | None:
        """What is committed now; None where there is nothing yet."""
        with self._lock:
            try:
                stat = (self._folder / "state.json").stat()
            except OSError:
                self._seen = self._table = None
                return None
            if (stat.st_mtime_ns, stat.st_ino) != self._seen:
                self._table = self._read()
                self._seen = stat.st_mtime_ns, stat.st_ino
            return self._table

    def _read(self) -> Table | None:
        state = read_state(self._folder)
        if state is None:
            return None
        known = self._table
        if known and (known.state.name != state.name or known.state.rows > state.rows):
            known = None
        try:
            return Table.read(self._folder, state, known)
        except (OSError, ValueError):  # replaced between the two reads: the next call sees it
            return known
