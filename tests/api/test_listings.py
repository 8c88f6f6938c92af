"""Lists without an end, for programs."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from broadsheet.feeds import jobs
from broadsheet.papers.records import Link, LinkKind
from tests.api.conftest import Get
from tests.shelf import make_paper

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture(autouse=True)
def shelf(db: None) -> None:
    code = (Link(LinkKind.CODE, "https://github.com/example/rivers"),)
    for number, category in ((1, "cs.LG"), (2, "math.CO"), (3, "cs.LG"), (4, "cs.CL")):
        make_paper(
            f"Rivers {number}",
            arxiv_id=f"2512.0000{number}",
            day=date(2025, 12, number),
            source_votes=10 - number,
            categories=(category,),
            names=["Zoë Example"] if number > 2 else ["B. Sample"],
            links=code if number == 3 else (),
        )
    jobs.catch_up()


def numbers(part: dict[str, Any]) -> list[int]:
    return [int(paper["slug"][-1]) for paper in part["papers"]]


@pytest.mark.parametrize(
    ("order", "asked", "found"),
    [
        ("newest", {}, [4, 3, 2, 1]),
        ("top", {}, [1, 2, 3, 4]),
        ("newest", {"category": "cs.LG"}, [3, 1]),
        ("newest", {"category": "cs.LG,math"}, [3, 2, 1]),
        ("top", {"category": "cs", "votes": 7}, [1, 3]),
        ("newest", {"code": "true"}, [3]),
        ("newest", {"with": "rivers 2"}, [2]),
        ("newest", {"without": "rivers 2,rivers 3"}, [4, 1]),
    ],
)
def test_filters_hold(get: Get, order: str, asked: dict[str, Any], found: list[int]) -> None:
    assert numbers(get(f"/api/v1/lists/{order}", **asked)) == found


def test_parts_follow_each_other(get: Get, client: Client) -> None:
    first = get("/api/v1/lists/newest", limit=3)
    assert numbers(first) == [4, 3, 2]
    assert "after=" in client.get("/api/v1/lists/newest?limit=3")["Link"]
    last = get("/api/v1/lists/newest", limit=3, after=first["following"])
    assert (numbers(last), last["following"]) == ([1], "")


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("/api/v1/lists/oldest", 400, "order"),
        ("/api/v1/lists/newest?category=cs.XX", 400, "no arXiv category"),
        ("/api/v1/lists/newest?after=here", 400, "after"),
        ("/api/v1/authors/Nobody", 404, "Nobody"),
        ("/api/v1/papers/2499.99999/keyphrases", 404, "2499.99999"),
    ],
)
def test_mistakes_are_answered(client: Client, address: str, status: int, says: str) -> None:
    answer = client.get(address)
    assert answer.status_code == status
    assert says in answer.json()["error"]


def test_an_author_is_found_however_accented(get: Get) -> None:
    assert numbers(get("/api/v1/authors/zoe example")) == [4, 3]


def test_categories_are_counted(get: Get) -> None:
    counts = {one["code"]: one["papers"] for one in get("/api/v1/categories")}
    assert (counts["cs.LG"], counts["math.CO"], counts["astro-ph.GA"]) == (2, 1, 0)


def test_keyphrases_stand_beside_a_sources_keywords(get: Get) -> None:
    make_paper(
        "Contrastive river segmentation",
        arxiv_id="2512.00009",
        abstract="Contrastive river segmentation learns from maps. River segmentation is hard.",
        keywords=["maps"],
    )
    told = get("/api/v1/papers/2512.00009/keyphrases")
    assert told["keywords"] == ["maps"]
    assert any("river segmentation" in phrase.lower() for phrase in told["keyphrases"])
