"""The console command: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from broadsheet.cli import broadsheet
from tests import processes
from tests.processes import ROOT, eventually

COMMANDS = sorted(broadsheet.commands.items())
PAPERS = [
    {
        "id": "2403.00001",
        "title": "Counting Lighthouses by Night",
        "abstract": "We count lighthouses along an invented coast.",
        "authors": "A. Example, B. Sample",
        "categories": "cs.CV stat.AP",
        "doi": "10.1000/lights.1",
        "update_date": "2024-03-02",
    },
    {
        "id": "2403.00002",
        "title": "Slow Clocks in Fast Rivers",
        "abstract": "Clocks are put into rivers and watched.",
        "authors": "C. Example",
        "categories": "physics.pop-ph",
        "update_date": "2024-03-03",
    },
]


def run(*arguments: str, input: bytes | None = None) -> Result:  # noqa: A002  click's name for it
    """Run a command in this process."""
    return CliRunner().invoke(broadsheet, arguments, input=input)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "papers.jsonl"
    path.write_text("".join(json.dumps(paper) + "\n" for paper in PAPERS), "utf-8")
    return path


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_every_command_explains_itself_with_an_example(name: str, command: click.Command) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert "Example" in result.output
    assert f"broadsheet {name}" in result.output
    assert command.get_short_help_str(80).endswith(".")
    assert "..." not in command.get_short_help_str(62)


def test_help_is_quick_for_it_loads_no_more_than_it_needs() -> None:
    heavy = (
        "import sys, broadsheet.cli; print([m for m in ('django', 'numpy') if m in sys.modules])"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", heavy], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert loaded.stdout == "[]\n"


def test_an_unknown_command_is_a_usage_error(tmp_path: Path) -> None:
    result = processes.broadsheet("prnt", BROADSHEET_DATA=tmp_path)
    assert result.returncode == 2
    assert "No such command 'prnt'" in result.stderr


@pytest.mark.django_db
def test_import_tells_what_became_of_the_records(file: Path) -> None:
    first = run("import", str(file))
    assert first.exit_code == 0, first.output
    assert first.stdout.startswith("2 records from 1 files: 2 new, 0 changed, 0 unchanged, 0 rej")
    assert "0 new, 0 changed, 2 unchanged" in run("import", str(file)).stdout


@pytest.mark.django_db
def test_import_names_the_file_of_rejected_records(file: Path) -> None:
    with file.open("a") as lines:
        lines.write("{broken\n")
    result = run("import", str(file))
    assert "2 new" in result.stdout
    assert "1 rejected" in result.stdout
    [line] = [line for line in result.stdout.splitlines() if "Rejected records and why" in line]
    rejects = Path(line.partition(": ")[2]).read_text("utf-8").splitlines()
    assert "line 3" in rejects[0]


@pytest.mark.django_db
def test_a_dry_run_saves_nothing(file: Path) -> None:
    result = run("import", "--dry-run", str(file))
    assert "2 new" in result.stdout
    assert "nothing was saved" in result.stdout
    assert run("show", "2403.00001").exit_code == 1


@pytest.mark.django_db
def test_a_missing_file_fails_with_a_sentence() -> None:
    result = run("import", "/no/such/file.jsonl")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == "/no/such/file.jsonl does not exist."


@pytest.mark.django_db
def test_a_folder_without_papers_fails_with_a_sentence(tmp_path: Path) -> None:
    result = run("import", str(tmp_path))
    assert result.exit_code == 1
    assert "Nothing to import was found." in result.stderr


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["2403.00001", "arXiv:2403.00001v3", "10.1000/LIGHTS.1"])
def test_show_finds_a_paper_by_any_of_its_names(file: Path, name: str) -> None:
    run("import", str(file))
    result = run("show", name)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("Counting Lighthouses by Night\nA. Example, B. Sample\n")
    assert "cs.CV stat.AP" in result.stdout
    assert "along an invented coast" in result.stdout


@pytest.mark.django_db
def test_show_of_an_unknown_paper_fails_with_a_sentence() -> None:
    result = run("show", "2499.99999")
    assert result.exit_code == 1
    assert result.stderr == "Error: No paper here is called 2499.99999.\n"


@pytest.mark.django_db(transaction=True)
def test_search_finds_what_was_indexed(file: Path) -> None:
    run("import", str(file))
    indexed = run("index")
    assert indexed.stdout.startswith("2 of 2 papers indexed"), indexed.output
    found = run("search", "lighthouses", "by", "night")
    assert found.exit_code == 0
    assert found.stdout.splitlines()[0] == "  1. Counting Lighthouses by Night"
    assert "2403.00001" in found.stdout.splitlines()[1]
    filtered = run("search", "--sort", "newest", "lighthouses", "-cat:cs.CV", "year:20x")
    assert filtered.stdout.splitlines() == ["No paper was found."]
    assert "“20x” is not a year" in filtered.stderr
    again = run("index", "--rebuild")
    assert again.stdout.startswith("2 of 2 papers indexed"), again.output


@pytest.mark.django_db
def test_a_query_that_says_nothing_is_refused_kindly() -> None:
    result = run("search", "?!")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: Say ")


@pytest.mark.django_db(transaction=True)
def test_the_starter_shelf_comes_and_goes() -> None:
    filled = run("starter")
    assert filled.exit_code == 0
    count = int(filled.stdout.split()[1])
    assert count >= 150
    assert run("starter", "--remove").stdout == f"Removed {count} papers.\n"
    assert run("starter", "--remove").stdout == "Removed 0 papers.\n"


@pytest.mark.django_db
def test_status_tells_what_is_stored(file: Path) -> None:
    run("import", str(file))
    facts = dict(line.split(maxsplit=1) for line in run("status").stdout.splitlines())
    assert facts["papers"].startswith("2")
    assert facts["indexed"] == "0"
    assert facts["database"].startswith(("SQLite", "PostgreSQL"))


@pytest.mark.django_db
def test_check_of_a_sound_site_finds_nothing() -> None:
    assert run("check").output == "Everything is in order.\n"


def test_a_wrong_setting_is_told_in_one_sentence(tmp_path: Path) -> None:
    result = processes.broadsheet("status", BROADSHEET_DATA=tmp_path, BROADSHEET_PORT="abc")
    assert result.returncode == 1
    assert result.stderr.startswith("Error: BROADSHEET_PORT must be a whole number")
    assert result.stderr.count("\n") == 1


def test_an_unreachable_database_is_told_in_one_sentence(tmp_path: Path) -> None:
    result = processes.broadsheet(
        "status", BROADSHEET_DATA=tmp_path, DATABASE_URL="postgres://nobody@127.0.0.1:1/none"
    )
    assert result.returncode == 1
    assert result.stderr.startswith("Error: The database cannot be used: ")
    assert "Traceback" not in result.stderr


def test_a_reader_who_leaves_early_gets_no_error_message(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as gone:
        result = subprocess.run(
            [sys.executable, "-m", "broadsheet", "--help"],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "BROADSHEET_DATA": str(tmp_path)},
            stdout=gone,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert result.returncode == 1
    assert result.stderr == b""


def test_ctrl_c_during_an_import_ends_with_130(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "broadsheet", "import", "-"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "BROADSHEET_DATA": str(tmp_path)},
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert eventually((tmp_path / "broadsheet.sqlite3").exists, 60)
        process.send_signal(signal.SIGINT)
        complaints = process.stderr.read()
    assert process.returncode == 130
    assert "Traceback" not in complaints
    assert "Stopped" in complaints
