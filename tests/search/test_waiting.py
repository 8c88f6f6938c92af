"""Several processes embed the papers of one database."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from broadsheet.papers.actions import save_records
from broadsheet.papers.models import Counter, Paper
from broadsheet.papers.records import Record
from broadsheet.search import waiting
from broadsheet.search.models import Claim, Embedding
from broadsheet.search.waiting import claim, release
from tests.processes import ROOT, eventually
from tests.search.papers import make_paper
from tests.search.tiny import save

PAPERS = 1_500


def all_papers() -> list[int]:
    return sorted(Paper.objects.values_list("id", flat=True))


def expire_claims() -> None:
    Claim.objects.update(until=timezone.now() - timedelta(seconds=1))


@pytest.mark.django_db
def test_papers_that_one_claimed_are_not_given_to_another() -> None:
    for number in range(5):
        make_paper(f"paper {number}")
    first, second = uuid4(), uuid4()
    mine = claim(waiting.waiting("m"), first, 3, set())
    others = claim(waiting.waiting("m"), second, 3, set())
    assert (len(mine), len(others)) == (3, 2)
    assert sorted(mine + others) == all_papers()
    assert claim(waiting.waiting("m"), uuid4(), 3, set()) == []
    release(first)
    assert sorted(claim(waiting.waiting("m"), second, 9, set())) == sorted(mine)


@pytest.mark.django_db
def test_a_claim_ends_by_itself_and_what_failed_is_not_claimed_again() -> None:
    for number in range(3):
        make_paper(f"paper {number}")
    newest, *others = claim(waiting.waiting("m"), uuid4(), 9, set())
    expire_claims()
    assert claim(waiting.waiting("m"), uuid4(), 9, {newest}) == others


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return save(tmp_path / "tiny")


def url() -> str:
    """Of the database that the test has."""
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{told['NAME']}"
    host, port = quote(told["HOST"], safe=""), f":{told['PORT']}" if told["PORT"] else ""
    return f"postgres://{told['USER']}:{told['PASSWORD']}@{host}{port}/{told['NAME']}"


def embedding_process(data: Path, model: Path) -> subprocess.Popen[str]:
    """As on a machine of its own: only the database is shared."""
    return subprocess.Popen(
        [sys.executable, "-m", "broadsheet", "index", "--embed"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "BROADSHEET_DATA": str(data),
            "BROADSHEET_MODEL": str(model),
            "DATABASE_URL": url(),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def embedded() -> int:
    return Embedding.objects.count()


@pytest.mark.django_db(transaction=True)
def test_two_processes_share_the_papers_and_a_killed_ones_are_taken_up(
    tmp_path: Path, model: Path
) -> None:
    save_records(
        [Record("arxiv-json", f"line {n}", f"{n} {n + 1}", "3 4 5 " * 80) for n in range(PAPERS)]
    )
    processes = [embedding_process(tmp_path / name, model) for name in ("one", "two")]
    try:
        both = eventually(lambda: Claim.objects.values("owner").distinct().count() == 2, within=30)
        if not both:
            processes[0].kill()
        assert both, processes[0].communicate()
        assert eventually(lambda: embedded() > 0, within=30)
        processes[0].send_signal(signal.SIGKILL)
        told, _ = processes[1].communicate(timeout=60)
        assert processes[1].returncode == 0, told
    finally:
        for process in processes:
            process.kill()
            process.communicate()
    left = Claim.objects.count()
    assert 0 < left == PAPERS - embedded() < PAPERS
    expire_claims()
    told, _ = embedding_process(tmp_path / "one", model).communicate(timeout=60)
    assert f"{PAPERS:,} embedded" in told
    assert embedded() == PAPERS
    assert Counter.objects.get(name=waiting.COUNTER).value == PAPERS, "each exactly once"
    assert not Claim.objects.exists()
