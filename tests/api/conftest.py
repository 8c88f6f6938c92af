"""Fixtures for the door for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from broadsheet import harvest
from tests.api import recorded
from tests.api.running import Server

Get = Callable[..., Any]


@pytest.fixture
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is Wednesday 17 December 2025."""
    monkeypatch.setattr(timezone, "localdate", lambda: date(2025, 12, 17))


@pytest.fixture
def get(client: Client) -> Get:
    """Get an address that must answer 200 with JSON, and what it says."""

    def answer(address: str, **asked: str | int) -> Any:
        response = client.get(address, asked)
        assert response.status_code == 200, response.content
        assert response["Content-Type"] == "application/json"
        return response.json()

    return answer


@pytest.fixture
def recorded_day(db: None, today: None, tmp_path: Path) -> None:
    """The made-up day, imported."""
    file = tmp_path / "day.jsonl"
    file.write_text(recorded.line(), "utf-8")
    assert harvest.import_paths([str(file)]).tally["new"] == len(recorded.ITEMS)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A site that really runs, with the made-up day on it, indexed by words."""
    started = Server(tmp_path_factory.mktemp("server"))
    try:
        started.fill(recorded.line())
        started.start()
        yield started
    finally:
        started.end()
