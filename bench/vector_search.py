"""Recall, speed and memory of the vector file, beside an exact search and libraries.

    python -m bench.vector_search VECTORS.npy [--rows 100000 1000000] [--queries 100]

VECTORS.npy has real vectors of unit length, float32 [n, dimensions]; some are kept out as queries,
and as many rows are made of the rest as are asked for: points between a vector and one of its
twenty nearest neighbours, with some noise, so that fields stay as dense as they are. Exact means
all rows against the query. Libraries are measured where they are installed: faiss (signs of the
components, and as many rescored exactly as ours does) and usearch (HNSW of float16, up to --hnsw
rows, for it takes minutes to build).
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from broadsheet.search.vectors import OF_EACH, RESCORED, Reader, Table, Writer

Matrix = NDArray[np.float32]
Ids = NDArray[np.int64]
Search = Callable[[Matrix, int], list[int]]
NOISE = 0.25


def units(vectors: Matrix) -> Matrix:
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def between_neighbours(real: Matrix, count: int, rng: np.random.Generator) -> Matrix:
    nearest = np.argsort(-(real @ real.T), axis=1)[:, 1:21]
    made = np.empty((count, real.shape[1]), np.float32)
    for start in range(0, count, 50_000):
        block = made[start : start + 50_000]
        firsts = rng.integers(len(real), size=len(block))
        seconds = nearest[firsts, rng.integers(20, size=len(block))]
        share = rng.uniform(0, 0.5, (len(block), 1)).astype(np.float32)
        noise = rng.standard_normal(block.shape, np.float32) * (NOISE / np.sqrt(real.shape[1]))
        block[:] = units(real[firsts] * (1 - share) + real[seconds] * share + noise)
    return made


def ours(made: Matrix, folder: Path) -> Table:
    writer = Writer(folder, "bench", made.shape[1])
    for start in range(0, len(made), 10_000):
        block = made[start : start + 10_000]
        writer.append(np.arange(start, start + len(block)) + 1, block)
    writer.commit(1, 0)
    writer.close()
    table = Reader(folder).table()
    assert table is not None
    return table


def in_file(table: Table, among: Ids | None = None) -> Search:
    return lambda query, limit: table.nearest(query, limit, among).papers.tolist()


def megabytes(table: Table) -> float:
    """Of its own; the vectors are mapped from disk, and shared between processes."""
    held = (table.papers, table.columns, table.rows, table.by_paper, table.known)
    return sum(part.nbytes for part in held) / 1e6


def faiss_signs(made: Matrix, table: Table) -> tuple[Search, float]:
    import faiss

    index = faiss.IndexBinaryFlat(made.shape[1])
    for start in range(0, len(made), 10_000):
        index.add(np.packbits(made[start : start + 10_000] > 0, axis=1))

    rescored = max(RESCORED, len(made) // OF_EACH)

    def search(query: Matrix, limit: int) -> list[int]:
        rows = np.sort(index.search(np.packbits(query[None] > 0, axis=1), rescored)[1][0])
        closeness = table.whole(rows) @ query
        return [int(row) + 1 for row in rows[np.argsort(-closeness)[:limit]]]

    return search, index.ntotal * index.code_size / 1e6


def usearch_graph(made: Matrix) -> tuple[Search, float]:
    from usearch.index import Index

    index = Index(ndim=made.shape[1], metric="ip", dtype="f16", expansion_search=256)
    index.add(np.arange(len(made)) + 1, made, threads=1)

    def search(query: Matrix, limit: int) -> list[int]:
        return [int(key) for key in index.search(query, limit, threads=1).keys]

    return search, index.memory_usage / 1e6


def candidates(
    made: Matrix, folder: Path, hnsw: int
) -> Iterator[tuple[str, Search, Ids | None, str]]:
    """Name, search, the papers that it may find where not all, and what it cost."""
    for name in ("our file", "faiss binary flat", "usearch HNSW f16"):
        begun = time.process_time()
        try:
            if name == "our file":
                table = ours(made, folder)
                search, size = in_file(table), megabytes(table)
            elif name == "faiss binary flat":
                search, size = faiss_signs(made, table)
            elif len(made) <= hnsw:
                search, size = usearch_graph(made)
            else:
                continue
        except ImportError:
            continue
        cost = f"{size:5.0f} MB {time.process_time() - begun:6.1f} CPU s to make"
        yield name, search, None, cost
    rng = np.random.default_rng(3)
    for share in (0.01, 0.001):
        among = np.sort(rng.choice(len(made), int(len(made) * share), replace=False)) + 1
        yield f"our file, {share:.1%} allowed", in_file(table, among), among, ""


def measure(search: Search, made: Matrix, queries: Matrix, allowed: Ids | None) -> str:
    agreed, spent = 0, []
    for query in queries:
        begun = time.perf_counter()
        found = search(query, 10)
        spent.append((time.perf_counter() - begun) * 1e3)
        rows = np.arange(len(made)) if allowed is None else allowed - 1
        scores = made @ query if allowed is None else made[rows] @ query
        exact = rows[np.argpartition(-scores, 10)[:10]] + 1
        agreed += len(set(found) & set(exact.tolist()))
    return (
        f"recall@10 {agreed / 10 / len(queries):.4f}  p50 {np.median(spent):6.2f} ms"
        f"  p99 {np.quantile(spent, 0.99):7.2f} ms  best {min(spent):6.2f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("vectors", type=Path)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--hnsw", type=int, default=100_000)
    told = parser.parse_args()
    real = units(np.load(told.vectors).astype(np.float32))
    drawn = np.random.default_rng(5).permutation(len(real))
    queries, real = real[drawn[: told.queries]], real[drawn[told.queries :]]
    print(f"from {len(real):,} vectors of papers, {len(queries)} others as queries")
    for count in told.rows:
        made = between_neighbours(real, count, np.random.default_rng(7))
        print(f"{count:,} rows")
        with tempfile.TemporaryDirectory() as folder:
            for name, search, allowed, cost in candidates(made, Path(folder), told.hnsw):
                print(f"  {name:<24} {measure(search, made, queries, allowed)}  {cost}", flush=True)


if __name__ == "__main__":
    main()
