"""What is left of the index by processes that were killed, disks that filled and files that rot.

`BROADSHEET_TEST_KILLS=50` kills more often than the suite does.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event

import pytest
from django.conf import settings
from django.db import connection

from broadsheet.papers.actions import remove_papers, save_records
from broadsheet.papers.models import Paper
from broadsheet.papers.records import Record
from broadsheet.search import engine, index, jobs, soundness
from broadsheet.search.files import read_json
from broadsheet.search.query import parse
from tests.processes import ROOT
from tests.search.papers import WordEncoder, make_paper

KILLS = int(os.environ.get("BROADSHEET_TEST_KILLS", "4"))

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("encoder")]


def fresh(text: str, limit: int = 1_000) -> engine.Results:
    """What a process that has just started finds."""
    return engine.Engine(Path(settings.INDEX)).search(parse(text), limit, 0)


def found(text: str) -> list[int]:
    return [hit.paper_id for hit in fresh(text).hits]


def fill(count: int, first: int = 0) -> None:
    drawn = random.Random(first)
    words = [f"topic{number}" for number in range(90)]
    for start in range(first, first + count, 50):
        save_records(
            [
                Record("test", str(key), f"Sand number{key}", " ".join(drawn.choices(words, k=40)))
                for key in range(start, min(start + 50, first + count))
            ]
        )


@contextmanager
def worker(work: str) -> Iterator[subprocess.Popen[str]]:
    """A process on this test's database and index, killed at the end if it still runs."""
    database = str(connection.settings_dict["NAME"])
    told = {**os.environ, "BROADSHEET_DATA": str(settings.DATA), "DATABASE_URL": address(database)}
    told["BROADSHEET_INDEX"] = str(settings.INDEX)
    command = [sys.executable, "-m", "tests.search.crashing", work]
    with subprocess.Popen(
        command, cwd=ROOT, env=told, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            assert process.stdout.readline() == "begun\n"
            yield process
        finally:
            process.kill()


def address(database: str) -> str:
    return f"sqlite:///{database}"


