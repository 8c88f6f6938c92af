"""A whole search and its parts, beside other engines on the same papers in the same run.

    python -m bench.search_speed DATA [--queries 100] [--vectors VECTORS.npy] [--no-peers]

DATA is the data folder of a site whose papers are indexed (`broadsheet import`, then
`broadsheet index`); nothing in it is changed. Queries are the first one to eight words of titles
drawn from it. Where papers are not embedded, `--vectors` makes a vector for each of them, as
`bench.vector_search` does from real ones of the model in use; they have nothing to do with the
papers, so only times count.

Peers, each asked for its best 30 papers: for any of the words bare tantivy on the site's own index,
and a linear scan that counts words, as arxiv-sanity-lite does; by words and meaning those of
`bench.search_peers`. faiss and other vector libraries are in `bench.vector_search`. CPU is of
the asking thread, and says more than the clock on a machine that others use too.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from broadsheet.search.engine import Engine
    from broadsheet.search.lexical import Lexicon

GOALS = """Goals at 1,000,000 papers on two cores: whole search p50 15 ms, p99 50 ms, of which
all but the engines and the embedder 5 ms; memory 2 GB; ahead of every peer."""
SHOWN = 30
CLIENTS = 8
SLICE = 5_000
"""Papers that are indexed anew to see how fast that is."""


def timed(name: str, work: Callable[[str], object], queries: Sequence[str]) -> float:
    """Print one row; returns the median of milliseconds."""
    clock, cpu = [], []
    for query in queries:
        began, worked = time.perf_counter(), time.thread_time()
        work(query)
        clock.append((time.perf_counter() - began) * 1e3)
        cpu.append((time.thread_time() - worked) * 1e3)
    median, worst = np.quantile(clock, (0.5, 0.99))
    busy = np.quantile(cpu, (0.5, 0.99))
    print(
        f"  {name:<34} p50 {median:8.2f}  p99 {worst:8.2f} ms"
        f"    CPU p50 {busy[0]:8.2f}  p99 {busy[1]:8.2f} ms",
        flush=True,
    )
    return float(median)


def lexicon_of(engine: Engine) -> Lexicon:
    found = engine._current()
    assert found, "the papers of this folder are not indexed: run `broadsheet index` on it"
    return found


def drawn_queries(count: int) -> list[str]:
    from broadsheet.papers.models import Paper

    ids = list(Paper.objects.values_list("id", flat=True))
    random.Random(5).shuffle(ids)
    titles = Paper.objects.filter(id__in=ids[:count]).values_list("title", flat=True)
    lengths = (1, 2, 3, 5, 8)
    return [" ".join(title.split()[: lengths[at % 5]]) for at, title in enumerate(titles)]


def make_vectors(source: Path, folder: Path) -> None:
    """A vector file with a made vector for every paper."""
    from bench.vector_search import between_neighbours, units
    from broadsheet.papers.models import Paper
    from broadsheet.search import embedding
    from broadsheet.search.vectors import Writer

    real = units(np.load(source).astype(np.float32))[:4_000]
    ids = np.array(Paper.objects.values_list("id", flat=True), np.int64)
    writer = Writer(folder, embedding.encoder().name, real.shape[1])
    draw = np.random.default_rng(7)
    for start in range(0, len(ids), 50_000):
        block = ids[start : start + 50_000]
        writer.append(block, between_neighbours(real, len(block), draw))
    writer.commit(1, 0)
    writer.close()


def parts(engine: Engine, queries: Sequence[str]) -> None:
    """Each step of a search by itself, on the queries of one warm run."""
    from broadsheet.papers.models import Paper
    from broadsheet.search import embedding
    from broadsheet.search.engine import DEPTH
    from broadsheet.search.query import parse

    timed("parse", parse, queries)
    lexicon, table = lexicon_of(engine), engine._vectors.table()
    timed("words: the best 1,000", lambda text: lexicon.search(parse(text), DEPTH), queries)
    if table:
        embedding.forget_queries()
        timed("embed the query", embedding.embedded_query, queries)
        find = lambda text: table.nearest(embedding.embedded_query(text), DEPTH)  # noqa: E731  short
        timed("meaning: the nearest 1,000", find, queries)
        embedding.forget_queries()
    found = {
        text: [h.paper_id for h in engine.search(parse(text), SHOWN, 0).hits] for text in queries
    }
    embedding.forget_queries()
    timed(
        "search: all of the above, fused",
        lambda text: engine.search(parse(text), SHOWN, 0),
        queries,
    )
    rows = lambda text: Paper.objects.cards(found[text])  # noqa: E731  short
    timed("fetch the 30 papers", rows, queries)


def pages(queries: Sequence[str]) -> None:
    from django.test import Client

    from broadsheet.search import embedding

    client = Client(headers={"cookie": "reader=1", "host": "127.0.0.1"})  # a cookie: none is kept

    def ask(text: str) -> None:
        assert client.get("/papers", {"q": text}, follow=True).status_code == 200

    timed("page, first time", ask, queries)
    embedding.forget_queries()
    timed("page, warm, query embedded anew", ask, queries)
    timed("page, warm, query known", ask, queries)


def served(data: Path, queries: Sequence[str], seconds: float) -> None:
    """Over HTTP, by eight clients at once."""
    from urllib.parse import quote_plus

    from bench.pages import Addresses, load, serving

    asked = [f"/papers?q={quote_plus(text)}" for text in queries]
    addresses = Addresses(*asked, anew=True)
    root = Path(__file__).resolve().parents[1]
    with serving("broadsheet.wsgi:application", root, {"BROADSHEET_DATA": str(data)}) as port:
        load(port, addresses, {}, 2.0, 2)
        rate, median, worst = load(port, addresses, {}, seconds, CLIENTS)
    print(f"  HTTP, {CLIENTS} clients, on what is really embedded: {rate:.0f} searches/s,")
    print(f"    p50 {median:.1f}, p99 {worst:.1f} ms")


def bare_tantivy(engine: Engine, limit: int) -> Callable[[str], object]:
    import tantivy

    from broadsheet.search.schema import PROSE, SCHEMA

    searcher = lexicon_of(engine).searcher()

    def ask(text: str) -> object:
        words = dict.fromkeys(PROSE.analyze(text))
        terms = [tantivy.Query.term_query(SCHEMA, "text", w, index_option="freq") for w in words]
        wanted = tantivy.Query.boolean_query([(tantivy.Occur.Should, term) for term in terms])
        return searcher.search(wanted, limit=limit, count=False).hits

    return ask


def texts() -> Iterator[tuple[int, str, str]]:
    from broadsheet.papers.models import Paper

    yield from Paper.objects.values_list("id", "title", "abstract").iterator(5_000)


def scan() -> Callable[[str], object]:
    held = [(key, title.lower(), abstract.lower()) for key, title, abstract in texts()]

    def ask(text: str) -> object:
        words = text.lower().split()
        scores = [
            (sum(10 * (word in title) + (word in abstract) for word in words), key)
            for key, title, abstract in held
        ]
        return sorted(scores, reverse=True)[:SHOWN]

    return ask


def peers(engine: Engine, queries: Sequence[str], names: Sequence[str]) -> None:
    """Words alone, then whole hybrid searches; the queries' vectors are known to all."""
    from bench.search_peers import PEERS, made
    from broadsheet.search import embedding
    from broadsheet.search.query import parse

    print("Peers: the best 30 by words")
    ours = timed(
        "our words: 1,000, names too",
        lambda text: lexicon_of(engine).search(parse(text), 1_000),
        queries,
    )
    for name, ask, some in (
        ("bare tantivy, 1,000 of one field", bare_tantivy(engine, 1_000), queries),
        ("bare tantivy, 30 of one field", bare_tantivy(engine, SHOWN), queries),
        ("linear scan", scan(), queries[:10]),
    ):
        print(f"    ours takes {ours / timed(name, ask, some):.2f} times as long by the median")
    print("Peers: the best 30 by words and meaning")
    vectors = {text: embedding.embedded_query(text) for text in queries}
    ours = timed("our whole search", lambda text: engine.search(parse(text), SHOWN, 0), queries)
    held = list(texts())
    table = engine._vectors.table()
    assert table, "without vectors there is nothing to compare"
    matrix = np.array([table.vector(key) for key, _, _ in held], np.float32)
    for name in names or PEERS:
        with made(name, held, matrix) as search:
            found = timed(name, lambda text: search(text, vectors[text]), queries)
        print(f"    ours takes {ours / found:.2f} times as long by the median")


