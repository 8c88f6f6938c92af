"""Our keyphrases, YAKE's and KeyBERT's against those that a daily paper site gave its papers.

    python -m bench.keyphrases daily_papers_raw.jsonl.zst [--papers 500] [--crossed]

Judged are the papers that came to the daily page on or after the day before which
`bench.keyphrase_training` learned, with the weights as shipped. The five best phrases of each
method are compared with the site's, by exact text without case and by Porter's stems. F1@5 of a
paper is the harmonic mean of the share of the five that the site has too, and of the share of
the site's that are among the five; the mean over papers stands with its 95 % interval
(bootstrap). Papers per second are of CPU time, on one thread.

`--crossed` judges ours on all papers: each by weights learned from the other four fifths.
KeyBERT embeds by this product's own encoder, the MiniLM that it also embeds with by default.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "broadsheet.settings")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import django
import numpy as np
import yake
from keybert import KeyBERT
from keybert.backend import BaseEmbedder
from numpy.typing import NDArray

from bench.keyphrase_training import SPLIT, Sample, learned, samples, stemmed
from broadsheet.search import embedding
from broadsheet.search.keyphrases import STEP, WEIGHTS, Extractor

TOP = 5
FOLDS = 5
DRAWS = 1_000

Method = Callable[[Sample], Sequence[str]]


class OurEncoder(BaseEmbedder):  # type: ignore[misc]  # KeyBERT has no types
    """This product's encoder, as KeyBERT wants it."""

    def embed(self, documents: Sequence[str], verbose: bool = False) -> NDArray[np.float32]:
        return embedding.encoder().encode(list(documents))


def ours(extractor: Extractor) -> Method:
    def best(sample: Sample) -> list[str]:
        ranked = extractor.ranked(sample.title, sample.abstract)
        return [phrase.form for _, phrase in islice(ranked, TOP)]

    return best


def by_yake(longest: int) -> Method:
    extractor = yake.KeywordExtractor(lan="en", n=longest, top=TOP)
    return lambda sample: [
        phrase for phrase, _ in extractor.extract_keywords(f"{sample.title}. {sample.abstract}")
    ]


def by_keybert(**options: Any) -> Method:  # noqa: ANN401  KeyBERT's own options
    extractor = KeyBERT(OurEncoder())
    return lambda sample: [
        phrase
        for phrase, _ in extractor.extract_keywords(
            f"{sample.title}. {sample.abstract}", top_n=TOP, stop_words="english", **options
        )
    ]


def methods() -> Iterator[tuple[str, Method]]:
    shipped = np.load(WEIGHTS).astype(np.float32) * np.float32(STEP)
    yield "ours, as shipped", ours(Extractor(shipped))
    yield "YAKE, up to 3 words", by_yake(3)
    yield "YAKE, up to 2 words", by_yake(2)
    yield "KeyBERT, up to 3 words", by_keybert(keyphrase_ngram_range=(1, 3))
    yield (
        "KeyBERT, up to 2 words, MMR 0.3",
        by_keybert(keyphrase_ngram_range=(1, 2), use_mmr=True, diversity=0.3),
    )


def f1(told: set[str], wanted: set[str]) -> float:
    """2PR / (P + R) with P = hits / told and R = hits / wanted."""
    return 2 * len(told & wanted) / (len(told) + len(wanted)) if told else 0.0


def judged(method: Method, papers: Sequence[Sample]) -> tuple[NDArray[np.float64], float]:
    """F1@5 exact and stemmed [papers, 2], and papers per CPU second."""
    started = time.process_time()
    answers = [list(method(paper))[:TOP] for paper in papers]
    seconds = time.process_time() - started
    return np.array([_both(*pair) for pair in zip(answers, papers, strict=True)]), (
        len(papers) / seconds
    )


def _both(answer: Sequence[str], paper: Sample) -> tuple[float, float]:
    exact = f1({phrase.casefold() for phrase in answer}, {k.casefold() for k in paper.keywords})
    return exact, f1(set(map(stemmed, answer)), set(paper.stems))


def interval(scores: NDArray[np.float64]) -> str:
    draw = np.random.default_rng(0)
    means = [draw.choice(scores, len(scores)).mean() for _ in range(DRAWS)]
    low, high = np.percentile(means, (2.5, 97.5))
    return f"{scores.mean():.3f} [{low:.3f}, {high:.3f}]"


def show(name: str, scores: NDArray[np.float64], speed: float) -> None:
    exact, stems = interval(scores[:, 0]), interval(scores[:, 1])
    print(f"{name:<32} {exact:<22} {stems:<22} {speed:>8,.0f}", flush=True)


def crossed(papers: Sequence[Sample]) -> tuple[NDArray[np.float64], float]:
    found, speeds = [], []
    for fold in range(FOLDS):
        others = [paper for at, paper in enumerate(papers) if at % FOLDS != fold]
        scores, speed = judged(ours(Extractor(learned(others))), papers[fold::FOLDS])
        found.append(scores)
        speeds.append(speed)
    return np.concatenate(found), float(np.mean(speeds))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("days", type=Path)
    parser.add_argument("--papers", type=int, help="judge only so many, evenly over the days")
    parser.add_argument("--crossed", action="store_true")
    options = parser.parse_args()
    django.setup()
    everything = samples(options.days)
    later = [paper for paper in everything if paper.day >= SPLIT]
    some = later[:: max(1, len(later) // options.papers)] if options.papers else later
    print(f"{len(some):,} papers of {some[0].day} to {some[-1].day}")
    print(f"{'':<32} {'F1@5 exact':<22} {'F1@5 stemmed':<22} papers/s")
    for name, method in methods():
        show(name, *judged(method, some))
    if options.crossed:
        print(f"all {len(everything):,} papers, each by weights learned from the other folds")
        show("ours, crossed", *crossed(everything))


if __name__ == "__main__":
    main()
