"""A paper that a source tells of is on its day's page and is found, by words and by meaning, while
the site runs: its web server, its worker, and the command beside them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from lxml import html

from tests.harvests.test_killed import command
from tests.processes import ROOT, children, eventually, free_port
from tests.repository import Repository, record
from tests.sites import Asked, Said, Site, site

BY_SCHEDULE = os.environ.get("BROADSHEET_TEST_SCHEDULE") == "1"
"""Whether the worker asks by itself, at its time, instead of the command: for two minutes."""
WITHIN = 240.0
"""Seconds; a busy machine starts a process in many of them."""
TITLE = "Whales heard by buoys"
ASKED = {
    "the page of its day": "/papers/date/2025-12-02",
    "a search by words": "/papers?q=" + quote("whales buoys"),
    "a search by meaning": "/papers?q=" + quote("marine mammals"),
}


def test_a_paper_that_arrives_is_shown_and_found(database: str, tmp_path: Path) -> None:
    others = [record(number) for number in range(1, 41)]
    repository = Repository([record(1)])
    answered: list[float] = []

    def respond(asked: Asked) -> Said:
        answered.append(time.monotonic())
        return repository(asked)

    with site(respond) as other:
        word = f"oai:{other.address}/oai"
        with running_site(database, tmp_path, word if BY_SCHEDULE else "") as address:
            ask(database, tmp_path, other, word)
            assert eventually(
                lambda: "Lighthouse 1 " in page(address, "/papers?q=lighthouse"), WITHIN
            )
            repository.records = [*others, record(41, TITLE)]
            repository.page = 100
            before = len(answered)
            asking = None if BY_SCHEDULE else command(database, tmp_path, "harvest", word)
            assert eventually(lambda: len(answered) > before, WITHIN)
            arrived = answered[before]
            took = {name: seen(address, path, arrived) for name, path in ASKED.items()}
            if asking:
                _, errors = asking.communicate(timeout=WITHIN)
                assert asking.returncode == 0, errors
    for name, seconds in took.items():
        print(f"{name}: {seconds:.1f} s after it arrived")  # noqa: T201  a measurement, with -s


def ask(database: str, folder: Path, other: Site, word: str) -> None:
    """Let the first paper come, so that the model and the index are there."""
    if BY_SCHEDULE:
        assert eventually(lambda: bool(other.asked), WITHIN)
        # from now on every minute and a half, not hourly
        command(database, folder, "shell").communicate(EVERY_TIME, timeout=WITHIN)
        return
    _, errors = command(database, folder, "harvest", word).communicate(timeout=WITHIN)
    assert not errors.strip() or "%" in errors, errors


EVERY_TIME = """
from django.utils import timezone
from broadsheet.harvests.models import Run, Source
import time
while not Run.objects.exclude(ended=None).exists():
    time.sleep(0.2)
Source.objects.update(next_run=timezone.now())
"""


def seen(address: str, path: str, since: float) -> float:
    """Seconds after which the paper stands first there."""
    shown = eventually(lambda: first(page(address, path)) == TITLE or is_day(address, path), WITHIN)
    assert shown, page(address, path)
    return time.monotonic() - since


def is_day(address: str, path: str) -> bool:
    return "/date/" in path and TITLE in page(address, path)


def first(text: str) -> str:
    """The title of the first paper of a list."""
    tree = html.fromstring(text)
    return str(tree.xpath("normalize-space((//main//article//h2 | //main//article//h3)[1])"))


def page(address: str, path: str) -> str:
    with suppress(OSError), urllib.request.urlopen(f"{address}{path}", timeout=30) as answer:  # noqa: S310  our own
        return str(answer.read().decode())
    return "<p></p>"


@contextmanager
def running_site(database: str, folder: Path, sources: str) -> Iterator[str]:
    """`broadsheet up` with sources of this machine; its address."""
    port = free_port()
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "BROADSHEET_DATA": str(folder / "data"),
        "BROADSHEET_PORT": str(port),
        "BROADSHEET_SOURCES": sources,
        "BROADSHEET_CONTACT": "papers@example.org",
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "tests.harvests.loopback_settings",
    }
    with (folder / "log").open("wb") as log:
        up = subprocess.Popen(
            [sys.executable, "-m", "broadsheet", "up"],
            cwd=ROOT, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        assert eventually(lambda: page(address, "/papers") != "<p></p>", WITHIN), log_of(folder)
        yield address
    finally:
        below = children(up.pid)
        up.terminate()
        up.wait(30)
        for pid in below:
            with suppress(ProcessLookupError):
                os.kill(pid, 9)


def log_of(folder: Path) -> str:
    return (folder / "log").read_text("utf-8")
