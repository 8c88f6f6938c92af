"""How well search finds: words alone, meaning alone and both, on relevance sets with judgements.

    python -m bench.search_quality [--cache FILE] [--sets cranfield ...] [--train] [--weights 0 100]

For each collection the papers are saved into a data folder of its own that is thrown away, the
product indexes and embeds them, and every query goes through the parser and `engine.search`.
Embeddings of papers are kept in `--cache`, by the model's name and the text's hash, so that a
second run takes minutes.

What is indexed: SciFact and Cranfield with title and abstract. "title -> abstract": abstracts of
the arXiv sample alone, all under the title "Untitled", so that no title is known to the index.
The library: SciTLDR's papers, the 221 papers of the five seed pages and papers of the arXiv
sample, with title and abstract; of it the summaries, the seed titles and the pages are asked.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bench import rank_metrics as metrics
from bench import relevance
from bench.relevance import Judged

if TYPE_CHECKING:
    from broadsheet.search.embedding import Encoder

COLLECTIONS = ["scifact", "cranfield", "untitled", "library"]
BATCH = 32
WORDS, MEANING, BOTH = "words", "meaning", "both"
BALANCES = {WORDS: "0", MEANING: "100", BOTH: ""}
DEEP = 2_000
"""Places read for average precision, of both rankings' thousand each."""

Rows = dict[str, dict[str, list[float]]]
"""Method to measure to its value for each query."""


# --- the child: one collection in a data folder of its own ---------------------------------------


class Cached:
    """An encoder that remembers what it computed, in an SQLite file."""

    def __init__(self, encoder: Encoder, file: Path) -> None:
        self._encoder = encoder
        self.name, self.label, self.dimensions = encoder.name, encoder.label, encoder.dimensions
        self._kept = sqlite3.connect(file, isolation_level=None)
        self._kept.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB)")

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        keys = [blake2b(f"{self.name}\0{text}".encode(), digest_size=16).digest() for text in texts]
        found = [self._find(key) for key in keys]
        missing = [at for at, vector in enumerate(found) if vector is None]
        for at, vector in zip(
            missing, self._encoder.encode([texts[i] for i in missing]), strict=True
        ):
            self._kept.execute("INSERT INTO vectors VALUES (?, ?)", (keys[at], vector.tobytes()))
            found[at] = vector
        return np.array(found)

    def _find(self, key: bytes) -> NDArray[np.float32] | None:
        row = self._kept.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
        return np.frombuffer(row[0], np.float32) if row else None


def prepare(records: Sequence[Any], cache: Path, embedded: float = 1.0) -> dict[int, str]:
    """Save, index and embed a share of the papers; returns the key of each paper by its id."""
    from django.core.management import call_command

    from broadsheet.papers.actions import save_records
    from broadsheet.papers.models import Identifier, Paper
    from broadsheet.search import embedding, jobs
    from broadsheet.search.entries import entries
    from broadsheet.search.waiting import embed

    call_command("migrate", verbosity=0)
    for start in range(0, len(records), 1_000):
        save_records(records[start : start + 1_000])
    encoder: Any = Cached(embedding.encoder(), cache)
    ids = list(Paper.objects.order_by("id").values_list("id", flat=True))
    drawn = np.random.default_rng(2).random(len(ids)) < embedded
    ids = [key for key, is_drawn in zip(ids, drawn, strict=True) if is_drawn]
    for start in range(0, len(ids), BATCH):
        embed(encoder, entries(Paper.objects.filter(id__in=ids[start : start + BATCH])))
        if start % (BATCH * 50) == 0:
            say(f"  {start:,} of {len(ids):,} papers embedded")
    jobs.catch_up()
    named = Identifier.objects.filter(value__startswith=relevance.DOI)
    return {
        key: name.removeprefix(relevance.DOI)
        for key, name in named.values_list("paper_id", "value")
    }


def ask(judged: Judged, keys: dict[int, str], balance: str) -> dict[str, list[float]]:
    """Each measure of each query."""
    from broadsheet.search import embedding, engine
    from broadsheet.search.query import parse

    found: dict[str, list[float]] = {}
    embedding.forget_queries()
    for query, text in judged.queries.items():
        begun = time.perf_counter()
        results = engine.search(parse(text, balance=balance), limit=DEEP if judged.among else 100)
        spent = (time.perf_counter() - begun) * 1e3
        ranking, grades = [keys[hit.paper_id] for hit in results.hits], judged.grades[query]
        row = {
            "nDCG@10": metrics.ndcg(ranking, grades),
            "recall@100": metrics.recall(ranking, grades),
            "MRR": metrics.reciprocal_rank(ranking, grades),
            "first": float(ranking[:1] != [] and ranking[0] in grades),
            "ms": spent,
        }
        if judged.among:
            row["AP among all"] = metrics.average_precision(ranking, grades)
            pages = [key for key in ranking if key in judged.among]
            row["AP"] = metrics.average_precision(pages, grades)
        for name, value in row.items():
            found.setdefault(name, []).append(value)
    return found


