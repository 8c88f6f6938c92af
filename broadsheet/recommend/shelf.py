"""Papers made ready for ranking once, however many interests then look at them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

NEAR, ONE_IN = 20, 100
"""Papers that count as near to one: so many, and of a small shelf at most one in so many."""
BLOCK = 1_000

_WORD = re.compile(r"[^\W\d_]{3,}")
_LETTERS = bytes(code if chr(code).isalpha() else 32 for code in range(128)).ljust(256)
"""Of ASCII, with blanks in place of all else."""


@dataclass(frozen=True, slots=True)
class Text:
    """A paper as recommendations see it."""

    paper_id: int
    words: str
    """Title, and abstract where there is one."""
    vector: Vectors
    """Its embedding, of unit length; zeros where it has none yet."""
    marks: tuple[str, ...] = ()
    """What else it can share with others, whole: tags, authors, keywords, organisations."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Which terms there are, and how much each tells: ln(papers / papers with the term)."""

    numbers: dict[str, int]
    rarity: Vectors

    @classmethod
    def of(cls, papers: Sequence[Iterable[str]], at_least: int = 2) -> Terms:
        """Terms of fewer papers are left out; those of one paper alone are like nothing."""
        often = Counter(term for terms in papers for term in terms)
        known = sorted(term for term, number in often.items() if number >= at_least)
        counts = np.array([often[term] for term in known], np.float32)
        rarity = np.log(max(len(papers), 1) / counts) if known else counts
        return cls({term: number for number, term in enumerate(known)}, rarity)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of some papers, and their marks."""

    numbers: dict[str, int]
    rarity: Vectors
    marks: Terms = field(default_factory=lambda: Terms({}, np.zeros(0, np.float32)))

    @classmethod
    def of(cls, texts: Sequence[Text], lone_marks: bool = False) -> Vocabulary:
        """`lone_marks` keeps marks of one paper alone: for shelves with papers that are not among
        `texts`, which may share them."""
        words = Terms.of([_words(text) for text in texts])
        marks = Terms.of([set(text.marks) for text in texts], 1 if lone_marks else 2)
        return cls(words.numbers, words.rarity, marks)


class Bags:
    """The terms of each paper as rows of a sparse matrix, of unit length."""

    def __init__(
        self, papers: Sequence[set[str]], numbers: dict[str, int], rarity: Vectors
    ) -> None:
        rows = [[numbers[term] for term in sorted(terms) if term in numbers] for terms in papers]
        self.ends = np.cumsum([0, *map(len, rows)])
        self.terms = np.array([term for row in rows for term in row], np.int64)
        self.owners = np.repeat(np.arange(len(rows)), np.diff(self.ends))
        self.width = len(rarity)
        told = rarity[self.terms]
        lengths = np.sqrt(np.bincount(self.owners, told**2, len(rows)))
        self.values = told / np.maximum(lengths, 1e-9)[self.owners]

    def only(self, places: NDArray[np.int64]) -> Bags:
        found = copy(self)
        sizes = np.diff(self.ends)[places]
        found.ends = np.cumsum([0, *sizes])
        at = np.arange(found.ends[-1]) + np.repeat(self.ends[places] - found.ends[:-1], sizes)
        found.terms, found.values = self.terms[at], self.values[at]
        found.owners = np.repeat(np.arange(len(sizes)), sizes)
        return found

    @classmethod
    def joined(cls, parts: Sequence[Bags]) -> Bags:
        """The papers of several, of the same terms, one after the other."""
        found = copy(parts[0])
        sizes = np.concatenate([np.diff(part.ends) for part in parts])
        found.ends = np.cumsum([0, *sizes])
        found.terms = np.concatenate([part.terms for part in parts])
        found.values = np.concatenate([part.values for part in parts])
        found.owners = np.repeat(np.arange(len(sizes)), sizes)
        return found

    def profile(self) -> NDArray[np.float64]:
        """The centre of all papers over the terms, of unit length."""
        total = np.bincount(self.terms, self.values, self.width)
        return np.asarray(total / max(float(np.linalg.norm(total)), 1e-9))

    def likeness(self, profile: NDArray[np.float64]) -> Vectors:
        """The cosine of each paper to a profile."""
        shared = profile[self.terms] * self.values
        return np.bincount(self.owners, shared, len(self.ends) - 1).astype(np.float32)


class Shelf:
    """Ids, meanings, words and marks of some papers."""

    def __init__(self, texts: Sequence[Text], vocabulary: Vocabulary) -> None:
        self.ids = [text.paper_id for text in texts]
        self.meanings: Vectors = np.stack([text.vector for text in texts])
        self.vocabulary = vocabulary
        self.bags = Bags([_words(text) for text in texts], vocabulary.numbers, vocabulary.rarity)
        self._near: tuple[NDArray[np.int64], Vectors] | None = None
        known = vocabulary.marks
        self.marks = Bags([set(text.marks) for text in texts], known.numbers, known.rarity)

    def near(self, scores: Vectors) -> Vectors:
        """For each paper the mean score of those of the shelf nearest to it in meaning, the nearer
        the more; found once for all scores."""
        if self._near is None:
            self._near = _nearest(self.meanings)
        places, weights = self._near
        return np.asarray((scores[places] * weights).sum(axis=1), np.float32)

    @property
    def words(self) -> NDArray[np.int64]:
        """The words of all papers, one paper after the other; `ends` tells where each one's end."""
        return self.bags.terms

    @property
    def values(self) -> NDArray[np.float64]:
        """How much each of `words` tells."""
        return self.bags.values

    @property
    def ends(self) -> NDArray[np.int64]:
        return self.bags.ends

    def only(self, places: Sequence[int] | NDArray[np.int64]) -> Shelf:
        """A shelf of the papers that stand at these places, whose texts are not read again."""
        at = np.asarray(places, np.int64)
        found = copy(self)
        found.ids = [self.ids[place] for place in at]
        found.meanings = self.meanings[at]
        found._near = None
        found.bags, found.marks = self.bags.only(at), self.marks.only(at)
        return found

    @classmethod
    def joined(cls, parts: Sequence[Shelf]) -> Shelf:
        """The papers of several of one vocabulary, whose texts are not read again."""
        found = parts[0].only([])
        found.ids = [paper for part in parts for paper in part.ids]
        found.meanings = np.concatenate([part.meanings for part in parts])
        found.bags = Bags.joined([part.bags for part in parts])
        found.marks = Bags.joined([part.marks for part in parts])
        return found

    def profile(self) -> NDArray[np.float64]:
        """The centre of all papers over the words, of unit length."""
        return self.bags.profile()

    def likeness(self, profile: NDArray[np.float64]) -> Vectors:
        """The cosine of each paper's words to a profile."""
        return self.bags.likeness(profile)


