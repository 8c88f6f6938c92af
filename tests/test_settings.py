"""Settings from the environment: what is understood, and what is refused in one sentence."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from broadsheet import settings


@pytest.mark.parametrize("value", ["abc", "0", "65536", "-1", "80.5", ""])
def test_a_number_out_of_its_span_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SOME_PORT", value)
    with pytest.raises(ImproperlyConfigured, match="SOME_PORT must be a whole number from 1 to"):
        settings.number("SOME_PORT", 8000, range(1, 65536))


def test_numbers_and_their_default(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings.number("SOME_PORT", 8000, range(1, 65536)) == 8000
    monkeypatch.setenv("SOME_PORT", "65535")
    assert settings.number("SOME_PORT", 8000, range(1, 65536)) == 65535


@pytest.mark.parametrize(("value", "meant"), [("1", True), ("Yes", True), ("off", False)])
def test_flags(monkeypatch: pytest.MonkeyPatch, value: str, meant: bool) -> None:
    monkeypatch.setenv("SOME_FLAG", value)
    assert settings.flag("SOME_FLAG", not meant) is meant


def test_a_flag_that_is_neither_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_FLAG", "maybe")
    with pytest.raises(ImproperlyConfigured, match="SOME_FLAG must be yes or no, not 'maybe'"):
        settings.flag("SOME_FLAG")


def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("whispered\n")
    monkeypatch.setenv("SOME_SECRET", "shouted")
    monkeypatch.setenv("SOME_SECRET_FILE", str(tmp_path / "secret"))
    assert settings.text("SOME_SECRET") == "whispered"


def test_a_secret_file_that_is_absent_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_SECRET_FILE", "/no/such/file")
    with pytest.raises(ImproperlyConfigured, match="SOME_SECRET_FILE: /no/such/file: No such"):
        settings.text("SOME_SECRET")


@pytest.mark.parametrize("value", ["Atlantis/Capital", "../../etc/passwd", "/etc/passwd"])
def test_a_time_zone_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SOME_ZONE", value)
    with pytest.raises(ImproperlyConfigured, match="SOME_ZONE must be a time zone"):
        settings.time_zone("SOME_ZONE", "UTC")


def test_a_log_level_in_any_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_LEVEL", "debug")
    assert settings.level("SOME_LEVEL", "WARNING") == "DEBUG"
    monkeypatch.setenv("SOME_LEVEL", "loud")
    with pytest.raises(ImproperlyConfigured, match="SOME_LEVEL must be DEBUG"):
        settings.level("SOME_LEVEL", "WARNING")


def test_the_database_is_sqlite_in_the_data_folder_even_where_its_name_is_odd() -> None:
    found = settings.database("SOME_URL", Path("/data/a # b?c%20/site.sqlite3"))
    assert found["NAME"] == "/data/a # b?c%20/site.sqlite3"
    assert "WAL" in found["OPTIONS"]["init_command"]


def test_the_database_by_its_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SOME_URL", "postgres://the%20reader:hushed@db:5433/papers")
    found = settings.database("SOME_URL", tmp_path / "unused")
    assert found["ENGINE"] == settings.POSTGRESQL
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db", 5433, "papers")
    assert found["USER"] == "the reader"
    monkeypatch.setenv("SOME_URL", "sqlite:////data/other.sqlite3")
    assert settings.database("SOME_URL", tmp_path / "unused")["NAME"] == "/data/other.sqlite3"


@pytest.mark.parametrize("url", ["mysql://a/b", "papers.sqlite3", "postgres://host:port/name"])
def test_another_database_is_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("SOME_URL", url)
    with pytest.raises(ImproperlyConfigured, match="SOME_URL must look like postgres://"):
        settings.database("SOME_URL", Path("unused"))


def test_the_secret_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "new" / "secret_key"
    made = settings.kept_secret(file)
    assert len(made) >= 50
    assert settings.kept_secret(file) == made
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_a_secret_that_cannot_be_kept_lives_as_long_as_the_process(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert len(settings.kept_secret(tmp_path / "file" / "secret_key")) >= 50
