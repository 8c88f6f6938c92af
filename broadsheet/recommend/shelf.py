"""Papers made ready for ranking once, however many interests then look at them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True)
class Text:
    """A paper as recommendations see it."""

    paper_id: int
    words: str
    """Title, and abstract where there is one."""
    vector: Vectors
    """Its embedding, of unit length; zeros where it has none yet."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Which words there are, and how much each tells: ln(papers / papers with the word)."""

    numbers: dict[str, int]
    rarity: Vectors

    @classmethod
    def of(cls, texts: Sequence[Text]) -> Vocabulary:
        """Words of one paper alone are left out: they are like nothing."""
        often = Counter(word for text in texts for word in _words(text))
        known = sorted(word for word, number in often.items() if number > 1)
        counts = np.array([often[word] for word in known], np.float32)
        rarity = np.log(max(len(texts), 1) / counts) if known else counts
        return cls({word: number for number, word in enumerate(known)}, rarity)


class Shelf:
    """Ids, meanings, and words as rows of a sparse matrix of unit rows."""

    def __init__(self, texts: Sequence[Text], vocabulary: Vocabulary) -> None:
        self.ids = [text.paper_id for text in texts]
        self.meanings: Vectors = np.stack([text.vector for text in texts])
        self.vocabulary = vocabulary
        rows = [
            [
                vocabulary.numbers[word]
                for word in sorted(_words(text))
                if word in vocabulary.numbers
            ]
            for text in texts
        ]
        self.ends = np.cumsum([0, *map(len, rows)])
        self.words = np.array([word for row in rows for word in row], np.int64)
        self.owners = np.repeat(np.arange(len(rows)), np.diff(self.ends))
        told = vocabulary.rarity[self.words]
        lengths = np.sqrt(np.bincount(self.owners, told**2, len(rows)))
        self.values = told / np.maximum(lengths, 1e-9)[self.owners]

    def profile(self) -> NDArray[np.float64]:
        """The centre of all papers over the words, of unit length."""
        total = np.bincount(self.words, self.values, len(self.vocabulary.rarity))
        return np.asarray(total / max(float(np.linalg.norm(total)), 1e-9))

    def likeness(self, profile: NDArray[np.float64]) -> Vectors:
        """The cosine of each paper to a profile."""
        shared = profile[self.words] * self.values
        return np.bincount(self.owners, shared, len(self.ids)).astype(np.float32)


def _words(text: Text) -> set[str]:
    return set(_WORD.findall(text.words.lower()))
