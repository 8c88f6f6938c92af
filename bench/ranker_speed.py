"""CPU time to learn an interest of 500 papers and rank a day of 2,000, beside scikit-learn's
logistic regression on the same examples.

    OMP_NUM_THREADS=1 python -m bench.ranker_speed VECTORS.npy TITLES.txt USERS.dat

With a third file, of readers' libraries, also with the company of all of them. Papers made ready
once a day (words read, papers' places among readers found) are told apart.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from broadsheet.recommend.company import Company
from broadsheet.recommend.ranker import Interest
from broadsheet.recommend.shelf import Shelf, Text, Vocabulary

LIKED, OTHERS, DAY, ROUNDS = 500, 500, 2_000, 20
WORDS = 12
"""Titles that make one text, as long as a title with its abstract."""


def main() -> None:
    vectors = np.load(sys.argv[1])
    titles = Path(sys.argv[2]).read_text("utf-8", "replace").splitlines()
    random = np.random.default_rng(1)
    nearest = np.argsort(-(vectors @ vectors[7]))[:LIKED]
    rest = random.permutation(np.setdiff1d(np.arange(len(titles)), nearest))

    def text(number: int) -> Text:
        words = " ".join(titles[(number + step) % len(titles)] for step in range(WORDS))
        return Text(number, words, vectors[number])

    known = Vocabulary.of([text(int(n)) for n in rest[: OTHERS + DAY]])
    liked = Shelf([text(int(n)) for n in nearest], known)
    others = Shelf([text(int(n)) for n in rest[:OTHERS]], known)
    texts = [text(int(n)) for n in rest[OTHERS : OTHERS + DAY]]
    day = Shelf(texts, known)
    examples = np.concatenate([liked.meanings, others.meanings])
    wanted = np.arange(len(examples)) < LIKED

    scores = np.zeros(DAY, np.float32)

    def theirs() -> None:
        LogisticRegression(C=0.1).fit(examples, wanted).decision_function(day.meanings)

    ours = median(lambda: Interest.learn(liked, others).picks(day, 20))
    read = median(lambda: Shelf(texts, known), 3)
    near = median(lambda: Shelf(texts, known).near(scores), 3) - read
    peer = median(theirs)
    print(f"ours, meaning, words and reasons: {ours * 1000:6.1f} ms")
    if len(sys.argv) > 3:
        company = of_all(Path(sys.argv[3]), vectors)
        opinion = company.opinion(liked)
        ready = median(lambda: company.nearby(opinion, Shelf(texts, known)), 3) - read
        both = median(lambda: Interest.learn(liked, others, None, company).picks(day, 20))
        print(f"ours, with company:               {both * 1000:6.1f} ms")
        print(f"once for all interests, near kept papers: {ready * 1000:6.1f} ms")
    print(f"once for all interests, near papers:      {near * 1000:6.1f} ms")
    print(f"scikit-learn, meaning alone:      {peer * 1000:6.1f} ms; ratio {ours / peer:.2f}")


def of_all(file: Path, vectors: NDArray[np.float32]) -> Company:
    rows = [list(map(int, line.split()[1:])) for line in file.read_text().splitlines()]
    started = time.process_time()
    company = Company.learn(range(len(vectors)), vectors, dict(enumerate(rows)))
    spent = time.process_time() - started
    print(f"{len(rows):,} readers, {len(company.kept):,} kept papers: {spent:.1f} s, once a night")
    return company


def median(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    spent = []
    for _ in range(rounds):
        started = time.process_time()
        work()
        spent.append(time.process_time() - started)
    return float(np.median(spent))


if __name__ == "__main__":
    main()
