from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from broadsheet.papers.records import Link, LinkKind, Record
from broadsheet.sources import FORMATS, Options, detect
from broadsheet.sources.opening import open_input
from tests.sources.reading import one_record, one_rejected, read, read_cut, titles

PAPER: dict[str, Any] = {
    "id": "2501.00007",
    "title": "Invented\n  Papers",
    "summary": "An abstract.",
    "authors": [
        {"name": "Ann Tester", "hidden": False},
        {"name": "Bob Sample", "hidden": True},
        {"name": "Cy  Trial"},
    ],
    "publishedAt": "2025-01-02T17:34:15.000Z",
    "submittedOnDailyAt": "2025-01-06T00:44:05.364Z",
    "upvotes": 32,
    "githubRepo": "https://github.com/example/invented",
    "projectPage": "not an address",
    "mediaUrls": ["https://cdn.example.org/a.mp4"],
    "ai_summary": "It invents.",
    "ai_keywords": ["invention", "papers"],
}
ITEM: dict[str, Any] = {
    "paper": PAPER,
    "numComments": 3,
    "mediaUrls": ["https://cdn.example.org/a.mp4", "/relative.png"],
    "organization": {"name": "flow", "fullname": "Flow Lab"},
}


def item(**changes: object) -> dict[str, Any]:
    return ITEM | {"paper": PAPER | changes}


def day(told: str | None, *items: object) -> bytes:
    return json.dumps({"date": told, "url": "https://example.org", "items": items}).encode()


def test_one_item() -> None:
    found = one_record("hf-daily", json.dumps(ITEM).encode())
    assert (found.title, found.abstract) == ("Invented\n  Papers", "An abstract.")
    assert found.authors == ("Ann Tester", "Cy Trial")
    assert (found.arxiv_id, found.organization) == ("2501.00007", "Flow Lab")
    assert (found.votes, found.comments) == (32, 3)
    assert (found.published, found.day) == (date(2025, 1, 2), date(2025, 1, 6))
    assert (found.summary, found.summary_by) == ("It invents.", "Hugging Face")
    assert found.keywords == ("invention", "papers")
    assert found.links == (
        Link(LinkKind.CODE, "https://github.com/example/invented"),
        Link(LinkKind.MEDIA, "https://cdn.example.org/a.mp4"),
    )


def test_what_only_this_source_tells_is_kept_as_it_told_it() -> None:
    user = {"_id": "65", "avatarUrl": "/avatars/1.svg", "fullname": "Ann", "user": "ann"}
    told = one_record(
        "hf-daily",
        json.dumps(item(githubStars=9, submittedOnDailyBy=user, discussionId="66")).encode(),
    ).told
    assert told == {
        "authors": [*PAPER["authors"][:2], {"name": "Cy  Trial", "hidden": None}],
        "publishedAt": "2025-01-02T17:34:15.000Z",
        "submittedOnDailyAt": "2025-01-06T00:44:05.364Z",
        "submittedOnDailyBy": user,
        "discussionId": "66",
        "mediaUrls": ["https://cdn.example.org/a.mp4", "/relative.png"],
        "projectPage": "not an address",
        "githubRepo": "https://github.com/example/invented",
        "githubStars": 9,
        "organization": {"name": "flow", "fullname": "Flow Lab"},
    }


def test_the_moment_of_an_old_item_is_when_it_came_onto_the_page() -> None:
    old = item(submittedOnDailyAt=None) | {"publishedAt": "2025-01-06T03:00:00.000Z"}
    told = one_record("hf-daily", json.dumps(old).encode()).told
    assert told["submittedOnDailyAt"] == "2025-01-06T03:00:00.000Z"


def test_the_model_that_wrote_the_summary_is_named() -> None:
    found = one_record("hf-daily", json.dumps(item(ai_summary_model="flow/7b")).encode())
    assert found.summary_by == "flow/7b"
    found = one_record("hf-daily", json.dumps(item(ai_summary=None)).encode())
    assert (found.summary, found.summary_by) == ("", "")


@pytest.mark.parametrize(
    ("data", "positions"),
    [
        (json.dumps([ITEM, ITEM]).encode(), ["line 1, item 1", "line 1, item 2"]),
        (json.dumps([ITEM, ITEM], indent=2).encode(), ["item 1", "item 2"]),
        (b"\n".join([json.dumps([ITEM]).encode()] * 2), ["line 1, item 1", "line 2, item 1"]),
        (b"\r\n".join([json.dumps(ITEM).encode()] * 2), ["line 1", "line 2"]),
        (day("2025-01-07", ITEM, ITEM), ["line 1, item 1", "line 1, item 2"]),
        (json.dumps([]).encode(), []),
        (day("2025-01-07"), []),
    ],
)
def test_the_shapes_it_comes_in(data: bytes, positions: list[str]) -> None:
    assert detect(data).name == "hf-daily"
    found = read("hf-daily", data)
    assert [one.position for one in found] == positions
    assert all(isinstance(one, Record) for one in found)


def test_the_recorded_day_counts() -> None:
    assert one_record("hf-daily", day("2025-01-07", ITEM)).day == date(2025, 1, 7)
    assert one_record("hf-daily", day(None, ITEM)).day == date(2025, 1, 6)


@pytest.mark.parametrize(
    ("bad", "word"),
    [
        (item(title=None), "title"),
        (item(id="x/1"), "arXiv id"),
        (item(upvotes=-1), "upvotes"),
        (item(upvotes="many"), "upvotes"),
        (item(upvotes=True), "upvotes"),
        (item(authors=["Ann"]), "authors"),
        (item(githubStars="nine"), "githubStars"),
        (item(submittedOnDailyBy="ann"), "submittedOnDailyBy"),
        (item(publishedAt="2025-13-01"), "publishedAt"),
        ({"paper": None}, "paper"),
        ({"id": "2501.00007"}, "paper"),
    ],
)
def test_what_is_refused_says_why(bad: dict[str, Any], word: str) -> None:
    assert word in one_rejected("hf-daily", json.dumps(bad).encode()).reason


def test_a_bad_item_costs_only_itself() -> None:
    data = day("2025-01-07", item(title="A"), 7, item(title="B")) + b"\n" + day("2025-13-01", ITEM)
    assert titles(read("hf-daily", data)) == ["A", "!", "B", "!"]


def test_a_cut_response_gives_its_whole_items() -> None:
    data = json.dumps([item(title="A"), item(title="B"), ITEM]).encode()
    assert titles(read_cut("hf-daily", data[:-50])) == ["A", "B"]


def test_the_recorded_days(shared_data: Path) -> None:
    with open_input(shared_data / "hf_daily" / "daily_papers_raw.jsonl.zst") as source:
        assert detect(source.peek()).name == "hf-daily"
        found = list(FORMATS["hf-daily"].records(source, Options()))
    records = [one for one in found if isinstance(one, Record)]
    assert len(records) == len(found)
    assert len({one.day for one in records}) == 579  # of 580 days one is empty
    assert len({one.arxiv_id for one in records}) == 9868
    assert all(one.votes is not None and one.comments is not None for one in records)
