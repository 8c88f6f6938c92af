"""The first fill of a site against bare bulk inserts of the same rows, and killed harvests.

    python -m bench.harvest arxiv_sample.jsonl.zst --records 100000 --rounds 3
    python -m tests.postgres python -m bench.harvest arxiv_sample.jsonl.zst --records 100000
    python -m bench.resample 1000000 papers.jsonl.zst
    python -m bench.harvest papers.jsonl.zst --records 0 --rounds 1
    python -m bench.harvest --kills 100 --records 20000
    python -m bench.harvest --arrival

`--arrival` runs a site, lets the command ask a source for 41 papers, and prints after how many
seconds one of them stands on the page of its day and is found by words and by meaning; with
`BROADSHEET_TEST_SCHEDULE=1` the site's own worker asks.

A round makes a snapshot of so many records of the sample, with identifiers of their own and, from
the second time a record comes, titles of their own; with `--records 0` the file is taken as it is.
It imports it into an empty database in a process of its own, then copies the rows that it made into
a second empty database, table by table, decoding and cleaning nothing: by `executemany` into
SQLite, by COPY and by `executemany` into PostgreSQL, where `DATABASE_URL` names it. It prints
records a second, the ratios by the clock and of processor time (which says more on a busy machine),
and the peak memory of the importing process and of its helper. Processor time of PostgreSQL's own
processes is in none of these.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import psycopg
import zstandard

TABLES = (
    "papers_paper",
    "papers_identifier",
    "papers_authorship",
    "papers_classification",
    "papers_paperlink",
    "papers_paperversion",
    "papers_sighting",
)
BATCH = 4_000
GOAL = 3.0
IDS_A_MONTH = 90_000
SERVER = os.environ.get("DATABASE_URL", "")


def snapshot(sample: str, records: int, file: Path) -> None:
    """So many records of the sample, each with an identifier that no other has."""
    written = 0
    with zstandard.open(file, "wt", encoding="utf-8") as out:
        while written < records:
            for record in _sample(sample):
                record["id"] = _arxiv_id(written)
                record.pop("doi", None)
                if written >= 300_000:
                    record["title"] = f"{record['title']} ({written})"
                out.write(json.dumps(record) + "\n")
                written += 1
                if written == records:
                    return


def _sample(sample: str) -> Iterator[dict[str, Any]]:
    unpacker = zstandard.ZstdDecompressor(max_window_size=2**27)
    with Path(sample).open("rb") as packed, unpacker.stream_reader(packed) as stream:
        rest = b""
        while block := stream.read(2**20):
            *lines, rest = (rest + block).split(b"\n")
            yield from (msgspec.json.decode(line) for line in lines if line)


def _arxiv_id(number: int) -> str:
    month, place = divmod(number, IDS_A_MONTH)
    return f"{15 + month // 12:02}{month % 12 + 1:02}.{place + 1:05}"


@contextmanager
def database(folder: Path) -> Iterator[str]:
    """The address of an empty database with the product's tables."""
    url = f"sqlite:///{folder / 'bench.sqlite3'}"
    if SERVER:
        name = f"bench_{uuid4().hex[:8]}"
        url = f"{SERVER.rpartition('/')[0]}/{name}"
        with psycopg.connect(SERVER, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name}".encode())
    try:
        _run(["-m", "django", "migrate", "--verbosity", "0"], url, folder)
        yield url
    finally:
        if SERVER:
            with psycopg.connect(SERVER, autocommit=True) as server:
                server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _run(arguments: list[str], url: str, folder: Path) -> str:
    environment = os.environ | {
        "BROADSHEET_DATA": str(folder),
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "broadsheet.settings",
    }
    command = [sys.executable, *arguments]
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


class Clock:
    """Seconds by the clock on the wall, and of this process on a processor."""

    def __init__(self) -> None:
        self.wall = self.processor = 0.0

    def __enter__(self) -> None:
        self.wall -= time.perf_counter()
        self.processor -= time.process_time()

    def __exit__(self, *failure: object) -> None:
        self.wall += time.perf_counter()
        self.processor += time.process_time()


def import_here(source: str) -> None:
    """Runs in the child: import, and print what it took as JSON."""
    import django

    django.setup()
    from broadsheet.harvest import import_paths

    clock = Clock()
    with clock:
        report = import_paths([source])
    here, helper = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    peaks = [used.ru_maxrss / 1024 for used in (here, helper)]
    took = {
        "wall": clock.wall,
        "processor": clock.processor,
        "helper": helper.ru_utime + helper.ru_stime,
    }
    print(json.dumps({"seconds": took, "peaks": peaks, "tally": report.tally}))


