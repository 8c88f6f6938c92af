"""Workers killed without warning, again and again: nobody gets a letter twice, and none is lost
but for those at the border, which are counted."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from broadsheet.digests import jobs
from broadsheet.digests.models import LEASE, Letter, Stage
from tests.digests.conftest import Mailbox, Subscribe
from tests.processes import ROOT, eventually

pytestmark = pytest.mark.django_db(transaction=True)
READERS, KILLS = 60, 8
WORKER = "import django; django.setup(); from broadsheet.digests import jobs; jobs.send_due()"


def worker(mailbox: Mailbox) -> subprocess.Popen[bytes]:
    environment: dict[str, Any] = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "broadsheet.settings",
        "BROADSHEET_SMTP": f"smtp://127.0.0.1:{mailbox.port}",
        "BROADSHEET_DATA": os.environ["BROADSHEET_DATA"],
        "DATABASE_URL": database(),
    }
    return subprocess.Popen([sys.executable, "-c", WORKER], cwd=ROOT, env=environment)


def database() -> str:
    """The tests' own database, as another process finds it."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"


def test_two_workers_killed_at_any_moment_send_no_letter_twice(
    mailbox: Mailbox, subscribe: Subscribe
) -> None:
    due = timezone.now() - timedelta(minutes=1)
    for number in range(READERS):
        subscribe(f"r{number}@example.org", next_at=due, only_with_papers=False)
    lot = random.Random(5)
    for _ in range(KILLS):
        before = len(mailbox.letters)
        both = [worker(mailbox), worker(mailbox)]
        eventually(lambda: len(mailbox.letters) > before, within=20)  # noqa: B023  called at once
        time.sleep(lot.random() * 0.05)
        for one in both:
            one.send_signal(signal.SIGKILL)
            one.wait()
        long_ago = timezone.now() - LEASE - timedelta(seconds=1)
        Letter.objects.filter(stage__in=(Stage.CLAIMED, Stage.HANDED)).update(claimed_at=long_ago)
    jobs.send_due()
    connections.close_all()
    got = Counter(mailbox.addresses())
    stages = Counter(Letter.objects.values_list("stage", flat=True))
    assert set(got.values()) == {1}
    assert stages[Stage.SENT] + stages[Stage.UNCERTAIN] == READERS == sum(stages.values())
    assert stages[Stage.UNCERTAIN] <= 2 * KILLS
    assert READERS - len(got) <= stages[Stage.UNCERTAIN]
