"""Our own addresses for programs."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from broadsheet.search import engine, jobs
from broadsheet.search.results import Hit
from tests.api.conftest import Get
from tests.shelf import make_paper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
MONDAY = date(2025, 12, 15)


def test_a_paper_with_everything_known(get: Get) -> None:
    make_paper(
        "Rivers in $x$",
        arxiv_id="2512.00001",
        doi="10.1000/rivers",
        names=["Ann", "Bob"],
        categories=["cs.CL"],
        day=MONDAY,
        source_votes=3,
    )
    told = get("/api/v1/papers/10.1000/rivers")
    assert told["slug"] == told["arxiv_id"] == "2512.00001"
    assert told["address"] == "/papers/2512.00001"
    assert (told["authors"], told["categories"], told["votes"]) == (["Ann", "Bob"], ["cs.CL"], 3)
    assert (told["day"], told["published"]) == ("2025-12-15", None)


def test_lists_follow_each_other(get: Get, client: Client) -> None:
    for number in range(1, 6):
        make_paper(arxiv_id=f"2512.0000{number}", day=MONDAY, source_votes=number)
    first = get("/api/v1/papers", limit=3)
    assert (first["title"], first["total"]) == ("Monday 15 December 2025", 5)
    assert [paper["votes"] for paper in first["papers"]] == [5, 4, 3]
    second = get("/api/v1/papers", limit=3, after=first["following"])
    assert [paper["votes"] for paper in second["papers"]] == [2, 1]
    assert second["following"] == ""
    assert "after=3.0." in client.get("/api/v1/papers?limit=3")["Link"]
    for span in ({"day": "2025-12-15"}, {"week": "2025-W51"}, {"month": "2025-12"}):
        assert get("/api/v1/papers", **span)["total"] == 5
    assert get("/api/v1/papers", day="2025-12-01")["papers"] == []


def test_trending_is_of_seven_days(get: Get) -> None:
    for day, votes in ((15, 1), (9, 5), (8, 9)):
        make_paper(day=date(2025, 12, day), source_votes=votes)
    told = get("/api/v1/trending")
    assert [paper["votes"] for paper in told["papers"]] == [5, 1]


def test_an_empty_site_answers(get: Get) -> None:
    for address in ("/api/v1/papers", "/api/v1/trending"):
        assert get(address) == {
            "title": "No papers yet", "papers": [], "total": 0, "following": "", "note": "",
        }  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_search_says_how_it_searched(get: Get) -> None:
    make_paper("Counting rivers", arxiv_id="2512.00001")
    make_paper("Counting lamps", arxiv_id="2512.00002")
    jobs.catch_up()
    told = get("/api/v1/search", q="counting", limit=1, page=2)
    assert told["total"] == 2
    assert len(told["papers"]) == 1
    assert not told["meaning"]
    assert told["note"].startswith("Only words were searched")


def test_similar_papers_in_their_order(get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [make_paper(arxiv_id=f"2512.0000{number}") for number in range(3)]
    near = [Hit(made[2].id, 0.9), Hit(made[1].id, 0.8)]
    monkeypatch.setattr(engine, "similar", lambda key, limit: near[:limit])
    told = get("/api/v1/papers/2512.00000/similar")
    assert [paper["slug"] for paper in told] == ["2512.00002", "2512.00001"]
    assert len(get("/api/v1/papers/2512.00000/similar", limit=1)) == 1


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("/api/v1/papers?day=x", "There is no day x in the calendar."),
        ("/api/v1/papers?day=2025-12-15&week=2025-W51",
         "Name a day, a week or a month, not several."),
        ("/api/v1/papers?after=x", "after: send what `following` of the part before said."),
        ("/api/v1/search?q=+", "Say what to look for in words."),
        ("/api/v1/search?q=a&page=0", "page: Expected `int` >= 1."),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_says_why(client: Client, address: str, sentence: str) -> None:
    make_paper(day=MONDAY)
    response = client.get(address)
    assert (response.status_code, response.json()) == (400, {"error": sentence})