def copied_sqlite(rows_from: str, into: str, clock: Clock) -> None:
    """Time `executemany` alone; reading the rows is not counted."""
    reader = sqlite3.connect(rows_from.removeprefix("sqlite:///"))
    writer = sqlite3.connect(into.removeprefix("sqlite:///"), isolation_level=None)
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "cache_size=-24576",
        "wal_autocheckpoint=16384",
    ):
        writer.execute(f"PRAGMA {pragma}")
    for table in TABLES:
        cursor = reader.execute(f"SELECT * FROM {table}")  # noqa: S608  our own table names
        places = ", ".join("?" * len(cursor.description))
        while rows := cursor.fetchmany(BATCH):
            with clock:
                writer.execute("BEGIN IMMEDIATE")
                writer.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608  names of ours
                writer.execute("COMMIT")


def copied_postgres(rows_from: str, into: str, clock: Clock, *, by_copy: bool) -> None:
    """Time COPY or `executemany` alone; reading the rows is not counted."""
    with psycopg.connect(rows_from) as reader, psycopg.connect(into) as writer:
        for table in TABLES:
            with reader.cursor("rows") as cursor:
                cursor.execute(f"SELECT * FROM {table}".encode())  # noqa: S608  our own names
                places = ", ".join(["%s"] * len(cursor.description or ()))
                while rows := cursor.fetchmany(BATCH):
                    kept = [[_as_stored(value) for value in row] for row in rows]
                    with clock:
                        _write(writer, table, places, kept, by_copy=by_copy)


def _write(
    writer: psycopg.Connection[Any], table: str, places: str, rows: list[Any], *, by_copy: bool
) -> None:
    with writer.cursor() as target:
        if by_copy:
            with target.copy(f"COPY {table} FROM STDIN".encode()) as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            target.executemany(f"INSERT INTO {table} VALUES ({places})".encode(), rows)  # noqa: S608  names of ours
    writer.commit()


def _as_stored(value: object) -> object:
    return json.dumps(value) if isinstance(value, dict | list) else value


def bare(rows_from: str) -> dict[str, Clock]:
    """The time of each way to insert the rows barely."""
    found = {}
    ways = ("COPY", "executemany") if SERVER else ("executemany",)
    for way in ways:
        found[way] = Clock()
        with tempfile.TemporaryDirectory() as folder, database(Path(folder)) as into:
            if SERVER:
                copied_postgres(rows_from, into, found[way], by_copy=way == "COPY")
            else:
                copied_sqlite(rows_from, into, found[way])
    return found


def fill(source: str) -> dict[str, float]:
    """One round; prints it and returns the ratio to each bare way."""
    with tempfile.TemporaryDirectory() as folder, database(Path(folder)) as url:
        command = ["-m", "bench.harvest", "--here", source]
        ours = json.loads(_run(command, url, Path(folder)))
        clocks = bare(url)
    records, took = sum(ours["tally"].values()), ours["seconds"]
    here, helper = ours["peaks"]
    print(
        f"{records:,} records: import {records / took['wall']:,.0f}/s"
        f" ({took['processor']:.1f} s of processor and {took['helper']:.1f} s in its helper);"
        f" peak memory {here:.0f} MiB and {helper:.0f} MiB in its helper"
    )
    for way, clock in clocks.items():
        print(
            f"  bare {way} {records / clock.wall:,.0f}/s ({clock.processor:.1f} s of processor):"
            f" {took['wall'] / clock.wall:.2f} times as long,"
            f" {took['processor'] / clock.processor:.2f} times the processor,"
            f" {(took['processor'] + took['helper']) / clock.processor:.2f} with the helper",
            flush=True,
        )
    return {way: took["wall"] / clock.wall for way, clock in clocks.items()}


def killed(records: int, kills: int) -> int:
    environment = os.environ | {
        "BROADSHEET_TEST_KILLS": str(kills),
        "BROADSHEET_TEST_KILL_RECORDS": str(records),
    }
    command = [sys.executable, "-m", "pytest", "-q", "-s", "tests/harvests/test_killed.py"]
    return subprocess.run(command, env=environment, check=False).returncode


def arrival() -> int:
    command = [sys.executable, "-m", "pytest", "-q", "-s", "tests/harvests/test_arrival.py"]
    return subprocess.run(command, check=False).returncode


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sample", nargs="?")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--arrival", action="store_true")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here:
        import_here(options.sample)
        return 0
    if options.arrival:
        return arrival()
    if options.kills:
        return killed(options.records, options.kills)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "snapshot.jsonl.zst"
        if options.records:
            snapshot(options.sample, options.records, source)
        else:
            source = Path(options.sample)
        rounds = [fill(str(source)) for _ in range(options.rounds)]
    for way in rounds[0]:
        median = statistics.median(ratios[way] for ratios in rounds)
        print(f"median ratio to {way} {median:.2f} (goal: at most {GOAL})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
