"""Recommendation on citeulike-a: ours against popularity, neighbours, EASE-R, ALS and content.

    OMP_NUM_THREADS=1 python -m bench.recommend ../shared/data/rec/citeulike-a /tmp/letters P10

Splits: `P1` and `P10` (one or ten papers of each user known), `cold` (heater's split: papers that
nobody has saved yet). Recall@N is averaged over users, with the half width of its 95 % interval.
Weights of the blend are chosen on papers held back from the training part, never on the test part.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

USERS, ITEMS = 5_551, 16_980
DEPTHS = {"P1": (50, 100, 200, 300), "P10": (50, 100, 200, 300), "cold": (20, 50, 100)}
BLOCK = 500
LAST = -1e6
"""A score that no blend reaches."""
PUBLISHED = {
    "P10": [
        ("ItemKNN-CBF, abstracts (published)", (0.2235, 0.3180, 0.4283, 0.4950)),
        ("CFCBF (published)", (0.1858, 0.2816, 0.3930, 0.4642)),
        ("ItemKNN-CF (published)", (0.0989, 0.1441, 0.1982, 0.2300)),
        ("CVAE (published)", (0.0805, 0.1569, 0.2760, 0.3687)),
        ("iALS (published)", (0.0779, 0.1388, 0.2186, 0.2706)),
        ("CDL (published)", (0.0580, 0.1108, 0.1946, 0.2640)),
    ],
    "P1": [],
    "cold": [],
}

WEIGHTS: tuple[dict[str, float], dict[str, float]] = (
    {
        "item-kNN": 1.4,
        "TF-IDF": 0.1,
        "TF-IDF, sharpened": 0.6,
        "embeddings": 1.2,
        "citations": 0.4,
        "readers alike in content": 0.2,
    },
    {
        "item-kNN": 0.6,
        "TF-IDF": 0.3,
        "TF-IDF, sharpened": 0.5,
        "embeddings": 0.4,
        "citations": 0.1,
        "readers alike in content": 0.1,
    },
)
"""For `P1`, whose users have nothing to hold back: those found on P10, without and with tags."""

Dense = NDArray[np.float32]
Score = Callable[[NDArray[np.int64]], Dense]
"""Users in, a row of scores for each out."""


@dataclass
class Split:
    train: sp.csr_matrix
    test: sp.csr_matrix
    candidates: NDArray[np.int64]


def main() -> None:
    folder, cache, name = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    split = read(folder, name)
    contents = Contents(folder, cache)
    for told, recalls in PUBLISHED[name]:
        print(f"{told:44}", *(f"{value:.4f}        " for value in recalls))
    for with_tags in (False, True):
        print("titles, citations, tags" if with_tags else "titles, citations", flush=True)
        weights = WEIGHTS[with_tags]
        if name != "P1":
            held = hold_back(split, name)
            weights = choose(parts(held, contents, with_tags), held, DEPTHS[name])
        found = parts(split, contents, with_tags)
        rows: dict[str, Score] = {**found, "ours": blend(found, weights)}
        for label, score in rows.items():
            print(f"  {label:42}", *measure(score, split, DEPTHS[name]), flush=True)
        print("  weights", {label: round(weight, 2) for label, weight in weights.items()})


class Contents:
    """What is known of the papers themselves."""

    def __init__(self, folder: Path, cache: Path) -> None:
        titles = (folder / "titles.txt").read_text("utf-8", "replace").splitlines()
        self.titles = tf_idf([words(title) for title in titles])
        tags = [line.split()[1:] for line in (folder / "item-tag.dat").open()]
        self.both = tf_idf(
            [words(t) + [f"#{tag}" for tag in more] for t, more in zip(titles, tags, strict=True)]
        )
        self.embeddings: Dense = np.load(cache / "titles.npy")
        rows = [list(map(int, line.split()[1:])) for line in (folder / "citations.dat").open()]
        cited = matrix(rows, ITEMS, ITEMS)
        self.citations = normal((cited + cited.T).minimum(1))


def parts(split: Split, contents: Contents, with_tags: bool) -> dict[str, Score]:
    known, train = contents.both if with_tags else contents.titles, split.train
    return {
        "popularity": popularity(train),
        "item-kNN": item_knn(train),
        "EASE-R": ease(train),
        "TF-IDF": content(train, known),
        "TF-IDF, sharpened": content(train, known, sharp=True),
        "embeddings": embedded(train, contents.embeddings),
        "citations": linked(train, contents.citations),
        "readers alike in content": spread(train, known),
    }


def popularity(train: sp.csr_matrix) -> Score:
    counts = np.asarray(train.sum(axis=0), np.float32).ravel()
    return lambda users: np.tile(counts, (len(users), 1))


def item_knn(train: sp.csr_matrix) -> Score:
    items = normal(train.T.tocsr())
    return lambda users: ((train[users] @ items) @ items.T).toarray()


def ease(train: sp.csr_matrix, ridge: float = 50.0) -> Score:
    """Steck 2019, by the smaller Gram matrix: (X'X + rI)^-1 = (I - X'(XX' + rI)^-1 X) / r."""
    gram = (train @ train.T).toarray().astype(np.float32)
    gram[np.diag_indices_from(gram)] += ridge
    inner = np.linalg.inv(gram)
    half = np.asarray(train.T @ inner, np.float32)  # items x users
    within = np.asarray(train.multiply(half.T).sum(axis=0), np.float32).ravel()
    diagonal = (1 - within) / ridge

    def score(users: NDArray[np.int64]) -> Dense:
        mine = train[users]
        times = (mine.toarray() - np.asarray((mine @ half) @ train)) / ridge
        return np.asarray(mine.toarray() - times / diagonal, np.float32)

    return score


def content(train: sp.csr_matrix, known: sp.csr_matrix, sharp: bool = False) -> Score:
    """Cosine to the centre of a user's papers; sharpened: the sum of squared cosines to each."""
    profiles = normal(train @ known)
    if not sharp:
        return lambda users: (profiles[users] @ known.T).toarray()
    alike = (known @ known.T).tocsr()
    alike.data **= 2
    return lambda users: (train[users] @ alike).toarray()


def embedded(train: sp.csr_matrix, vectors: Dense) -> Score:
    profiles = np.asarray(train @ vectors)
    profiles /= np.maximum(np.linalg.norm(profiles, axis=1, keepdims=True), 1e-9)
    return lambda users: np.exp(5 * (profiles[users] @ vectors.T))


def linked(train: sp.csr_matrix, links: sp.csr_matrix) -> Score:
    """Papers that cite or are cited by a user's papers, and those one step further."""
    return lambda users: (train[users] @ links + 0.5 * (train[users] @ links) @ links).toarray()


def spread(train: sp.csr_matrix, known: sp.csr_matrix) -> Score:
    """What users with like profiles saved: neighbours by content, then their papers."""
    profiles = normal(train @ known)

    def score(users: NDArray[np.int64]) -> Dense:
        near = (profiles[users] @ profiles.T).toarray()
        near[np.arange(len(users)), users] = 0
        return np.asarray((near**3) @ train, np.float32)

    return score


def blend(found: dict[str, Score], weights: dict[str, float]) -> Score:
    used = {label: weight for label, weight in weights.items() if weight}

    def score(users: NDArray[np.int64]) -> Dense:
        return sum(
            (weight * standard(found[label](users)) for label, weight in used.items()),
            start=np.zeros((len(users), ITEMS), np.float32),
        )

    return score


def choose(
    found: dict[str, Score], held: Split, depths: tuple[int, ...], sample: int = 400
) -> dict[str, float]:
    """Weights by coordinate ascent on the mean recall of users whose papers were held back."""
    having = np.flatnonzero(np.diff(held.test.indptr))
    users = np.random.default_rng(7).choice(having, min(sample, len(having)), replace=False)
    columns = {label: hidden(standard(score(users)), held, users) for label, score in found.items()}
    weights = dict.fromkeys(columns, 0.0)
    weights["TF-IDF, sharpened"] = 1.0
    total = columns["TF-IDF, sharpened"].copy()
    best = float(np.mean(recalls(total, held, users, depths)))
    for _ in range(2):
        for label, scores in columns.items():
            for step in (0.8, 0.3, 0.1, -0.1, -0.3):
                tried = total + step * scores
                value = float(np.mean(recalls(tried, held, users, depths)))
                if value > best and weights[label] + step >= 0:
                    best, total, weights[label] = value, tried, weights[label] + step
    return weights


def standard(scores: Dense) -> Dense:
    """Each row with mean 0 and deviation 1."""
    middle = scores - scores.mean(axis=1, keepdims=True)
    return np.asarray(middle / np.maximum(middle.std(axis=1, keepdims=True), 1e-9), np.float32)


def measure(score: Score, split: Split, depths: tuple[int, ...]) -> Iterator[str]:
    having = np.flatnonzero(np.diff(split.test.indptr))
    rows = []
    for start in range(0, len(having), BLOCK):
        users = having[start : start + BLOCK]
        rows.append(recalls(hidden(score(users), split, users), split, users, depths))
    whole = np.concatenate(rows)
    half = 1.96 * whole.std(axis=0) / np.sqrt(len(whole))
    for mean, width in zip(whole.mean(axis=0), half, strict=True):
        yield f"{mean:.4f} ±{width:.4f}"


def hidden(scores: Dense, split: Split, users: NDArray[np.int64]) -> Dense:
    """What the user has already, and what is no candidate, comes last."""
    shown = np.full_like(scores, LAST)
    shown[:, split.candidates] = scores[:, split.candidates]
    rows, columns = split.train[users].nonzero()
    shown[rows, columns] = LAST
    return shown


def recalls(
    scores: Dense, split: Split, users: NDArray[np.int64], depths: tuple[int, ...]
) -> NDArray[np.float64]:
    """Recall of each user at each depth."""
    deepest = max(depths)
    top = np.argpartition(-scores, deepest, axis=1)[:, :deepest]
    top = np.take_along_axis(top, np.argsort(-np.take_along_axis(scores, top, 1), axis=1), 1)
    wanted = split.test[users].toarray() > 0
    hits = np.take_along_axis(wanted, top, 1).cumsum(axis=1)
    return np.asarray(hits[:, [depth - 1 for depth in depths]] / wanted.sum(1, keepdims=True))


def hold_back(split: Split, name: str, share: float = 0.3) -> Split:
    """The training part with some of it as its test, taken as the split itself was made: of `P10`
    each user's latest papers (ids grow with time), of `cold` papers with all who saved them."""
    rows, columns = split.train.nonzero()
    candidates = split.candidates
    if name == "cold":
        random = np.random.default_rng(3)
        candidates = random.choice(np.unique(columns), len(candidates), replace=False)
        away = np.isin(columns, candidates)
    else:
        sizes = np.diff(split.train.indptr)
        order = np.lexsort((columns, rows))
        rows, columns = rows[order], columns[order]
        place = np.arange(len(rows)) - np.repeat(split.train.indptr[:-1], sizes)
        away = place >= np.repeat(sizes, sizes) * (1 - share)
    known, test = (pairs(rows[mask], columns[mask]) for mask in (~away, away))
    return Split(known, test, candidates)


def pairs(rows: NDArray[np.int64], columns: NDArray[np.int64]) -> sp.csr_matrix:
    return sp.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), (USERS, ITEMS))


