"""Given what a curator put on the daily page before, rank the papers of the next day.

    OMP_NUM_THREADS=1 python -m bench.curators ../shared/data/hf_daily CACHE

For every curator with at least five earlier papers and each later day: the candidates are all
papers of that day, wanted are those that the curator put there; everything is learned from earlier
days alone (only how rare a word is, is counted over all days). Reported are the mean reciprocal
rank of the first wanted one and the mean share of unwanted ones ranked below (AUC, 0.5 is chance),
averaged over curators, with 95 % intervals (bootstrap over curators), and what each row has more
than the last of the other ways, curator by curator. Votes, comments and submitters are not used.
"""

from __future__ import annotations

import io
import json
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import django
import numpy as np
import zstandard
from numpy.typing import NDArray

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "broadsheet.settings")

from bench.recommenders import STRENGTH
from broadsheet.recommend.ranker import Interest, _direction, total
from broadsheet.recommend.shelf import Shelf, Text, Vocabulary

EARLIER, MOST, OTHERS, DRAWS = 5, 300, 300, 2_000


@dataclass(frozen=True)
class Case:
    curator: str
    past: list[int]
    day: list[int]
    wanted: set[int]
    others: NDArray[np.int64]
    """Some papers of earlier days, that stand for all."""


Rank = Callable[[Case], NDArray[np.float32]]


def main() -> None:
    folder, cache = Path(sys.argv[1]), Path(sys.argv[2])
    ids, texts, marks = papers(folder / "daily_papers_raw.jsonl.zst")
    vectors = embedded(texts, cache / "daily_texts.npy")
    rows = enumerate(zip(texts, vectors, marks, strict=True))
    told = [Text(n, text, vector, known) for n, (text, vector, known) in rows]
    whole = Shelf(told, Vocabulary.of(told))
    cases = list(tasks(folder / "curator_interactions.tsv", {p: n for n, p in enumerate(ids)}))
    print(f"{len(cases)} days of {len({one.curator for one in cases})} curators, {len(ids)} papers")
    found: dict[str, NDArray[np.float64]] = {}
    for label, rank in ways(whole, vectors).items():
        found[label] = measured(rank, cases)
        print(f"  {label:32}", *cells(found[label]), flush=True)
    best = max(list(found)[:-2], key=lambda label: found[label][:, 0].mean())
    for label in list(found)[-2:]:
        print(f"  {label + ', above ' + best:60}", *cells(found[label] - found[best]))


def ways(whole: Shelf, vectors: NDArray[np.float32]) -> dict[str, Rank]:
    random = np.random.default_rng(5)

    def learned(case: Case, parts: tuple[str, ...]) -> NDArray[np.float32]:
        interest = Interest.learn(whole.only(case.past), whole.only(case.others))
        found = interest.parts(whole.only(case.day))
        return total({name: found[name] for name in parts})

    def recipe(case: Case) -> NDArray[np.float32]:
        sides = vectors[case.past], vectors[case.others], vectors[:0]
        return np.asarray(vectors[case.day] @ _direction(*sides, STRENGTH), np.float32)

    return {
        "chance": lambda case: random.random(len(case.day)).astype(np.float32),
        "TF-IDF, centre": lambda case: whole.only(case.day).likeness(
            whole.only(case.past).profile()
        ),
        "embeddings, centre": lambda case: vectors[case.day] @ vectors[case.past].mean(axis=0),
        "embeddings, nearest": lambda case: (vectors[case.day] @ vectors[case.past].T).max(axis=1),
        "Scholar Inbox's recipe": recipe,
        "ours, no authors": lambda case: learned(case, ("meaning", "words")),
        "ours": lambda case: learned(case, ("meaning", "words", "marks")),
    }


def papers(file: Path) -> tuple[list[str], list[str], list[tuple[str, ...]]]:
    """Ids, texts (title and abstract), and names of authors and organisations."""
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    with file.open("rb") as packed:
        reader = zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(packed)
        for line in io.TextIOWrapper(reader, "utf-8"):
            for item in json.loads(line)["items"]:
                paper = item["paper"]
                names = [author["name"].lower() for author in paper.get("authors", [])]
                group = (paper.get("organization") or {}).get("name")
                marks = (*dict.fromkeys(names), *([f"at {group.lower()}"] if group else []))
                text = f"{item['title']}. {paper.get('summary') or ''}"
                found.setdefault(paper["id"], (text, marks))
    texts, marks_of = zip(*(found[key] for key in sorted(found)), strict=True)
    return sorted(found), list(texts), list(marks_of)


def embedded(texts: list[str], file: Path) -> NDArray[np.float32]:
    if not file.exists():
        django.setup()
        from broadsheet.search import embedding

        encoder = embedding.encoder()
        parts = [encoder.encode(texts[n : n + 256]) for n in range(0, len(texts), 256)]
        np.save(file, np.concatenate(parts))
    found: NDArray[np.float32] = np.load(file)
    return found


def tasks(file: Path, places: dict[str, int]) -> Iterator[Case]:
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
            wanted, candidates = set(chosen[day]), sorted(set(days[day]))
            seen = [n for other in days if other < day for n in days[other]]
            if len(past) >= EARLIER and len(wanted) < len(candidates):
                others = random.choice(seen, min(OTHERS, len(seen)), replace=False)
                yield Case(user, past[-MOST:], candidates, wanted, others)
            past += chosen[day]


def measured(rank: Rank, cases: list[Case]) -> NDArray[np.float64]:
    """[curators, 2]: reciprocal rank and AUC, means of each curator's days."""
    found: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for case in cases:
        order = np.argsort(-rank(case), kind="stable")
        is_wanted = np.array([case.day[n] in case.wanted for n in order])
        below = np.cumsum(~is_wanted[::-1])[::-1]
        area = below[is_wanted].sum() / (is_wanted.sum() * (~is_wanted).sum())
        found[case.curator].append((1 / (int(np.argmax(is_wanted)) + 1), float(area)))
    return np.array([np.mean(values, axis=0) for values in found.values()])


def cells(values: NDArray[np.float64]) -> Iterator[str]:
    random = np.random.default_rng(4)
    lots = random.integers(0, len(values), (DRAWS, len(values)))
    low, high = np.percentile(values[lots].mean(axis=1), (2.5, 97.5), axis=0)
    for name, mean, a, b in zip(("MRR", "AUC"), values.mean(axis=0), low, high, strict=True):
        yield f"{name} {mean:.3f} [{a:.3f} {b:.3f}]"


if __name__ == "__main__":
    main()
