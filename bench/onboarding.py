"""What a newcomer is asked about: our questions against popular and random papers.

    OMP_NUM_THREADS=1 python -m bench.onboarding ../shared/data/rec/citeulike-a CACHE [USERS]

Simulated readers of citeulike-a: half of a library stands among 1,000 recent papers that may be
asked about (at most 20 of it, the others are nobody's of this reader), the other half is held back.
A reader says yes to a paper of the own library (`strict`), or also to the 3 % of papers that are
nearest to it (`kind`: people like more than what they have saved). After so many answers the
shipped ranker learns from them and ranks the held-back half among 1,000 other papers. Reported are
the mean share of other papers that it ranks below (AUC; 0.5 is chance) and recall@50 over readers,
with the half width of the 95 % interval, and in brackets the difference to popular papers for the
same readers. How many others saved a paper stands for its votes. Titles alone; CACHE has their
embeddings in `titles.npy`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from broadsheet.interests import informative
from broadsheet.recommend.ranker import Interest
from broadsheet.recommend.shelf import Shelf, Text, Vocabulary

POOL, MOST_OWN, OTHERS, HELD_AMONG = 1_000, 20, 500, 1_000
AFTER = (10, 20, 40)
KIND = 0.03
LEAST = 30
"""Papers in a library that is looked at."""

Ids = NDArray[np.int64]
Vectors = NDArray[np.float32]


@dataclass
class Reader:
    """A simulated newcomer: what may be asked, what is answered, what is held back."""

    pool: Ids
    popular: NDArray[np.float64]
    """How many other readers have saved each paper of the pool."""
    yes: NDArray[np.bool_]
    held: Ids
    among: Ids
    seed: int


Ask = Callable[[Reader, list[int], list[int]], int]
"""Places in the pool that were answered with yes and with no -> the place asked about next."""


class Bench:
    def __init__(self, folder: Path, cache: Path) -> None:
        self.titles = (folder / "titles.txt").read_text("utf-8", "replace").splitlines()
        self.vectors: Vectors = np.load(cache / "titles.npy")
        lines = (folder / "users.dat").read_text().splitlines()
        self.libraries = [np.array(line.split()[1:], np.int64) for line in lines]
        self.counts = np.bincount(np.concatenate(self.libraries), minlength=len(self.titles))
        everything = [Text(n, t, self.vectors[n]) for n, t in enumerate(self.titles)]
        self.whole = Shelf(everything, Vocabulary.of(everything))
        lot = np.random.default_rng(3).choice(len(everything), OTHERS, replace=False)
        self.others = self.shelf(lot)

    def shelf(self, ids: Sequence[int] | Ids) -> Shelf:
        return self.whole.only(np.asarray(ids, np.int64))

    def readers(self, number: int, *, kind: bool) -> list[Reader]:
        """Others than the 60 on whom the way of asking was chosen."""
        large = [n for n, own in enumerate(self.libraries) if len(own) >= LEAST]
        tuned = np.random.default_rng(17).choice(large, 60, replace=False)
        left = np.setdiff1d(large, tuned)
        chosen = np.random.default_rng(18).choice(left, number, replace=False)
        return [self._reader(int(n), kind) for n in chosen]

    def _reader(self, user: int, kind: bool) -> Reader:
        random = np.random.default_rng(user)
        own = random.permutation(self.libraries[user])
        asked, held = own[: len(own) // 2], own[len(own) // 2 :]
        away = np.setdiff1d(np.arange(len(self.titles)), own)
        far = random.permutation(away)
        few = asked[:MOST_OWN]
        pool = random.permutation(np.concatenate([few, far[: POOL - len(few)]]))
        yes = np.isin(pool, few)
        if kind:
            closeness = np.sort(self.vectors[pool] @ self.vectors[own].T, axis=1)[:, -3:].mean(1)
            yes |= closeness >= np.quantile(closeness, 1 - KIND)
        popular = self.counts[pool] - np.isin(pool, own).astype(float)
        return Reader(pool, popular, yes, held, far[POOL : POOL + HELD_AMONG], user)

    def learned(self, reader: Reader, yes: list[int], no: list[int]) -> Interest | None:
        if not yes:
            return None
        rejected = self.shelf(reader.pool[no]) if no else None
        return Interest.learn(self.shelf(reader.pool[yes]), self.others, rejected)

    def judged(self, reader: Reader, yes: list[int], no: list[int]) -> tuple[float, float]:
        """AUC and recall@50 of what was learned; what chance gives where nothing was."""
        learned = self.learned(reader, yes, no)
        if learned is None:
            return 0.5, 50 / (len(reader.held) + len(reader.among))
        scores = learned.scores(self.shelf([*reader.held, *reader.among]))
        own, other = scores[: len(reader.held)], scores[len(reader.held) :]
        below = (other[None] < own[:, None]).mean() + (other[None] == own[:, None]).mean() / 2
        best = np.argsort(-scores, kind="stable")[:50]
        return float(below), float((best < len(own)).sum() / len(own))


def popular(bench: Bench) -> Ask:
    """The papers that most others have saved."""

    def ask(reader: Reader, yes: list[int], no: list[int]) -> int:
        counts = reader.popular.copy()
        counts[[*yes, *no]] = -1
        return int(np.argmax(counts))

    return ask


def by_lot(reader: Reader, yes: list[int], no: list[int]) -> int:
    order = np.random.default_rng(reader.seed + 1).permutation(len(reader.pool))
    done = {*yes, *no}
    return next(int(at) for at in order if int(at) not in done)


def ours(bench: Bench) -> Ask:
    shelves: dict[int, Shelf] = {}

    def ask(reader: Reader, yes: list[int], no: list[int]) -> int:
        if reader.seed not in shelves:
            shelves.clear()
            shelves[reader.seed] = bench.shelf(reader.pool)
        shelf = shelves[reader.seed]
        learned = bench.learned(reader, yes, no)
        may = np.ones(len(reader.pool), bool)
        may[[*yes, *no]] = False
        scores = learned.scores(shelf) if learned else None
        votes = reader.popular.astype(np.float32)
        return informative.question(shelf.meanings, may, [*yes, *no], scores, votes)

    return ask


def measure(bench: Bench, readers: list[Reader], ask: Ask) -> NDArray[np.float64]:
    """[readers, numbers of answers, (AUC, recall, yes)]."""
    told = np.zeros((len(readers), len(AFTER), 3))
    for row, reader in enumerate(readers):
        yes: list[int] = []
        no: list[int] = []
        for number in range(1, AFTER[-1] + 1):
            at = ask(reader, yes, no)
            (yes if reader.yes[at] else no).append(at)
            if number in AFTER:
                told[row, AFTER.index(number)] = *bench.judged(reader, yes, no), len(yes)
    return told


def half(values: NDArray[np.float64]) -> float:
    return float(1.96 * values.std(ddof=1) / len(values) ** 0.5)


def main() -> None:
    folder, cache = Path(sys.argv[1]), Path(sys.argv[2])
    number = int(sys.argv[3]) if len(sys.argv) > 3 else 200
    bench = Bench(folder, cache)
    ways: dict[str, Ask] = {"popular": popular(bench), "by lot": by_lot, "ours": ours(bench)}
    for kind in (False, True):
        readers = bench.readers(number, kind=kind)
        share = np.mean([reader.yes.mean() for reader in readers])
        print(f"{'kind' if kind else 'strict'}: {number} readers, yes to {share:.1%} of the pool")
        base = None
        for label, ask in ways.items():
            told = measure(bench, readers, ask)
            base = told if base is None else base
            for place, after in enumerate(AFTER):
                auc, recall, yes = (told[:, place, one] for one in range(3))
                more, found = auc - base[:, place, 0], recall - base[:, place, 1]
                print(
                    f"  {label:8} after {after:2}: yes {yes.mean():4.1f}  AUC {auc.mean():.3f}"
                    f" ±{half(auc):.3f} ({more.mean():+.3f} ±{half(more):.3f})  recall@50"
                    f" {recall.mean():.3f} ±{half(recall):.3f} ({found.mean():+.3f}"
                    f" ±{half(found):.3f})",
                    flush=True,
                )


if __name__ == "__main__":
    main()
