"""The importer against a bare `executemany` of the same rows into the same SQLite tables.

    python -m bench.import_speed arxiv_sample.jsonl.zst [--rounds 3]

Each round imports the file into an empty database in a process of its own (its peak memory is
that process's), then copies the rows it made into a second empty database with one `executemany`
for each table and batch, decoding and cleaning nothing. Prints records a second of both, and
their ratio, which is what counts on a busy machine.
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
from pathlib import Path
from typing import Any

TABLES = (
    "papers_paper",
    "papers_identifier",
    "papers_authorship",
    "papers_classification",
    "papers_paperlink",
    "papers_paperversion",
    "papers_sighting",
)
BATCH = 1_000
GOAL = 3.0


def migrated(folder: Path) -> Path:
    """An empty database with the product's tables and settings."""
    environment = os.environ | {"BROADSHEET_DATA": str(folder)}
    command = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
    environment["DJANGO_SETTINGS_MODULE"] = "broadsheet.settings"
    subprocess.run(command, env=environment, check=True)
    return folder / "broadsheet.sqlite3"


def import_here(source: str) -> None:
    """Runs in the child: import, and print what it took as JSON."""
    import django

    django.setup()
    from broadsheet.harvest import import_paths

    started = time.perf_counter()
    report = import_paths([source])
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak_mib": peak, "tally": report.tally}))


def imported(source: str, folder: Path) -> dict[str, Any]:
    environment = os.environ | {
        "BROADSHEET_DATA": str(folder),
        "DJANGO_SETTINGS_MODULE": "broadsheet.settings",
    }
    command = [sys.executable, "-m", "bench.import_speed", "--here", source]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def copied(rows_from: Path, into: Path) -> float:
    """Seconds of `executemany` alone; reading the rows is not counted."""
    reader = sqlite3.connect(rows_from)
    writer = sqlite3.connect(into, isolation_level=None)
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "cache_size=-24576",
        "wal_autocheckpoint=16384",
    ):
        writer.execute(f"PRAGMA {pragma}")
    seconds = 0.0
    for table in TABLES:
        cursor = reader.execute(f"SELECT * FROM {table}")  # noqa: S608  our own table names
        places = ", ".join("?" * len(cursor.description))
        while rows := cursor.fetchmany(BATCH * 4):
            started = time.perf_counter()
            writer.execute("BEGIN IMMEDIATE")
            writer.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608
            writer.execute("COMMIT")
            seconds += time.perf_counter() - started
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.here:
        import_here(options.source)
        return
    ratios = []
    for round_number in range(1, options.rounds + 1):
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
            ours_db, bare_db = migrated(Path(one)), migrated(Path(two))
            ours = imported(options.source, Path(one))
            bare = copied(ours_db, bare_db)
        records = sum(ours["tally"].values())
        ratios.append(ours["seconds"] / bare)
        print(
            f"round {round_number}: {records:,} records; "
            f"import {records / ours['seconds']:,.0f}/s, bare executemany {records / bare:,.0f}/s, "
            f"ratio {ratios[-1]:.2f}; peak memory {ours['peak_mib']:.0f} MiB"
        )
    print(f"median ratio {statistics.median(ratios):.2f} (goal: at most {GOAL})")


if __name__ == "__main__":
    main()