def _nearest(meanings: Vectors) -> tuple[NDArray[np.int64], Vectors]:
    """Places of the nearest papers of each, and their weights, of sum 1: the third power of the
    cosine, measured from the middle of all, since meanings of one kind of text are all alike."""
    number = min(NEAR, len(meanings) // ONE_IN)
    there = meanings.any(axis=1, keepdims=True)
    centred = (meanings - meanings.sum(axis=0) / max(int(there.sum()), 1)) * there
    centred /= np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)
    near = np.zeros((len(meanings), number), np.int64)
    weights = np.zeros((len(meanings), number), np.float32)
    for start in range(0, len(meanings) if number else 0, BLOCK):
        close = centred[start : start + BLOCK] @ centred.T
        rows = np.arange(len(close))
        close[rows, start + rows] = 0
        near[start + rows] = np.argpartition(-close, number - 1, axis=1)[:, :number]
        nearest = np.take_along_axis(close, near[start + rows], 1)
        weights[start + rows] = np.maximum(nearest, 0) ** 3
    return near, weights / np.maximum(weights.sum(axis=1, keepdims=True), 1e-9)


def _words(text: Text) -> set[str]:
    told = text.words.lower()
    if not told.isascii():
        return set(_WORD.findall(told))
    # the same in a third of the time
    parts = told.encode().translate(_LETTERS).decode().split()
    return {word for word in parts if len(word) > 2}
