"""The terminal as a client: what a site elsewhere says is what the database here says."""

from __future__ import annotations

import subprocess

import pytest

from tests import processes
from tests.api.running import Server

COMMANDS = [
    ("search", "invented", "rivers"),
    ("search", "--limit", "1", "lamps"),
    ("ls",),
    ("ls", "2025-12-15", "--limit", "1"),
    ("ls", "2025-W51"),
    ("ls", "2025-12"),
    ("ls", "2001-01-01"),
    ("show", "2512.00007"),
    ("export", "2512.00007", "2512.00008"),
    ("export", "--of", "2025-12", "--format", "ris"),
    ("export", "--of", "2025-12-15", "--format", "csl.json"),
    ("export", "--format", "md", "2512.00008"),
    ("show", "2512.99999"),
    ("ls", "yesterday"),
    ("search", "--", "-lamps"),
]


def local(server: Server, *arguments: str) -> subprocess.CompletedProcess[str]:
    return processes.broadsheet(*arguments, **server.environment)


def remote(server: Server, *arguments: str) -> subprocess.CompletedProcess[str]:
    elsewhere = {"BROADSHEET_DATA": server.folder / "elsewhere"}
    return processes.broadsheet("--server", server.address, *arguments, **elsewhere)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_both_say_the_same(server: Server, command: tuple[str, ...]) -> None:
    here, there = local(server, *command), remote(server, *command)
    assert here.stdout == there.stdout
    assert here.returncode == there.returncode
    assert here.stderr == there.stderr
    assert here.stdout or here.stderr.startswith("Error: ")
    assert "Traceback" not in here.stderr


def test_what_it_says(server: Server) -> None:
    assert remote(server, "ls").stdout == (
        "Monday 15 December 2025 (2 papers)\n"
        "  1. Invented Rivers and Their α-Banks\n"
        "     2512.00007  2025-12-15  Ann Tester, Cy Trial\n"
        "  2. Old Lamps\n"
        "     2512.00008  2025-12-15  Di Sample\n"
    )
    assert remote(server, "export", "2512.00008").stdout.startswith("@misc{arXiv:2512.00008,\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--server", "http://127.0.0.1:1", "ls"), "http://127.0.0.1:1 does not answer"),
        (("--server", "papers.example.org", "ls"), "begins with http:// or https://"),
        (("--server", "http://127.0.0.1:1", "status"), "--server goes with search, ls, show, exp"),
        (("export",), "Name papers by their ids, or a day, week or month with --of."),
    ],
)
def test_mistakes_are_told(server: Server, arguments: tuple[str, ...], sentence: str) -> None:
    failed = processes.broadsheet(*arguments, BROADSHEET_DATA=server.folder / "elsewhere")
    assert failed.returncode in (1, 2)
    assert sentence in failed.stderr
    assert "Traceback" not in failed.stderr
