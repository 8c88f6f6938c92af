"""What the libraries of all readers tell: which papers go together, and whose tastes are alike.

Learned once for all interests, from whatever readers keep, by linear algebra alone:

1. A paper's meaning is blended with those of papers that it is linked to and of papers that the
   same readers keep (one step of graph smoothing, as in SGC: Wu et al., ICML 2019).
2. Then the space is turned so that what varies within one reader's library counts less: the
   inverse of the covariance within libraries (Hatch et al., WCCN, Interspeech 2006).
3. A paper is the better for an interest the more it is kept together with its papers (by readers
   who share many of these and keep few others), or papers near to it are; the more it is kept by
   readers whose whole libraries are like the interest; and the more links it shares with the
   interest's papers.

With few readers all of this fades by itself, and content alone remains.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from broadsheet.recommend.shelf import Shelf, Vectors

LINKED, KEPT = 2.0, 4.0
"""Weight of linked papers and of papers kept together, against a paper's own meaning."""
ROUNDER = 0.2
"""Least share of a round space in the learned one (shrinkage of a covariance)."""
NEIGHBOURS = 20
"""Near papers whose company a paper is thought to share."""
SHARPNESS = 6
"""How much more a reader counts whose library is nearer."""
TRUST = 50
"""Readers with whom company counts half as much as with very many."""
MANY = 60
"""Papers in a library with which being kept together counts half as much as with very many."""
SHARED = 2
"""How much more a reader counts who shares more papers with the interest."""
BLOCK = 1_000

Places = NDArray[np.int64]


@dataclass(frozen=True)
class Seen:
    """A shelf with the eyes of all readers."""

    places: Places
    """Where each paper stands in the company; -1 where nobody has kept or linked it."""
    meanings: Vectors


@dataclass(frozen=True)
class Opinion:
    """What the company thinks of each paper that it keeps, for one interest."""

    together: Vectors
    alike: Vectors
    linked: Vectors


