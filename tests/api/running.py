"""A site that really runs, for clients that are not ours."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx

from tests import processes
from tests.processes import ROOT, eventually, free_port

START = 60.0
"""Seconds within which the server has to answer on a busy machine."""


class Server:
    """The web server alone, on SQLite in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.environment = {
            "BROADSHEET_DATA": str(folder / "data"),
            "BROADSHEET_PORT": str(self.port),
            "HOME": str(folder),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def fill(self, lines: str) -> None:
        file = self.folder / "papers.jsonl"
        file.write_text(lines, "utf-8")
        for command in (["import", str(file)], ["index"]):
            done = processes.broadsheet(*command, **self.environment)
            assert done.returncode == 0, done.stderr

    def start(self) -> None:
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "broadsheet", "web"],
                cwd=ROOT,
                env={"PATH": os.environ["PATH"], **self.environment},
                stderr=log,
            )
        assert eventually(self._answers, START)

    def end(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(10)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.address}/about", timeout=5).status_code == 200
        except httpx.TransportError:
            return False