def read(folder: Path, name: str) -> Split:
    if name == "cold":
        told = [
            np.loadtxt(folder / "heater_split" / f"{part}.csv", int, delimiter=",", skiprows=1)
            for part in ("train", "test")
        ]
        ids = np.loadtxt(folder / "heater_split" / "test_item_ids.csv", int)
        train, test = (pairs(part[:, 0], part[:, 1]) for part in told)
        return Split(train, test, ids)
    both = []
    for part in ("train", "test"):
        lines = (folder / f"cf-{part}-{name[1:]}-users.dat").read_text().splitlines()
        both.append(matrix([list(map(int, line.split()[1:])) for line in lines], USERS, ITEMS))
    return Split(both[0], both[1], np.arange(ITEMS))


def matrix(rows: list[list[int]], height: int, width: int) -> sp.csr_matrix:
    ends = np.cumsum([0, *map(len, rows)])
    columns = np.array([column for row in rows for column in row], np.int64)
    return sp.csr_matrix((np.ones(len(columns), np.float32), columns, ends), (height, width))


def normal(rows: sp.csr_matrix) -> sp.csr_matrix:
    """Rows of unit length."""
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1), np.float32).ravel())
    return sp.csr_matrix(sp.diags(1 / np.maximum(lengths, 1e-9)) @ rows)


def words(text: str) -> list[str]:
    return list("".join(c if c.isalnum() else " " for c in text.lower()).split())


def tf_idf(texts: list[list[str]]) -> sp.csr_matrix:
    names: dict[str, int] = {}
    rows = [[names.setdefault(word, len(names)) for word in sorted(set(text))] for text in texts]
    found = matrix(rows, len(rows), len(names))
    often = np.asarray((found > 0).sum(axis=0), np.float32).ravel()
    rare = np.log(len(rows) / often) * (often > 1)
    return normal(sp.csr_matrix(found @ sp.diags(rare.astype(np.float32))))


if __name__ == "__main__":
    main()
