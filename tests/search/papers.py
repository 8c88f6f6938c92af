"""Papers and a small stand-in for the model, for the tests of search."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from broadsheet.papers.actions import save_records
from broadsheet.papers.models import Paper
from broadsheet.papers.records import Record


def make_paper(title: str, abstract: str = "", **facts: Any) -> Paper:
    """Save one paper as a source would; the same title again changes it."""
    saved = save_records([Record("arxiv-json", "line 1", title, abstract, **facts)])
    return Paper.objects.get(id=(saved.new + saved.changed)[0])


class WordEncoder:
    """Texts are close as far as they share words: enough to test all that is around a model."""

    label = "words"
    dimensions = 128

    def __init__(self, name: str = "words/1") -> None:
        self.name = name
        self.asked: list[str] = []
        self.spoilt: set[str] = set()
        """Texts that contain one of these words get no vector."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            words = set(re.findall(r"\w+", text.lower()))
            for word in words:
                seed = int.from_bytes(blake2b(word.encode(), digest_size=4).digest(), "big")
                row += np.random.default_rng(seed).normal(size=self.dimensions)
            row /= np.linalg.norm(row) if words and not words & self.spoilt else np.nan
        return vectors

    def encode_query(self, text: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self.encode([text])[0]
        return vector
