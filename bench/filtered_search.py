"""Recall and speed of the search by meaning under filters.

    python -m bench.filtered_search [--rows 300000] [--queries 50]

Rows are made from the site's vectors as in `bench.vector_search`. A filter keeps a random share of
them. Exact means all float16 rows that the filter keeps. The peer is what is often done: the
nearest 1,000 of all, of which those that the filter keeps remain.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

import django
import numpy as np
from numpy.typing import NDArray

from bench.vector_search import Matrix, between_neighbours, stored

SHARES = (0.001, 0.01, 0.1)
CANDIDATES = 1_000


def measure(rows: int, real: Matrix, queries: Matrix, folder: Path) -> None:
    from broadsheet.search.vectors import Near, Reader, Writer

    rng = np.random.default_rng(7)
    made = np.empty((rows, real.shape[1]), np.float16)
    writer = Writer(folder, "bench", real.shape[1])
    for start in range(0, rows, 10_000):
        block = made[start : start + 10_000]
        block[:] = between_neighbours(real, len(block), rng)
        writer.append(np.arange(start, start + len(block)) + 1, block)
    writer.commit(1, 0)
    writer.close()
    table = Reader(folder).table()
    assert table is not None
    table.nearest(queries[0], 10)
    print(f"{rows:,} rows, {len(queries)} queries: recall@10, p50 in milliseconds")
    for share in SHARES:
        kept = np.flatnonzero(rng.random(rows) < share) + 1
        agreed, spent = np.zeros(2), np.empty((2, len(queries)))
        for at, query in enumerate(queries):
            exact = best(made, kept, query)
            begun = time.perf_counter()
            near = table.nearest(query, 10, kept)
            spent[0, at] = time.perf_counter() - begun
            begun = time.perf_counter()
            allowed = set(kept.tolist())
            some = [one for one in table.nearest(query, CANDIDATES) if one.paper_id in allowed]
            spent[1, at] = time.perf_counter() - begun

            def hits(found: list[Near], wanted: set[int] = exact) -> int:
                return len({one.paper_id for one in found[:10]} & wanted)

            agreed += hits(near), hits(some)
        recall, p50 = agreed / 10 / len(queries), np.median(spent, axis=1) * 1e3
        print(
            f"  keeps {share:6.1%}: within the filter {recall[0]:.4f} {p50[0]:6.2f} ms;"
            f" nearest {CANDIDATES:,}, then the filter {recall[1]:.4f} {p50[1]:6.2f} ms"
        )


def best(made: NDArray[np.float16], kept: NDArray[np.int64], query: Matrix) -> set[int]:
    scores = made[kept - 1].astype(np.float32) @ query
    return set(kept[np.argpartition(-scores, 10)[:10]].tolist())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=300_000)
    parser.add_argument("--queries", type=int, default=50)
    told = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "broadsheet.settings")
    django.setup()
    real = stored()
    queries, real = real[: told.queries].copy(), real[told.queries :].copy()
    with tempfile.TemporaryDirectory() as folder:
        measure(told.rows, real, queries, Path(folder))


if __name__ == "__main__":
    main()
