"""Given what a curator put on the daily page before, rank the papers of the next day.

    OMP_NUM_THREADS=1 python -m bench.curators ../shared/data/hf_daily CACHE

For every curator with at least five earlier papers and each later day: the candidates are all
papers of that day, wanted are those that the curator put there. Reported are the mean reciprocal
rank of the first wanted one and the mean share of unwanted ones ranked below (AUC, 0.5 is chance),
averaged over curators, with the half width of the 95 % interval. Titles alone.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import django
import numpy as np
import zstandard
from numpy.typing import NDArray

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "broadsheet.settings")

from broadsheet.recommend.ranker import Interest
from broadsheet.recommend.shelf import Shelf, Text, Vocabulary

EARLIER, OTHERS = 5, 300
Rank = Callable[[list[int], list[int], NDArray[np.int64]], NDArray[np.float32]]
"""Earlier papers, candidates and some others in, scores of the candidates out."""


def main() -> None:
    folder, cache = Path(sys.argv[1]), Path(sys.argv[2])
    ids, titles = papers(folder / "papers_summary.jsonl.zst")
    vectors = embedded(titles, cache / "daily_titles.npy")
    known = Vocabulary.of([Text(n, title, vectors[n]) for n, title in enumerate(titles)])

    def shelf(places: list[int]) -> Shelf:
        return Shelf([Text(n, titles[n], vectors[n]) for n in places], known)

    random = np.random.default_rng(5)
    rows: dict[str, Rank] = {
        "chance": lambda past, day, others: random.random(len(day)).astype(np.float32),
        "TF-IDF centre": lambda past, day, others: shelf(day).likeness(shelf(past).profile()),
        "embeddings, centre": lambda past, day, others: vectors[day] @ vectors[past].mean(axis=0),
        "embeddings, nearest": lambda past, day, others: (vectors[day] @ vectors[past].T).max(1),
        "ours": lambda past, day, others: Interest.learn(
            shelf(past), shelf([int(n) for n in others])
        ).scores(shelf(day)),
    }
    cases = list(tasks(folder / "curator_interactions.tsv", {p: n for n, p in enumerate(ids)}))
    print(f"{len(cases)} days of {len({case[0] for case in cases})} curators, {len(titles)} papers")
    for label, rank in rows.items():
        print(f"  {label:22}", *measure(rank, cases), flush=True)


def papers(file: Path) -> tuple[list[str], list[str]]:
    with file.open("rb") as packed:
        reader = zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(packed)
        rows = [json.loads(line) for line in io.TextIOWrapper(reader, "utf-8")]
    return [row["id"] for row in rows], [row["title"] for row in rows]


def embedded(titles: list[str], file: Path) -> NDArray[np.float32]:
    if not file.exists():
        django.setup()
        from broadsheet.search import embedding

        encoder = embedding.encoder()
        parts = [encoder.encode(titles[n : n + 256]) for n in range(0, len(titles), 256)]
        np.save(file, np.concatenate(parts))
    found: NDArray[np.float32] = np.load(file)
    return found


def tasks(
    file: Path, places: dict[str, int]
) -> Iterator[tuple[str, list[int], list[int], set[int], NDArray[np.int64]]]:
    """Curator, earlier papers, the day's candidates, the wanted ones, papers that stand for all."""
    days: defaultdict[str, list[int]] = defaultdict(list)
    theirs: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for line in file.read_text().splitlines()[1:]:
        user, paper, day = line.split("\t")
        if paper in places:
            days[day].append(places[paper])
            theirs[user][day].append(places[paper])
    random = np.random.default_rng(2)
    for user, chosen in theirs.items():
        past: list[int] = []
        for day in sorted(chosen):
            wanted, seen = (
                set(chosen[day]),
                [n for other in days if other < day for n in days[other]],
            )
            candidates = sorted(set(days[day]))
            if len(past) >= EARLIER and len(wanted) < len(candidates):
                others = random.choice(seen, min(OTHERS, len(seen)), replace=False)
                yield user, list(past), candidates, wanted, others
            past += chosen[day]


def measure(
    rank: Rank, cases: list[tuple[str, list[int], list[int], set[int], NDArray[np.int64]]]
) -> Iterator[str]:
    found: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for user, past, candidates, wanted, others in cases:
        order = np.argsort(-rank(past, candidates, others), kind="stable")
        is_wanted = np.array([candidates[n] in wanted for n in order])
        below = np.cumsum(~is_wanted[::-1])[::-1]
        area = below[is_wanted].sum() / (is_wanted.sum() * (~is_wanted).sum())
        found[user].append((1 / (int(np.argmax(is_wanted)) + 1), float(area)))
    means = np.array([np.mean(values, axis=0) for values in found.values()])
    half = 1.96 * means.std(axis=0) / np.sqrt(len(means))
    for name, mean, width in zip(("MRR", "AUC"), means.mean(axis=0), half, strict=True):
        yield f"{name} {mean:.3f} ±{width:.3f}"


if __name__ == "__main__":
    main()
