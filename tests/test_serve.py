"""`broadsheet up` as it really runs: processes, signals, ports."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import ROOT, broadsheet, children, eventually, free_port, is_alive

START = 60.0
"""Seconds within which a site has to answer on a busy machine."""


PROCESSES = 3
"""The web server, the process that serves for it, and the background worker."""


class Site:
    """A site of its own that was started by `broadsheet up`."""

    def __init__(self, data: Path, port: int) -> None:
        self.port = port
        self.log = data.parent / f"log-{port}"
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        if "DATABASE_URL" in os.environ:
            inherited["DATABASE_URL"] = os.environ["DATABASE_URL"]
        self.environment = {
            **inherited,
            "BROADSHEET_DATA": str(data),
            "BROADSHEET_PORT": str(port),
            "PYTHONUNBUFFERED": "1",
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "broadsheet", "up"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )

    def status(self) -> int | None:
        """Status code of the feed page; None where nothing answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/papers", timeout=10) as page:
                return int(page.status)
        except urllib.error.HTTPError as answer:
            answer.close()
            return answer.code
        except (urllib.error.URLError, OSError):
            return None

    def said(self, words: str) -> bool:
        return words in self.log.read_text("utf-8")

    def end(self) -> None:
        for pid in [*children(self.process.pid), self.process.pid]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait(10)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("site") / "a folder"


@pytest.fixture
def site(data: Path) -> Iterator[Site]:
    started = Site(data, free_port())
    try:
        assert eventually(lambda: started.said("Open this address"), START), started.log.read_text()
        assert eventually(lambda: len(children(started.process.pid)) >= PROCESSES, START)
        yield started
    finally:
        started.end()


def test_an_empty_folder_becomes_a_site_and_sigterm_ends_it_whole(site: Site) -> None:
    assert site.status() == 200
    assert site.said(f"http://127.0.0.1:{site.port}")
    family = children(site.process.pid)
    site.process.send_signal(signal.SIGTERM)
    assert site.process.wait(8) == 0
    assert [pid for pid in family if is_alive(pid)] == []
    assert site.said("Stopped.")
    assert not site.said("Traceback")


def test_ctrl_c_ends_it_too(site: Site) -> None:
    site.process.send_signal(signal.SIGINT)
    assert site.process.wait(8) == 0


def test_a_taken_port_is_told_in_one_sentence(site: Site) -> None:
    second = broadsheet("up", **site.environment)
    assert second.returncode == 1
    assert second.stderr.count("\n") == 1
    assert f"127.0.0.1:{site.port} is taken" in second.stderr
    assert site.status() == 200


def test_a_process_that_dies_is_started_again(site: Site) -> None:
    before = children(site.process.pid)
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: site.status() == 200, START)
    assert site.said("The web server was killed by signal 9; starting it again in 1 s.")
    assert eventually(lambda: len(children(site.process.pid)) >= PROCESSES, START)
    assert site.said("The background worker was killed by signal 9")
    assert not set(before) & set(children(site.process.pid))


def test_a_killed_parent_leaves_no_orphan(site: Site) -> None:
    family = children(site.process.pid)
    site.process.kill()
    site.process.wait(5)
    assert eventually(lambda: not any(map(is_alive, family)), 8)
    assert eventually(lambda: site.status() is None, 1)


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    data = tmp_path / "file" / "data"
    failed = broadsheet("up", BROADSHEET_DATA=data, BROADSHEET_PORT=str(free_port()))
    assert failed.returncode == 1
    assert "cannot be written: Not a directory." in failed.stderr
    assert "Traceback" not in failed.stderr
