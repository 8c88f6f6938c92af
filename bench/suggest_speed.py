"""Time of a suggestion and of a correction on the site that is there.

    python -m bench.suggest_speed [--titles 200]

For random papers (`BROADSHEET_DATA`) every beginning of the first three words of the title, and
of an author's name, is asked for as somebody types it, two letters
and more. The peer is SQLite
FTS5 with prefix indexes of two to four letters over the same titles and names, in memory, asked
for the best eight by the same votes.
"""

from __future__ import annotations

import argparse
import os
import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence

import django
import numpy as np

Ask = Callable[[str], object]


def beginnings(text: str, words: int) -> Iterator[str]:
    begun = " ".join(text.split()[:words])
    yield from (begun[:length] for length in range(2, min(len(begun), 30) + 1))


def timed(ask: Ask, typed: Sequence[str]) -> str:
    """p50 and p99 by the clock, then of the thread's own work: they differ on a busy machine."""
    spent = np.empty((2, len(typed)))
    for at, text in enumerate(typed):
        begun, worked = time.perf_counter(), time.thread_time()
        ask(text)
        spent[:, at] = time.perf_counter() - begun, time.thread_time() - worked
    return " ".join(f"{ms:8.2f}" for ms in np.quantile(spent * 1e3, (0.5, 0.99), axis=1).T.flat)


def peer() -> tuple[Ask, int]:
    from broadsheet.papers.models import Authorship, Paper

    base = sqlite3.connect(":memory:")
    base.execute("create virtual table t using fts5(text, votes unindexed, prefix='2 3 4')")
    titles = Paper.objects.values_list("title", "source_votes").iterator(chunk_size=10_000)
    base.executemany("insert into t values (?, ?)", titles)
    names = Authorship.objects.order_by().values_list("name").distinct().iterator(chunk_size=10_000)
    base.executemany("insert into t values (?, 0)", names)

    def ask(typed: str) -> object:
        words = "".join(letter if letter.isalnum() else " " for letter in typed).split()
        if not words:
            return []
        match = " ".join(f'"{word}"' for word in words) + "*"
        found = base.execute(
            "select text from t where t match ? order by votes desc limit 8", (match,)
        )
        return found.fetchall()

    return ask, int(base.execute("select count(*) from t").fetchone()[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--titles", type=int, default=200)
    told = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "broadsheet.settings")
    django.setup()
    from broadsheet.papers.models import Authorship, Paper
    from broadsheet.search import engine
    from broadsheet.search.query import parse

    some = random.Random(7)
    keys = list(Paper.objects.values_list("id", flat=True))
    chosen = some.sample(keys, min(told.titles, len(keys)))
    titles = list(Paper.objects.filter(id__in=chosen).values_list("title", flat=True))
    names = list(
        Authorship.objects.filter(paper_id__in=chosen, position=0).values_list("name", flat=True)
    )
    typed = [text for title in titles for text in beginnings(title, 3)]
    typed += [text for name in names for text in beginnings(name, 2)]
    some.shuffle(typed)
    engine.suggestions("warm")
    print(f"{len(keys):,} papers, {len(typed):,} keystrokes; ms by the clock p50, p99, of work")
    print("  suggestions ", timed(engine.suggestions, typed))
    ask, rows = peer()
    print("  SQLite FTS5 ", timed(ask, typed), f"({rows:,} rows)")
    wrong = [f"{title[:4]}x{title[5:40]}" for title in titles]
    print("  did you mean", timed(lambda text: engine.correction(parse(text)), wrong))


if __name__ == "__main__":
    main()