def run_collection(name: str, told: argparse.Namespace) -> None:
    import django

    django.setup()
    keys = prepare(collections(told)[name](), told.cache, told.embedded / 100)
    balances = {weight: weight for weight in told.weights} or BALANCES
    for judged in sets(told):
        if judged.collection == name:
            say(f"  {judged.name}: {len(judged.queries):,} queries")
            rows = {method: ask(judged, keys, balance) for method, balance in balances.items()}
            print(json.dumps([judged.name, len(keys), rows]), flush=True)


def collections(told: argparse.Namespace) -> dict[str, Callable[[], list[Any]]]:
    return {
        "scifact": relevance.scifact,
        "cranfield": relevance.cranfield,
        "untitled": lambda: relevance.untitled(told.papers),
        "library": lambda: relevance.library(told.papers + 1_000),
    }


def sets(told: argparse.Namespace) -> list[Judged]:
    if told.train:
        return [relevance.claims("train"), relevance.summaries("train")]
    return [
        relevance.claims("test"),
        relevance.questions(),
        relevance.titles(told.papers, told.titles),
        relevance.summaries("dev"),
        relevance.seed_titles(),
        relevance.pages(),
    ]


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


# --- the parent: a child for each collection, and the table --------------------------------------


def measured(name: str, told: argparse.Namespace) -> list[tuple[str, int, Rows]]:
    say(name)
    with tempfile.TemporaryDirectory(prefix="broadsheet-quality-") as folder:
        surroundings = {
            **os.environ,
            "BROADSHEET_DATA": folder,
            "DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "broadsheet.settings",
        }
        command = [sys.executable, "-m", "bench.search_quality", *sys.argv[1:], "--child", name]
        child = subprocess.run(command, env=surroundings, stdout=subprocess.PIPE, check=True)
    return [tuple(json.loads(line)) for line in child.stdout.splitlines()]


def table(name: str, papers: int, rows: Rows) -> None:
    queries = len(next(iter(rows.values()))["ms"])
    print(f"\n{name}: {queries:,} queries, {papers:,} papers")
    main = "AP" if "AP" in next(iter(rows.values())) else "nDCG@10"
    shown = [main, *(["AP among all"] if main == "AP" else ["recall@100", "MRR", "first"])]
    print("             " + "".join(f"{measure:<22}" for measure in shown) + "ms p50 / p95")
    for method, values in rows.items():
        cells = "".join(f"{with_interval(values[measure]):<22}" for measure in shown)
        fast, slow = np.quantile(values["ms"], [0.5, 0.95])
        print(f"  {method:<11}{cells}{fast:.1f} / {slow:.1f}")
    if BOTH in rows:
        ours = np.array(rows[BOTH][main])
        p = [metrics.p_value(ours, np.array(rows[part][main])) for part in (WORDS, MEANING)]
        print(f"  {main}: both against words p = {p[0]:.4f}, against meaning p = {p[1]:.4f}")


def with_interval(values: list[float]) -> str:
    low, high = metrics.interval(np.array(values))
    return f"{np.mean(values):.4f} [{low:.3f} {high:.3f}]"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default = Path(tempfile.gettempdir()) / "broadsheet-quality.sqlite3"
    parser.add_argument("--cache", type=Path, default=default)
    parser.add_argument("--titles", type=int, default=1_000, help="that are asked for")
    parser.add_argument("--papers", type=int, default=5_000, help="of the arXiv sample")
    parser.add_argument(
        "--sets", nargs="+", default=["scifact", "cranfield", "untitled", "library"]
    )
    parser.add_argument(
        "--train", action="store_true", help="the queries that weights are tuned on"
    )
    parser.add_argument("--weights", nargs="+", default=[], help="of meaning, from 0 to 100")
    parser.add_argument("--embedded", type=float, default=100, help="percent of the papers")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.child:
        run_collection(told.child, told)
        return
    for name in told.sets:
        for found in measured(name, told):
            table(*found)
    print("\nIn brackets: 95 % bootstrap intervals. p: paired randomisation tests.")
    print("Published nDCG@10 on SciFact test: BM25 0.665 to 0.679, all-MiniLM-L6-v2 0.645.")


if __name__ == "__main__":
    main()