@dataclass(eq=False)
class Company:
    """Papers that readers keep, in the space of their tastes."""

    places: dict[int, int]
    """Paper ids to rows."""
    readers: dict[int, int]
    tastes: Vectors
    """A unit vector for each paper."""
    middle: Vectors
    turn: Vectors
    owners: Places
    """With `kept`: a reader and one of the papers of that reader, for each pair."""
    kept: Places
    profiles: Vectors
    """A unit vector for each reader."""
    links: Places = field(default_factory=lambda: np.zeros((0, 2), np.int64))
    """Pairs of rows that are linked, each pair in both directions."""
    _seen: WeakKeyDictionary[Shelf, Seen] = field(default_factory=WeakKeyDictionary)
    _near: WeakKeyDictionary[Shelf, tuple[Places, Vectors]] = field(
        default_factory=WeakKeyDictionary
    )

    @classmethod
    def learn(
        cls,
        papers: Sequence[int],
        vectors: Vectors,
        libraries: Mapping[int, Iterable[int]],
        links: Iterable[tuple[int, int]] = (),
    ) -> Company:
        """`vectors` are the embeddings of `papers`, [papers, dimensions]; `libraries` tells for
        each reader what is kept; `links` are pairs of papers, one citing the other. Papers that
        are not among `papers` are ignored."""
        places = {paper: row for row, paper in enumerate(papers)}
        readers = {reader: row for row, reader in enumerate(libraries)}
        pairs = [
            (readers[reader], places[paper])
            for reader, library in libraries.items()
            for paper in sorted(set(library))
            if paper in places
        ]
        owners, kept = np.array(pairs, np.int64).reshape(-1, 2).T
        ends = [(places[a], places[b]) for a, b in links if a in places and b in places]
        one_way = np.array(ends, np.int64).reshape(-1, 2)
        linked = np.unique(np.concatenate([one_way, one_way[:, ::-1]]), axis=0)
        linked = linked[linked[:, 0] != linked[:, 1]]
        blended = _smoothed(vectors, owners, kept, linked)
        middle, turn = _space(blended, owners, kept, len(readers))
        tastes = _unit((blended - middle) @ turn) * (np.abs(vectors).sum(1, keepdims=True) > 0)
        profiles = _unit(_sums(tastes, owners, kept, len(readers)))
        return cls(places, readers, tastes, middle, turn, owners, kept, profiles, linked)

    @cached_property
    def trust(self) -> float:
        """0 without readers, 1 with very many."""
        number = int((self._sizes > 0).sum())
        return number / (number + TRUST)

    @cached_property
    def density(self) -> float:
        """0 where readers keep nothing, 1 where each keeps very many papers."""
        mean = len(self.kept) / max(int((self._sizes > 0).sum()), 1)
        return mean / (mean + MANY)

    @cached_property
    def _sizes(self) -> Places:
        """Papers that each reader keeps."""
        return np.bincount(self.owners, minlength=len(self.profiles))

    def seen(self, shelf: Shelf) -> Seen:
        """Computed once for each shelf."""
        if (found := self._seen.get(shelf)) is None:
            places = np.array([self.places.get(paper, -1) for paper in shelf.ids], np.int64)
            there = shelf.meanings.any(axis=1, keepdims=True)
            meanings = _unit((shelf.meanings - self.middle) @ self.turn) * there
            meanings[places >= 0] = self.tastes[places[places >= 0]]
            found = self._seen[shelf] = Seen(places, meanings)
        return found

    def kept_papers(self, places: Places) -> NDArray[np.bool_]:
        """Which of the papers at these places any reader keeps."""
        return _at(np.bincount(self.kept, minlength=len(self.tastes)), places) > 0

    def opinion(self, liked: Shelf, reader: int | None = None) -> Opinion:
        """What others think; the library of `reader`, who asks, is left out."""
        seen = self.seen(liked)
        own = self.readers.get(reader) if reader is not None else None
        known = np.zeros(len(self.tastes), np.float32)
        known[seen.places[seen.places >= 0]] = 1
        length = np.sqrt(np.bincount(self.kept, minlength=len(known))).clip(1)
        shared = np.bincount(self.owners, (known / length)[self.kept], len(self.profiles))
        sharing = shared**SHARED / np.sqrt(self._sizes.clip(1))
        alike = np.maximum(self.profiles @ _unit(seen.meanings.sum(axis=0)), 0) ** SHARPNESS
        if own is not None:
            sharing[own] = alike[own] = 0
        together = np.bincount(self.kept, sharing[self.owners], len(known)) / length
        by_alike = np.bincount(self.kept, alike[self.owners], len(known))
        return Opinion(
            together.astype(np.float32), by_alike.astype(np.float32), self._sharing_links(known)
        )

    def _sharing_links(self, known: Vectors) -> Vectors:
        """The sum of cosines to the other known papers, by what they are linked to, themselves
        included."""
        starts, ends = self.links.T
        size = len(known)
        length = np.sqrt(1 + np.bincount(starts, minlength=size))
        each = known / length
        each = each + np.bincount(ends, each[starts], size)
        found = (each + np.bincount(starts, each[ends], size)) / length
        return np.asarray(found - known, np.float32)

    def told(self, opinion: Opinion, candidates: Shelf) -> tuple[Vectors, Vectors]:
        """The opinion of each candidate: kept together, and kept by readers alike."""
        places = self.seen(candidates).places
        return _at(opinion.together, places), _at(opinion.alike, places)

    def nearby(self, opinion: Opinion, candidates: Shelf) -> Vectors:
        """How much the kept papers that are near to each candidate are kept together with it."""
        near, weights = self._nearest(candidates)
        return np.asarray((opinion.together[near] * weights).sum(axis=1), np.float32)

    def linked(self, opinion: Opinion, candidates: Shelf) -> Vectors:
        return _at(opinion.linked, self.seen(candidates).places)

    def _nearest(self, shelf: Shelf) -> tuple[Places, Vectors]:
        """For each paper the nearest ones that readers keep, and their weights, of sum 1."""
        if (found := self._near.get(shelf)) is None:
            seen, some = self.seen(shelf), np.unique(self.kept)
            blocks = [
                _neighbours(seen.meanings[start : start + BLOCK], self.tastes[some], places)
                for start in range(0, len(seen.places), BLOCK)
                for places in [_within(seen.places[start : start + BLOCK], some)]
            ]
            near, weights = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
            found = self._near[shelf] = (some[near] if len(some) else near, weights)
        return found


