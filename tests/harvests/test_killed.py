"""A harvest that is killed again and again ends with the same papers as an undisturbed one."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from tests.processes import ROOT, eventually
from tests.repository import Repository, arxiv_id, record
from tests.sites import Asked, Said, Site, site

RECORDS = int(os.environ.get("BROADSHEET_TEST_KILL_RECORDS", "600"))
KILLS = int(os.environ.get("BROADSHEET_TEST_KILLS", "3"))
"""How often; 100 with 20,000 records are a good test before a release."""
COUNT = """
from broadsheet.harvests.claims import KILLED
from broadsheet.harvests.models import Run
from broadsheet.papers.models import Identifier, Paper, Sighting
print(*sorted(Paper.objects.values_list("slug", flat=True)))
print(Run.objects.filter(error=KILLED).count())
print(Identifier.objects.count(), Sighting.objects.count())
"""


def command(database: str, folder: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "BROADSHEET_DATA": str(folder / "data"),
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "tests.harvests.loopback_settings",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "broadsheet", *arguments],
        cwd=ROOT, env=environment, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def slow(repository: Repository) -> Site:
    def respond(asked: Asked) -> Said:
        time.sleep(0.02)
        return repository(asked)

    return Site(respond)


def kill_at_random(running: subprocess.Popen[str], other: Site, chance: random.Random) -> None:
    """Kill it at some moment after it asked for the first time."""
    before = len(other.asked)
    assert eventually(lambda: len(other.asked) > before or running.poll() is not None, 180)
    time.sleep(chance.uniform(0, 0.8))
    with suppress(ProcessLookupError):
        running.send_signal(signal.SIGKILL)
    running.communicate()


def test_a_killed_harvest_goes_on_and_brings_the_same(database: str, tmp_path: Path) -> None:
    chance = random.Random(20251121)
    repository = Repository([record(number) for number in range(1, RECORDS + 1)], page=20)
    with site(slow(repository).respond) as other:
        word = f"oai:{other.address}/oai"
        for _ in range(KILLS):
            kill_at_random(command(database, tmp_path, "harvest", word), other, chance)
        last = command(database, tmp_path, "harvest", word)
        told, errors = last.communicate(timeout=1800)
        assert last.returncode == 0, errors
    counted = command(database, tmp_path, "shell")
    told, _ = counted.communicate(COUNT, timeout=180)
    papers, killed, counts = told.splitlines()[-3:]
    assert papers.split() == [arxiv_id(number) for number in range(1, RECORDS + 1)]
    assert int(killed) > KILLS // 2
    assert counts == f"{RECORDS} {RECORDS}"
