"""Fixtures for pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from broadsheet.search import engine
from broadsheet.search.counts import Counts
from broadsheet.search.results import Hit, Results, Status
from broadsheet.search.suggest import Suggestion
from tests.community.people import make_reader
from tests.web.reading import Tree, tree_of

Page = Callable[[str], Tree]


@pytest.fixture
def reader(client: Client) -> Reader:
    """Who has signed in."""
    reader = make_reader()
    client.force_login(reader)
    return reader


@pytest.fixture
def page(client: Client) -> Page:
    """Get an address that must answer 200, as a tree."""

    def get(address: str) -> Tree:
        response = client.get(address)
        assert response.status_code == 200, response
        return tree_of(response)

    return get


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is Wednesday 17 December 2025."""
    monkeypatch.setattr(timezone, "localdate", lambda: date(2025, 12, 17))


class FakeEngine:
    """Answers every search with the same papers, and says that it is complete."""

    def __init__(self) -> None:
        self.found: list[int] = []
        self.alike: list[int] = []
        self.note = ""
        self.meant = ""
        self.suggested: list[Suggestion] = []
        self.counts: Counts = {}
        self.status_now: Status | None = None

    def finds(self, papers: Iterable[Paper]) -> None:
        self.found = [paper.id for paper in papers]

    def search(
        self,
        query: object,
        *,
        limit: int = 30,
        offset: int = 0,
        counting: bool = False,
        rising: Sequence[int] = (),
    ) -> Results:
        hits = [Hit(key, 1.0) for key in self.found[offset : offset + limit]]
        return Results(hits, len(self.found), meaning=True, note=self.note, counts=self.counts)

    def similar(self, paper_id: int, limit: int = 6) -> list[Hit]:
        return [Hit(key, 1.0) for key in self.alike[:limit]]

    def similar_to(self, paper_ids: list[int], limit: int = 30) -> list[Hit]:
        return [Hit(key, 1.0) for key in self.alike if key not in paper_ids][:limit]

    def similar_to_text(self, text: str, limit: int = 30) -> Results:
        return Results([Hit(key, 1.0) for key in self.alike[:limit]], len(self.alike), meaning=True)

    def correction(self, query: object) -> str:
        return self.meant

    def suggestions(self, typed: str) -> list[Suggestion]:
        return self.suggested

    def status(self) -> Status:
        return self.status_now or Status(5, 5, 5, "a model")


@pytest.fixture(autouse=True)
def fake_engine(monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    fake = FakeEngine()
    for name in (
        "search", "similar", "similar_to", "similar_to_text", "correction", "suggestions", "status"
    ):  # fmt: skip
        monkeypatch.setattr(engine, name, getattr(fake, name))
    return fake
