"""Learn the weights of `broadsheet.search.keyphrases` from recorded days.

    python -m bench.keyphrase_training habits arxiv_sample.jsonl.zst
    python -m bench.keyphrase_training weights daily_papers_raw.jsonl.zst

The first counts how words are used in arXiv papers of all fields, for `phrases.habits`.

The second learns from papers that came to a daily page before `SPLIT`; all later ones are left for
`bench.keyphrases` to judge by. Two logistic regressions with L2 penalty: the
first says whether a word can stand in a keyphrase, the second whether a candidate is one.
"""

from __future__ import annotations

import argparse
import io
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import Any

import numpy as np
import snowballstemmer
import zstandard
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from broadsheet.papers.text import clean_abstract, clean_title, plain
from broadsheet.search.keyphrases import STEP, USABLE, WEIGHTS, Weights
from broadsheet.search.phrases import HABITS, LONGEST, SLOTS, Finder, mark, marks, usable_marks

SPLIT = "2026-01-01"
"""Judged are papers of this day and later; nothing was learned or chosen by them."""
WORD_PENALTY, PHRASE_PENALTY = 1.0, 0.2
"""scikit-learn's C: the inverse of the penalty. Chosen on November and December 2025."""

SHARE = 8
RARE = 4
"""Places below which a word's habits are not known."""

_stem = snowballstemmer.stemmer("porter").stemWord


@cache
def stem(word: str) -> str:
    return str(_stem(word))


def stemmed(phrase: str) -> str:
    return " ".join(stem(word) for word in phrase.casefold().split())


@dataclass(frozen=True, slots=True)
class Sample:
    """A paper with the keyphrases that its source gave it."""

    day: str
    arxiv_id: str
    title: str
    abstract: str
    keywords: tuple[str, ...]

    @property
    def stems(self) -> frozenset[str]:
        return frozenset(map(stemmed, self.keywords))


def samples(path: Path) -> list[Sample]:
    """All papers with `ai_keywords`, each on the first day that has it, in order of days."""
    found: dict[str, Sample] = {}
    with path.open("rb") as packed:
        lines = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(packed), "utf-8")
        for line in lines:
            day = json.loads(line)
            for told in (item["paper"] for item in day["items"]):
                if told.get("ai_keywords") and told["id"] not in found:
                    found[told["id"]] = _sample(day["date"], told)
    return sorted(found.values(), key=lambda sample: (sample.day, sample.arxiv_id))


def _sample(day: str, told: dict[str, Any]) -> Sample:
    title, abstract = plain(clean_title(told["title"])), plain(clean_abstract(told["summary"]))
    return Sample(day, told["id"], title, abstract, tuple(told["ai_keywords"]))


def learned(known: Sequence[Sample]) -> Weights:
    """The weights that these papers teach, rounded as they are stored."""
    of_words = _word_weights(known)
    finder = Finder(lambda word: bool(of_words[list(usable_marks(word))].sum() > USABLE))
    rows: list[list[int]] = []
    is_keyphrase: list[bool] = []
    for sample in known:
        for phrase in finder.candidates(sample.title, sample.abstract):
            rows.append(marks(phrase))
            is_keyphrase.append(stemmed(phrase.form) in sample.stems)
    fitted = LogisticRegression(C=PHRASE_PENALTY, solver="liblinear")
    fitted.fit(_matrix(rows), is_keyphrase)
    of_phrases = fitted.coef_[0].astype(np.float32)
    for length in range(1, LONGEST + 1):
        of_phrases[mark("n", length)] += fitted.intercept_[0]
    return stored(np.stack([of_words, of_phrases])).astype(np.float32) * np.float32(STEP)


def stored(weights: Weights) -> NDArray[np.int8]:
    """The weights in steps of `STEP`."""
    return np.round(weights / STEP).clip(-127, 127).astype(np.int8)


def _word_weights(known: Sequence[Sample]) -> NDArray[np.float32]:
    occurs: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    finder = Finder(lambda _: True)
    for sample in known:
        for text in (sample.title, sample.abstract):
            tokens = finder.tokens(text)
            covered = _covered([stem(token.text.casefold()) for token in tokens], sample.stems)
            occurs.update(token.text for token in tokens if token.kind == 3)
            inside.update(tokens[at].text for at in covered if tokens[at].kind == 3)
    words = list(occurs)
    rows = _matrix([list(usable_marks(word)) for word in words] * 2)
    is_inside = [True] * len(words) + [False] * len(words)
    times = [inside[word] for word in words] + [occurs[word] - inside[word] for word in words]
    fitted = LogisticRegression(C=WORD_PENALTY, solver="liblinear")
    fitted.fit(rows, is_inside, sample_weight=times)
    weights: NDArray[np.float32] = fitted.coef_[0].astype(np.float32)
    for length in range(13):
        weights[mark("in", "length", length)] += fitted.intercept_[0]
    return weights


def _covered(words: Sequence[str], stems: frozenset[str]) -> set[int]:
    """Places of words that stand in an occurrence of one of these stemmed phrases."""
    spans = (
        range(start, start + length)
        for start in range(len(words))
        for length in range(1, LONGEST + 1)
        if " ".join(words[start : start + length]) in stems
    )
    return {at for span in spans for at in span if at < len(words)}


def _matrix(rows: Sequence[Sequence[int]]) -> csr_matrix:
    ends = np.cumsum([0, *map(len, rows)])
    slots = np.fromiter(chain.from_iterable(rows), np.int32, ends[-1])
    ones = np.ones(len(slots), np.float32)
    return csr_matrix((ones, slots, ends), shape=(len(rows), SLOTS))


def counted(path: Path) -> NDArray[np.uint8]:
    """The table of `phrases.habits`, from every eighth paper of a file of arXiv metadata."""
    papers, places, begins, ends = (np.zeros(SLOTS) for _ in range(4))
    finder = Finder(lambda _: True)
    with path.open("rb") as packed:
        unpacked = zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(packed)
        for line in islice(io.TextIOWrapper(unpacked, "utf-8"), 0, None, SHARE):
            told = json.loads(line)
            tokens = finder.tokens(plain(clean_abstract(told["abstract"])))
            slots = np.array([mark("word", token.word) for token in tokens], np.int64)
            is_word = np.array([token.kind == 3 for token in tokens], bool)
            after_break = np.concatenate(([True], ~is_word[:-1]))[is_word]
            before_break = np.concatenate((~is_word[1:], [True]))[is_word]
            papers[np.unique(slots[is_word])] += 1
            np.add.at(places, slots[is_word], 1)
            np.add.at(begins, slots[is_word], after_break)
            np.add.at(ends, slots[is_word], before_break)
    shares = (
        np.where(places < RARE, 9, np.round(8 * of / np.maximum(places, 1)))
        for of in (begins, ends)
    )
    return np.stack([np.log2(papers + 1), *shares]).astype(np.uint8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("habits", "weights"))
    parser.add_argument("file", type=Path)
    options = parser.parse_args()
    if options.what == "habits":
        np.save(HABITS, counted(options.file))
        return
    known = [sample for sample in samples(options.file) if sample.day < SPLIT]
    np.save(WEIGHTS, stored(learned(known)))
    print(f"learned from {len(known):,} papers of {known[0].day} to {known[-1].day}")


if __name__ == "__main__":
    main()
