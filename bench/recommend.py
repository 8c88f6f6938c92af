"""Recommendation from readers' libraries: the shipped ranker beside eleven other ways.

    OMP_NUM_THREADS=1 python -m bench.recommend --data FOLDER --cache /tmp/rec

prints a table for each split (`bench.libraries` says which there are, and in what form a folder has
to be): recall and nDCG@20, means over readers with 95 % intervals (bootstrap over readers), and
what ours is better than the best other row, reader by reader. Whatever was computed is kept in
the cache folder and not computed again. Rows of ours are the product's own code, one reader at a
time, as a site would run it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path

import numpy as np
import scipy.sparse as sp

from bench import recommenders
from bench.curators import embedded
from bench.libraries import Folder, Places, Split
from bench.recommenders import Dense, Score
from broadsheet.recommend.company import Company
from broadsheet.recommend.ranker import Interest, total
from broadsheet.recommend.shelf import Shelf, Text, Vocabulary

WARM, COLD = (50, 100, 200, 300), (20, 50, 100)
OTHERS, BLOCK, DRAWS, GAIN_DEPTH = 500, 250, 2_000, 20
LAST = -1e9
"""A score that no method gives."""
PUBLISHED = {
    "P10": (
        ("ItemKNN-CBF, abstracts", (0.2235, 0.3180, 0.4283, 0.4950)),
        ("CFCBF", (0.1858, 0.2816, 0.3930, 0.4642)),
        ("ItemKNN-CF", (0.0989, 0.1441, 0.1982, 0.2300)),
        ("CVAE", (0.0805, 0.1569, 0.2760, 0.3687)),
        ("iALS", (0.0779, 0.1388, 0.2186, 0.2706)),
        ("CDL", (0.0580, 0.1108, 0.1946, 0.2640)),
    )
}
"""Ferrari Dacrema et al., RecSys 2019 / TOIS 2021, on citeulike-a."""
RECIPE = "Scholar Inbox's recipe"
OURS = ("ours, content alone", "ours, no tags", "ours, tags")


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--data", type=Path, required=True)
    told.add_argument("--cache", type=Path, required=True)
    told.add_argument("--splits", nargs="*", help="all of the folder where none is named")
    told.add_argument("--readers", type=int, help="at most so many, by lot")
    told.add_argument("--rows", nargs="*", help="of the other ways only these")
    asked = told.parse_args()
    asked.cache.mkdir(parents=True, exist_ok=True)
    folder = Folder.read(asked.data)
    papers = Papers(folder, embedded(folder.titles, asked.cache / "titles.npy"))
    for name in asked.splits or folder.names():
        split = folder.split(name)
        if asked.readers and asked.readers < len(split.readers):
            some = np.random.default_rng(1).choice(split.readers, asked.readers, replace=False)
            split = Split(name, split.known, split.wanted, split.candidates, np.sort(some))
        table(split, papers, asked.cache, asked.rows)


class Papers:
    """What is known of the papers themselves."""

    def __init__(self, folder: Folder, vectors: Dense) -> None:
        self.folder, self.vectors = folder, vectors
        rows = zip(folder.titles, vectors, folder.tags, strict=True)
        self.texts = [Text(n, title, vector, tags) for n, (title, vector, tags) in enumerate(rows)]
        self.vocabulary = Vocabulary.of(self.texts)
        lot = np.random.default_rng(2)
        self.others = lot.choice(len(vectors), min(OTHERS, len(vectors)), replace=False)

    @cached_property
    def words(self) -> sp.csr_matrix:
        return recommenders.tf_idf([recommenders.words(title) for title in self.folder.titles])

    @cached_property
    def words_and_tags(self) -> sp.csr_matrix:
        both = zip(self.folder.titles, self.folder.tags, strict=True)
        return recommenders.tf_idf([[*recommenders.words(t), *tags] for t, tags in both])

    @cached_property
    def whole(self) -> Shelf:
        return Shelf(self.texts, self.vocabulary)

    def shelf(self, places: Places) -> Shelf:
        return self.whole.only(places)


def methods(known: sp.csr_matrix, papers: Papers) -> Iterator[tuple[str, Callable[[], Score]]]:
    yield "popularity", lambda: recommenders.popularity(known)
    yield "ALS (implicit)", lambda: recommenders.als(known)
    yield "EASE-R", lambda: recommenders.ease(known)
    yield "item-kNN", lambda: recommenders.item_knn(known)
    yield "item-kNN CBF, titles", lambda: recommenders.content_knn(known, papers.words)
    yield "TF-IDF, titles", lambda: recommenders.centre(known, papers.words)
    yield "embeddings, titles", lambda: recommenders.embedded(known, papers.vectors)
    yield RECIPE, lambda: recommenders.scholar_inbox(known, papers.vectors, papers.others)
    if any(papers.folder.tags):
        yield "TF-IDF, titles, tags", lambda: recommenders.centre(known, papers.words_and_tags)
        both = papers.words_and_tags
        yield "item-kNN CBF, tags", lambda: recommenders.content_knn(known, both)


def table(split: Split, papers: Papers, cache: Path, rows: list[str] | None = None) -> None:
    cold = len(split.candidates) < split.known.shape[1]
    depths = COLD if cold else WARM
    print(f"\n{split.name}: {len(split.readers):,} readers, {len(split.candidates):,} papers")
    heads = [*(f"recall@{depth}" for depth in depths), f"nDCG@{GAIN_DEPTH}"]
    print(f"  {'':28}", *(f"{head:>22}" for head in heads))
    for told, recalls in PUBLISHED.get(split.name, ()):
        print(f"  {told + ', published':36.36}", *(f"{value:<22.4f}" for value in recalls))
    key = f"{split.name.replace('/', '-')}.{len(split.readers)}"
    found: dict[str, Dense] = {}
    for label, made in methods(split.known, papers):
        if rows and label not in rows:
            continue
        file = cache / f"{key}.{label}.npy"
        if not file.exists():
            np.save(file, _measured(made(), split, depths))
        found[label] = np.load(file)
        _row(label, found[label])
    names = OURS if any(papers.folder.tags) else OURS[:2]
    files = {label: cache / f"{key}.{label}.npy" for label in names}
    if not all(file.exists() for file in files.values()):
        for label, values in _ours(split, papers, depths).items():
            if label in files:
                np.save(files[label], values)
    for label, file in files.items():
        found[label] = np.load(file)
        _row(label, found[label])
    _differences(found, list(names))


def _ours(split: Split, papers: Papers, depths: tuple[int, ...]) -> dict[str, Dense]:
    """The shipped ranker, reader by reader."""
    libraries = {n: split.known[n].indices.tolist() for n in range(split.known.shape[0])}
    libraries = {reader: library for reader, library in libraries.items() if library}
    company = Company.learn(
        range(len(papers.texts)), papers.vectors, libraries, papers.folder.links
    )
    others, day = papers.shelf(papers.others), papers.shelf(split.candidates)
    found: dict[str, list[Dense]] = {label: [] for label in OURS}
    for reader in split.readers:
        liked = papers.shelf(split.known[reader].indices)
        parts = Interest.learn(liked, others, None, company, int(reader)).parts(day)
        untagged = {name: part for name, part in parts.items() if name != "marks"}
        alone = {name: part for name, part in parts.items() if name in ("meaning", "words")}
        for label, some in zip(OURS, (alone, untagged, parts), strict=True):
            scores = np.full((1, len(papers.texts)), LAST, np.float32)
            scores[0, split.candidates] = total(some)
            found[label].append(_values(scores, split, np.array([reader]), depths))
    return {label: np.concatenate(rows) for label, rows in found.items()}


def _measured(score: Score, split: Split, depths: tuple[int, ...]) -> Dense:
    rows = []
    for start in range(0, len(split.readers), BLOCK):
        readers = split.readers[start : start + BLOCK]
        scores = score(readers)
        shown = np.full_like(scores, LAST)
        shown[:, split.candidates] = scores[:, split.candidates]
        rows.append(_values(shown, split, readers, depths))
    return np.concatenate(rows)


def _values(scores: Dense, split: Split, readers: Places, depths: tuple[int, ...]) -> Dense:
    """[readers, depths + 1]: recalls, then nDCG. What a reader has already comes last."""
    rows, columns = split.known[readers].nonzero()
    scores[rows, columns] = LAST
    deepest = min(max(depths), scores.shape[1] - 1)
    top = np.argpartition(-scores, deepest, axis=1)[:, :deepest]
    top = np.take_along_axis(top, np.argsort(-np.take_along_axis(scores, top, 1), axis=1), 1)
    wanted = split.wanted[readers].toarray() > 0
    hits = np.take_along_axis(wanted, top, 1)
    number = wanted.sum(axis=1, keepdims=True)
    recalls = hits.cumsum(axis=1)[:, [min(depth, deepest) - 1 for depth in depths]] / number
    worth = 1 / np.log2(np.arange(2, GAIN_DEPTH + 2))
    gain = hits[:, :GAIN_DEPTH] @ worth[: hits.shape[1]]
    best = worth.cumsum()[np.minimum(number.ravel(), GAIN_DEPTH) - 1]
    return np.concatenate([recalls, (gain / best)[:, None]], axis=1).astype(np.float32)


def _drawn(values: Dense) -> Dense:
    """Means of readers drawn anew with replacement, [draws, columns]."""
    random = np.random.default_rng(4)
    size = len(values)
    drawn = [values[random.integers(0, size, size)].mean(axis=0) for _ in range(DRAWS)]
    return np.array(drawn)


def _row(label: str, values: Dense) -> None:
    low, high = np.percentile(_drawn(values), (2.5, 97.5), axis=0)
    cells = zip(values.mean(axis=0), low, high, strict=True)
    print(f"  {label:28}", *(f"  {m:.4f} [{a:.4f} {b:.4f}]" for m, a, b in cells), flush=True)


def _differences(found: dict[str, Dense], ours: list[str]) -> None:
    """Ours less the best other row in each column, reader by reader: content alone with what looks
    at nothing but texts, and what knows no tags with what knows none either."""
    for label in ours:
        others = [name for name in found if name not in ours and _comparable(name, label)]
        if not others:
            continue
        best = np.array([found[name].mean(axis=0) for name in others]).argmax(axis=0)
        apart = np.stack([found[others[row]][:, n] for n, row in enumerate(best)], axis=1)
        _row(f"{label}, above best"[:28], found[label] - apart)
        print(f"  {'which is':28}", *(f"{others[row]:>22.22}" for row in best))


def _comparable(other: str, ours: str) -> bool:
    alone, _, tags = OURS
    if ours == alone:
        return other.endswith("titles") or other == RECIPE
    return ours == tags or not other.endswith("tags")


if __name__ == "__main__":
    main()
