"""Recall and speed of the vector file against an exact search.

    python -m bench.vector_search [--rows 100000 1000000] [--queries 100]

Starts from the vectors that the site has (`BROADSHEET_DATA`), of which some are kept out as
queries, and makes as many rows as are asked for: points between a vector and one of its twenty
nearest neighbours, with some noise, so that fields stay as dense as they are. Exact means all
float16 rows against the query.
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

Matrix = NDArray[np.float32]
NOISE = 0.25


def stored() -> Matrix:
    from django.conf import settings

    from broadsheet.search.vectors import Reader, widened

    table = Reader(Path(settings.INDEX) / "vectors").table()
    assert table is not None, "this site has no vectors yet"
    return widened(table.vectors[table.rows])


def units(vectors: Matrix) -> Matrix:
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def between_neighbours(real: Matrix, count: int, rng: np.random.Generator) -> Matrix:
    nearest = np.argsort(-(real @ real.T), axis=1)[:, 1:21]
    firsts = rng.integers(len(real), size=count)
    seconds = nearest[firsts, rng.integers(20, size=count)]
    share = rng.uniform(0, 0.5, (count, 1)).astype(np.float32)
    noise = rng.normal(size=(count, real.shape[1]), scale=NOISE / np.sqrt(real.shape[1]))
    return units(real[firsts] * (1 - share) + real[seconds] * share + noise.astype(np.float32))


def measure(rows: int, real: Matrix, queries: Matrix, folder: Path) -> str:
    from broadsheet.search.vectors import Reader, Writer

    rng = np.random.default_rng(7)
    made = np.empty((rows, real.shape[1]), np.float32)
    begun = time.perf_counter()
    writer = Writer(folder, "bench", real.shape[1])
    for start in range(0, rows, 10_000):
        block = made[start : start + 10_000]
        block[:] = between_neighbours(real, len(block), rng)
        writer.append(np.arange(start, start + len(block)) + 1, block)
    writer.commit(1, 0)
    writer.close()
    written = time.perf_counter() - begun
    begun = time.perf_counter()
    table = Reader(folder).table()
    opened = time.perf_counter() - begun
    assert table is not None
    agreed, spent = 0, []
    for query in queries:
        begun = time.perf_counter()
        near = table.nearest(query, 10)
        spent.append((time.perf_counter() - begun) * 1e3)
        exact = np.argpartition(-(made @ query), 10)[:10] + 1
        agreed += len({one.paper_id for one in near} & set(exact.tolist()))
    return (
        f"{rows:9,} rows: recall@10 {agreed / 10 / len(queries):.4f},"
        f" p50 {np.median(spent):.1f} ms, best {min(spent):.1f} ms,"
        f" p95 {np.quantile(spent, 0.95):.1f} ms; opened in {opened * 1e3:.0f} ms,"
        f" made and written in {written:.0f} s"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--queries", type=int, default=100)
    told = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "broadsheet.settings")
    django.setup()
    real = stored()
    queries, real = real[: told.queries].copy(), real[told.queries :].copy()
    print(f"from {len(real):,} vectors of papers, {len(queries)} others as queries")
    for rows in told.rows:
        with tempfile.TemporaryDirectory() as folder:
            print(measure(rows, real, queries, Path(folder)))


if __name__ == "__main__":
    main()