def _smoothed(vectors: Vectors, owners: Places, kept: Places, links: Places) -> Vectors:
    """v + 2 (mean over linked papers) + 4 (mean over papers kept together, by their cosine)."""
    size, readers = len(vectors), int(owners.max(initial=-1)) + 1
    length = np.sqrt(np.bincount(kept, minlength=size)).clip(1).astype(np.float32)[:, None]
    shared = _sums(vectors / length, owners, kept, readers)
    lone = np.zeros((size, 1), np.float32)
    lone[np.unique(kept)] = 1
    together = _sums(shared, kept, owners, size) / length - vectors * lone
    lengths = (1 / length).astype(np.float32)
    often = _sums(_sums(lengths, owners, kept, readers), kept, owners, size) / length - lone
    linked = _sums(vectors, links[:, 0], links[:, 1], size)
    number = np.bincount(links[:, 0], minlength=size)[:, None].clip(1)
    found = vectors + LINKED * linked / number + KEPT * together / np.maximum(often, 1e-6)
    return _unit(np.where(often > 1e-6, found, vectors + LINKED * linked / number))


def _space(vectors: Vectors, owners: Places, kept: Places, readers: int) -> tuple[Vectors, Vectors]:
    """The middle, and the turn and stretch [dimensions, dimensions] after which what varies within
    one library is small: the root of the inverse of the shrunk covariance within libraries."""
    width = vectors.shape[1]
    sizes = np.bincount(owners, minlength=readers).clip(1).astype(np.float32)
    middles = _sums(vectors, owners, kept, readers) / sizes[:, None]
    weight = np.bincount(kept, minlength=len(vectors)).astype(np.float32)
    total = max(float(weight.sum()), 1.0)
    within = ((vectors.T * weight) @ vectors - (middles.T * sizes) @ middles) / total
    free = max(len(kept) - readers, 0)
    round_share = max(ROUNDER, width / (width + free))
    scale = float(np.trace(within)) / width if free else 0.0
    scale = scale if scale > 1e-9 else 1.0
    shrunk = (1 - round_share) * within / scale + round_share * np.eye(width)
    turn = np.linalg.cholesky(np.linalg.inv(shrunk))
    certain = (1 - round_share) / (1 - ROUNDER)
    return (certain * (weight @ vectors) / total).astype(np.float32), turn.astype(np.float32)


def _sums(vectors: Vectors, groups: Places, members: Places, size: int) -> Vectors:
    """For each of `size` groups the sum of its members' vectors."""
    found = np.zeros((size, vectors.shape[1]), np.float32)
    order = np.argsort(groups, kind="stable")
    starts = np.searchsorted(groups[order], np.arange(size + 1))
    for group in np.unique(groups):
        found[group] = vectors[members[order[starts[group] : starts[group + 1]]]].sum(axis=0)
    return found


def _neighbours(meanings: Vectors, tastes: Vectors, own: Places) -> tuple[Places, Vectors]:
    number = min(NEIGHBOURS, len(tastes))
    if not number:
        return np.zeros((len(meanings), 0), np.int64), np.zeros((len(meanings), 0), np.float32)
    close = meanings @ tastes.T
    close[np.flatnonzero(own >= 0), own[own >= 0]] = 0
    near = np.argpartition(-close, number - 1, axis=1)[:, :number]
    weights = np.maximum(np.take_along_axis(close, near, 1), 0) ** 2
    return near, weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)


def _within(places: Places, some: Places) -> Places:
    """The place of each in `some`; -1 where it is not there."""
    found = np.searchsorted(some, places).clip(max=max(len(some) - 1, 0))
    return np.where(some[found] == places, found, -1) if len(some) else np.full_like(places, -1)


def _at(values: Vectors | Places, places: Places) -> Vectors:
    """0 for places that are -1."""
    return np.asarray(np.append(values, np.float32(0))[places], np.float32)


def _unit(vectors: NDArray[np.floating]) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9), np.float32)
