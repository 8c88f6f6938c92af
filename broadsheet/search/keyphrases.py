"""The keyphrases of a paper, from its title and abstract alone.

A linear model over hashed marks (`phrases.marks`) gives each candidate its log odds of being a
keyphrase. `keyphrases.npy` has the weights, learned by `bench.keyphrase_training`; they hold no
words, so the answer depends on nothing but the text: a site of 200 papers and one of three
million show the same keyphrases, and nothing has to be stored or kept level.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from broadsheet.search.phrases import Finder, Phrase, marks, usable_marks

FEWEST, MOST = 3, 8
WEIGHTS = Path(__file__).with_name("keyphrases.npy")
STEP = 1 / 32
"""Of the weights, which are stored as int8."""
USABLE = -2.5
"""Log odds of standing in a keyphrase, below which a word breaks phrases."""
LIKELY = -1.2
"""Log odds of being a keyphrase, below which none is shown once there are `FEWEST`."""

Weights = NDArray[np.float32]
"""[2, SLOTS]: of the marks of words, then of those of phrases."""


class Extractor:
    """One set of weights at work. Safe to share between threads."""

    def __init__(self, weights: Weights) -> None:
        self._of_words, self._of_phrases = weights
        self._finder = Finder(self._is_usable)
        self._forgiving = Finder(lambda _: True)

    def ranked(self, title: str, abstract: str) -> Iterator[tuple[float, Phrase]]:
        """Log odds and phrase, the best first; none that overlaps with one before it."""
        found = self._finder.candidates(title, abstract)
        if len(found) < FEWEST:
            found = self._forgiving.candidates(title, abstract)
        odds = self._log_odds(found)
        taken: list[tuple[str, ...]] = []
        for at in np.argsort(-odds, kind="stable"):
            words = found[at].words
            if not any(_overlap(words, other) for other in taken):
                taken.append(words)
                yield float(odds[at]), found[at]

    def _is_usable(self, word: str) -> bool:
        return bool(self._of_words[list(usable_marks(word))].sum() > USABLE)

    def _log_odds(self, found: Sequence[Phrase]) -> NDArray[np.float32]:
        if not found:
            return np.empty(0, np.float32)
        marked = [marks(phrase) for phrase in found]
        slots = np.fromiter(chain.from_iterable(marked), np.int64)
        starts = list(accumulate(map(len, marked[:-1]), initial=0))
        odds: NDArray[np.float32] = np.add.reduceat(self._of_phrases[slots], starts)
        return odds


def keyphrases(title: str, abstract: str) -> list[str]:
    """Three to eight keyphrases as they are written in the text, the surest first.

    Fewer only where the text has no more. Texts are plain, without TeX.
    """
    shown: list[str] = []
    for odds, phrase in _extractor().ranked(title, abstract):
        if len(shown) == MOST or (len(shown) >= FEWEST and odds < LIKELY):
            break
        shown.append(phrase.form)
    return shown


def _overlap(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether one stands within the other, or ends with two or more words that begin the other."""
    text, other_text = f" {' '.join(one)} ", f" {' '.join(other)} "
    if text in other_text or other_text in text:
        return True
    lengths = range(2, min(len(one), len(other)))
    return any(one[-n:] == other[:n] or other[-n:] == one[:n] for n in lengths)


@lru_cache(maxsize=1)
def _extractor() -> Extractor:
    return Extractor(np.load(WEIGHTS).astype(np.float32) * np.float32(STEP))
