"""Readers' libraries as they lie in a folder, and how they are split into known and wanted.

A folder has, in the form of citeulike-a:

    users.dat       a line for each reader: how many papers, then their numbers, from 0
    titles.txt      a line for each paper
    item-tag.dat    a line for each paper: how many tags, then their numbers (may be absent)
    citations.dat   a line for each paper: how many, then papers that it cites or is cited by
                    (may be absent)
    cf-train-P-users.dat, cf-test-P-users.dat   a split with P papers of each reader known
    heater_split/{train,test}.csv, dropoutnet_split/cold_{train,test}.csv   papers nobody has yet

Where a prepared split is absent, the splits of our own remain. Splits by name:

    P10, P1             the prepared ones
    heater, dropoutnet  the prepared ones with new papers
    P10~7, P1~7         ours: ten (or one) papers of each reader known by lot, seed 7, where there
                        are more than ten (five)
    cold~7              ours: a fifth of the papers is new, seed 7
    new3~7              ours: 500 newcomers have 3 papers, all others their whole libraries
    NAME/held           for choosing weights: the known part of split NAME, split again as NAME was
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

NEWCOMERS, NEW_PAPERS, HELD = 500, 0.2, 0.7
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Split:
    name: str
    known: sp.csr_matrix
    """[readers, papers], 1 where a reader is known to have a paper."""
    wanted: sp.csr_matrix
    candidates: Places
    readers: Places
    """Whose wanted papers are predicted."""


@dataclass(frozen=True)
class Folder:
    path: Path
    titles: list[str]
    tags: list[tuple[str, ...]]
    links: list[tuple[int, int]]
    libraries: sp.csr_matrix

    @classmethod
    def read(cls, path: Path) -> Folder:
        titles = (path / "titles.txt").read_text("utf-8", "replace").splitlines()
        tags = _rows(path / "item-tag.dat", len(titles))
        cited = _rows(path / "citations.dat", len(titles))
        links = [(one, other) for one, others in enumerate(cited) for other in others]
        libraries = _matrix(_rows(path / "users.dat"), len(titles))
        marks = [tuple(f"#{tag}" for tag in row) for row in tags]
        return cls(path, titles, marks, links, libraries)

    def names(self) -> list[str]:
        """The prepared splits of this folder, then ours."""
        there = [f"P{n}" for n in (10, 1) if (self.path / f"cf-train-{n}-users.dat").exists()]
        there += [name for name in ("heater", "dropoutnet") if self._prepared(name)[0].exists()]
        ours = ["P10~11", "P1~11", "cold~11", *(f"new{n}~11" for n in (1, 3, 5, 10))]
        return [*there, *ours]

    def split(self, name: str) -> Split:
        if name.endswith("/held"):
            return _held(self.split(name.removesuffix("/held")), name)
        base, _, seed = name.partition("~")
        if not seed:
            known, wanted, candidates = self._read_split(base)
            return _split(name, known, wanted, candidates)
        random = np.random.default_rng(int(seed))
        if base == "cold":
            return _cold(name, self.libraries, random)
        if base.startswith("new"):
            return _newcomers(name, self.libraries, int(base[3:]), random)
        return _some_known(name, self.libraries, int(base[1:]), random)

    def _read_split(self, name: str) -> tuple[sp.csr_matrix, sp.csr_matrix, Places]:
        shape = self.libraries.shape
        if name in ("heater", "dropoutnet"):
            skip, first = (1, 0) if name == "heater" else (0, 1)
            known, wanted = (
                np.loadtxt(file, int, delimiter=",", skiprows=skip)[:, :2] - first
                for file in self._prepared(name)
            )
            return _pairs(known, shape), _pairs(wanted, shape), np.unique(wanted[:, 1])
        files = (self.path / f"cf-{part}-{name[1:]}-users.dat" for part in ("train", "test"))
        known, wanted = (_matrix(_rows(file), shape[1]) for file in files)
        return known, wanted, np.arange(shape[1])

    def _prepared(self, name: str) -> tuple[Path, Path]:
        start = "heater_split/" if name == "heater" else "dropoutnet_split/cold_"
        return self.path / f"{start}train.csv", self.path / f"{start}test.csv"


def _some_known(
    name: str, libraries: sp.csr_matrix, number: int, random: np.random.Generator
) -> Split:
    pairs, place, sizes = _shuffled(libraries, random)
    enough = sizes[pairs[:, 0]] > max(number, 5)
    first = place < number
    known, wanted = pairs[enough & first], pairs[enough & ~first]
    everything = np.arange(libraries.shape[1])
    return _split(name, _pairs(known, libraries.shape), _pairs(wanted, libraries.shape), everything)


def _newcomers(
    name: str, libraries: sp.csr_matrix, number: int, random: np.random.Generator
) -> Split:
    pairs, place, sizes = _shuffled(libraries, random)
    enough = np.flatnonzero(sizes > 12)
    new = random.choice(enough, min(NEWCOMERS, len(enough) // 4), replace=False)
    away = np.isin(pairs[:, 0], new) & (place >= number)
    known, wanted = (_pairs(pairs[mask], libraries.shape) for mask in (~away, away))
    return Split(name, known, wanted, np.arange(libraries.shape[1]), np.sort(new))


def _cold(name: str, libraries: sp.csr_matrix, random: np.random.Generator) -> Split:
    pairs = np.stack(libraries.nonzero(), axis=1)
    papers = np.unique(pairs[:, 1])
    new = random.choice(papers, int(NEW_PAPERS * len(papers)), replace=False)
    away = np.isin(pairs[:, 1], new)
    known, wanted = (_pairs(pairs[mask], libraries.shape) for mask in (~away, away))
    return _split(name, known, wanted, np.sort(new))


def _held(split: Split, name: str) -> Split:
    """The known part split again: seven tenths of each reader's papers, the latest (numbers grow
    with time), as the prepared split does; or a fifth of the papers of a cold one."""
    if len(split.candidates) < split.known.shape[1]:
        return _cold(name, split.known, np.random.default_rng(3))
    known = split.known.tocsr()
    known.sort_indices()
    pairs, sizes = np.stack(known.nonzero(), axis=1), np.diff(known.indptr)
    place = np.arange(len(pairs)) - np.repeat(known.indptr[:-1], sizes)
    away = place >= np.repeat(sizes, sizes) * (1 - HELD)
    kept, wanted = (_pairs(pairs[mask], known.shape) for mask in (~away, away))
    return _split(name, kept, wanted, split.candidates)


def _split(name: str, known: sp.csr_matrix, wanted: sp.csr_matrix, candidates: Places) -> Split:
    having = np.flatnonzero((np.diff(wanted.indptr) > 0) & (np.diff(known.indptr) > 0))
    return Split(name, known, wanted, candidates, having)


def _shuffled(
    libraries: sp.csr_matrix, random: np.random.Generator
) -> tuple[Places, Places, Places]:
    """Pairs in random order within each reader, their places there, and readers' sizes."""
    pairs = np.stack(libraries.nonzero(), axis=1)
    pairs = pairs[random.permutation(len(pairs))]
    pairs = pairs[np.argsort(pairs[:, 0], kind="stable")]
    sizes = np.bincount(pairs[:, 0], minlength=libraries.shape[0])
    return pairs, np.arange(len(pairs)) - np.repeat(np.cumsum(sizes) - sizes, sizes), sizes


def _rows(file: Path, at_least: int = 0) -> list[list[int]]:
    lines = file.read_text().splitlines() if file.exists() else []
    rows = [[int(number) for number in line.split()[1:]] for line in lines]
    return rows + [[] for _ in range(at_least - len(rows))]


def _matrix(rows: list[list[int]], width: int) -> sp.csr_matrix:
    pairs = [(reader, paper) for reader, row in enumerate(rows) for paper in row]
    return _pairs(np.array(pairs, np.int64).reshape(-1, 2), (len(rows), width))


def _pairs(pairs: Places, shape: tuple[int, int]) -> sp.csr_matrix:
    ones = np.ones(len(pairs), np.float32)
    found = sp.csr_matrix((ones, (pairs[:, 0], pairs[:, 1])), shape)
    found.data[:] = 1
    return found
