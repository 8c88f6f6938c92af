"""Recorded answers of Hugging Face's site, imported and asked for again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from broadsheet import harvest
from broadsheet.sources.lines import lines
from broadsheet.sources.opening import open_input
from tests.api import recorded
from tests.api.conftest import Get
from tests.api.replay import not_allowed

pytestmark = pytest.mark.django_db
EVERY = 45
"""One day of so many is replayed: 2024 to 2026, all generations of the answer."""


@pytest.mark.usefixtures("recorded_day")
def test_the_made_up_day_comes_back(get: Get) -> None:
    answer = get("/api/daily_papers", date=recorded.DAY)
    assert [item["paper"]["id"] for item in answer] == ["2512.00007", "2512.00008"]
    for told, ours in zip(recorded.ITEMS, answer, strict=True):
        assert not_allowed(told, ours) == []


@pytest.mark.usefixtures("recorded_day")
def test_what_the_client_looks_for_beside_the_paper_stands_there_too(get: Get) -> None:
    first, second = get("/api/daily_papers", date=recorded.DAY)
    for name in ("ai_summary", "ai_keywords", "githubRepo", "githubStars", "projectPage"):
        assert first[name] == first["paper"][name] == recorded.PAPER[name]
    assert first["submittedBy"]["user"] == first["submittedBy"]["name"] == "ann-tester"
    assert first["publishedAt"] == "2025-12-15T03:55:12.777Z"
    assert second["publishedAt"] == "2025-12-15T02:00:00.000Z"
    assert second["upvotes"] == second["paper"]["upvotes"] == 0
    assert not {"ai_summary", "githubRepo", "submittedBy", "organization"} & set(second)


def recorded_days(folder: Path) -> Iterator[dict[str, Any]]:
    with open_input(folder / "hf_daily" / "daily_papers_raw.jsonl.zst") as source:
        for number, line in enumerate(lines(source)):
            if number % EVERY == 0:
                yield json.loads(line.raw)


def test_recorded_days_come_back(shared_data: Path, tmp_path: Path, get: Get) -> None:
    days = list(recorded_days(shared_data))
    file = tmp_path / "days.jsonl"
    file.write_text("".join(json.dumps(day) + "\n" for day in days), "utf-8")
    harvest.import_paths([str(file)])
    wrong = []
    for day in days:
        answer = get("/api/daily_papers", date=day["date"], limit=100)
        ours = {item["paper"]["id"]: item for item in answer}
        assert set(ours) == {item["paper"]["id"] for item in day["items"]}
        votes = [item["paper"]["upvotes"] for item in answer]
        assert votes == sorted(votes, reverse=True)
        wrong += [
            found for item in day["items"] for found in not_allowed(item, ours[item["paper"]["id"]])
        ]
    assert wrong == []
    assert len(days) == 13