def build() -> None:
    """The speed of indexing, and how long it takes until a new paper is found."""
    from broadsheet.papers.models import Paper
    from broadsheet.search import schema
    from broadsheet.search.entries import entries

    with tempfile.TemporaryDirectory() as folder:
        began, worked = time.perf_counter(), time.process_time()
        schema.make_index(Path(folder) / "index")
        writer = schema.open_index(Path(folder) / "index").writer(40_000_000, 1)
        ids = list(Paper.objects.order_by("id").values_list("id", flat=True)[:SLICE])
        for start in range(0, len(ids), 500):
            for entry in entries(Paper.objects.filter(id__in=ids[start : start + 500])):
                writer.add_document(schema.document(entry))
        writer.commit()
        took, busy = time.perf_counter() - began, time.process_time() - worked
        print(f"  indexing: {len(ids) / took:,.0f} papers/s, {len(ids) / busy:,.0f} per CPU second")
        began = time.perf_counter()
        writer.add_document(schema.document(entry))
        writer.commit()
        print(
            f"  one more paper: {(time.perf_counter() - began) * 1e3:.0f} ms until it is committed"
        )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--queries", type=int, default=100)
    parser.add_argument("--vectors", type=Path)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--peers", nargs="+", default=[], help="some of the hybrid ones by name")
    told = parser.parse_args()
    os.environ |= {
        "BROADSHEET_DATA": str(told.data),
        "DJANGO_SETTINGS_MODULE": "broadsheet.settings",
    }
    import django

    django.setup()
    from broadsheet.search import engine as engines
    from broadsheet.search.query import parse
    from broadsheet.search.vectors import Reader

    index = told.data / "index"
    with tempfile.TemporaryDirectory() as folder:
        engine = engines._engine(index)
        if told.vectors:
            make_vectors(told.vectors, Path(folder) / "vectors")
            engine._vectors = Reader(Path(folder) / "vectors")
        status = engine.status()
        disk = sum(file.stat().st_size for file in index.rglob("*") if file.is_file()) / 1e6
        print(
            f"{status.papers:,} papers, {status.embedded:,} embedded; index {disk:,.0f} MB on disk"
        )
        queries = drawn_queries(told.queries)
        timed(
            "the very first search",
            lambda text: engines.search(parse(text)),
            queries[:1],
        )
        parts(engine, queries)
        pages(queries)
        held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
        print(f"  memory at most so far: {held:,.0f} MB, what is mapped from disk included")
        build()
        if not told.no_peers:
            peers(engine, queries, told.peers)
        served(told.data, queries, told.seconds)
    print(GOALS)


if __name__ == "__main__":
    main()
