"""Hugging Face's addresses, as anybody may ask them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from broadsheet.papers import rows
from broadsheet.papers.models import Paper
from broadsheet.papers.records import Link, LinkKind
from broadsheet.search import jobs
from tests.api.conftest import Get
from tests.shelf import make_paper

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
MONDAY = date(2025, 12, 15)


def ids(items: list[dict[str, Any]]) -> list[str]:
    return [item["paper"]["id"] for item in items]


def test_a_paper_from_elsewhere_has_the_same_shape(get: Get) -> None:
    make_paper(
        "Rivers",
        arxiv_id="2512.00001",
        names=["Ann Tester", "Bob"],
        day=MONDAY,
        published=date(2025, 12, 12),
        abstract="Water.",
        summary="In short.",
        summary_by="the shelf",
        organization="Flow Lab",
        keywords=["rivers"],
        links=[
            Link(LinkKind.CODE, "https://github.com/example/rivers"),
            Link(LinkKind.PROJECT, "https://rivers.example.org/"),
        ],
    )
    [item] = get("/api/daily_papers", date="2025-12-15")
    assert item == {
        "paper": {
            "id": "2512.00001",
            "title": "Rivers",
            "summary": "Water.",
            "authors": [
                {"_id": "2512.00001:0", "name": "Ann Tester", "hidden": False},
                {"_id": "2512.00001:1", "name": "Bob", "hidden": False},
            ],
            "publishedAt": "2025-12-12T00:00:00.000Z",
            "submittedOnDailyAt": "2025-12-15T00:00:00.000Z",
            "upvotes": 0,
            "projectPage": "https://rivers.example.org/",
            "githubRepo": "https://github.com/example/rivers",
            "organization": {"name": "Flow Lab", "fullname": "Flow Lab"},
            "ai_summary": "In short.",
            "ai_summary_model": "the shelf",
            "ai_keywords": ["rivers"],
        },
        "publishedAt": "2025-12-15T00:00:00.000Z",
        "title": "Rivers",
        "summary": "Water.",
        "thumbnail": "http://testserver/papers/2512.00001.png",
        "numComments": 0,
        "isAuthorParticipating": False,
        "organization": {"name": "Flow Lab", "fullname": "Flow Lab"},
        "upvotes": 0,
        "projectPage": "https://rivers.example.org/",
        "githubRepo": "https://github.com/example/rivers",
        "ai_summary": "In short.",
        "ai_keywords": ["rivers"],
    }


def test_of_a_paper_of_which_only_the_title_is_known_nothing_is_made_up(get: Get) -> None:
    paper = make_paper("Only a title")
    told = get(f"/api/papers/b{paper.id}")
    assert told == {
        "id": f"b{paper.id}",
        "title": "Only a title",
        "summary": "",
        "upvotes": 0,
        "authors": [],
        "numComments": 0,
        "thumbnail": f"http://testserver/papers/b{paper.id}.png",
        "linkedModels": [],
        "numTotalModels": 0,
        "linkedDatasets": [],
        "numTotalDatasets": 0,
        "linkedSpaces": [],
        "numTotalSpaces": 0,
    }


@pytest.mark.usefixtures("recorded_day")
def test_claims_stay_only_as_long_as_the_names_are_the_ones_shown(get: Get) -> None:
    assert get("/api/papers/2512.00007")["authors"][0]["status"] == "claimed_verified"
    Paper.objects.get(slug="2512.00007").authorships.filter(position=0).update(name="A. Tester")
    assert get("/api/papers/2512.00007")["authors"] == [
        {"_id": "2512.00007:0", "name": "A. Tester", "hidden": False},
        {"_id": "2512.00007:1", "name": "Cy Trial", "hidden": False},
    ]


@pytest.mark.usefixtures("recorded_day")
def test_what_is_no_address_is_not_told_as_one(get: Get) -> None:
    sighting = Paper.objects.get(slug="2512.00007").sightings.get()
    sighting.told |= {"projectPage": "soon", "mediaUrls": ["/a.png", "https://example.org/b.png"]}
    sighting.save()
    told = get("/api/papers/2512.00007")
    assert told["projectPage"] == "https://rivers.example.org/"  # as a link of the paper
    assert told["mediaUrls"] == ["https://example.org/b.png"]


def test_days_to_come_are_not_shown(get: Get) -> None:
    make_paper(arxiv_id="2512.00001", day=date(2025, 12, 24))
    make_paper(arxiv_id="2512.00002", day=MONDAY)
    assert ids(get("/api/daily_papers")) == ["2512.00002"]


def test_without_a_day_the_newest_days_come_first_each_by_votes(get: Get) -> None:
    for number, day, votes in ((1, 15, 0), (2, 14, 99), (3, 15, 5), (4, 1, 100)):
        make_paper(arxiv_id=f"2512.0000{number}", day=date(2025, 12, day), source_votes=votes)
    assert [name[-1] for name in ids(get("/api/daily_papers"))] == ["3", "1", "2", "4"]
    assert [name[-1] for name in ids(get("/api/daily_papers", sort="trending"))] == ["2", "3", "1"]
    assert [name[-1] for name in ids(get("/api/daily_papers", limit=1, p=2))] == ["2"]
    both = get("/api/daily_papers", month="2025-12", date="2025-12-14")
    assert ids(both) == ["2512.00002"]


def test_all_papers_follow_each_other_by_publication(client: Client) -> None:
    for number in range(1, 6):
        day = date(2025, 12, 1 + number // 2)
        make_paper(arxiv_id=f"2512.0000{number}", published=day)
    make_paper("Nobody knows when")
    seen: list[str] = []
    address = "/api/papers?limit=2"
    while address:
        response = client.get(address)
        seen += [item["paper"]["id"][-1] for item in response.json()]
        address = response.get("Link", "").partition(">")[0].removeprefix("<http://testserver")
    assert seen == ["5", "4", "3", "2", "1"]


@pytest.mark.django_db(transaction=True)
def test_search_finds_by_words(get: Get, client: Client) -> None:
    make_paper("Counting rivers", arxiv_id="2512.00001")
    make_paper("Counting lamps", arxiv_id="2512.00002")
    jobs.catch_up()
    assert ids(get("/api/papers/search", q="lamps", limit=1)) == ["2512.00002"]
    assert ids(get("/api/papers/search", q="arXiv:2512.00001v3")) == ["2512.00001"]
    assert ids(get("/api/papers/search", q="-lamps")) == ["2512.00001"]
    refused = client.get("/api/papers/search", {"q": "?!"})
    assert (refused.status_code, refused.json()) == (
        400, {"error": "Say what to look for in words."},
    )  # fmt: skip


def test_other_names_of_a_paper_are_understood(get: Get) -> None:
    make_paper(arxiv_id="hep-th/9901001", doi="10.1000/rivers")
    for name in ("hep-th/9901001", "arXiv:hep-th/9901001v2", "10.1000/RIVERS"):
        assert get(f"/api/papers/{name}")["id"] == "hep-th/9901001"
    assert get("/api/arxiv/hep-th/9901001/repos") == {"models": [], "datasets": [], "spaces": []}


@pytest.mark.parametrize(
    ("address", "status", "sentence"),
    [
        ("/api/daily_papers?date=2025-02-30", 400, "There is no day 2025-02-30 in the calendar."),
        ("/api/daily_papers?week=2025-W54", 400, "There is no week 2025-W54 in the calendar."),
        ("/api/daily_papers?month=x", 400, "There is no month x in the calendar."),
        ("/api/daily_papers?limit=0", 400, "limit: Expected `int` >= 1."),
        ("/api/daily_papers?limit=101", 400, "limit: Expected `int` <= 100."),
        ("/api/daily_papers?limit=many", 400, "limit: Expected `int`, got `str`."),
        ("/api/daily_papers?p=-1", 400, "p: Expected `int` >= 0."),
        ("/api/daily_papers?sort=upvotes", 400, "sort: Invalid enum value 'upvotes'."),
        ("/api/daily_papers?submitter=a%00b", 400, "An address cannot hold the character NUL."),
        ("/api/papers?cursor=2599.99999", 400, "cursor: no such paper; begin again without it."),
        ("/api/papers/search", 400, "Object missing required field `q`."),
        ("/api/papers/search?q=" + "x" * 251, 400, "q: Expected `str` of length <= 250."),
        ("/api/papers/2599.99999", 404, "No paper here is called 2599.99999."),
        ("/api/papers/a%00b", 400, "An address cannot hold the character NUL."),
        ("/api/arxiv/2599.99999/repos", 404, "No paper here is called 2599.99999."),
        ("/api/models", 404, "There is nothing at /api/models; /api lists what is."),
    ],
)
def test_faults_have_one_shape(client: Client, address: str, status: int, sentence: str) -> None:
    response = client.get(address)
    assert (response.status_code, response.json()) == (status, {"error": sentence})
    assert response["X-Error-Message"] == sentence
    assert response["Cache-Control"] == "no-store"


def test_a_failure_here_has_the_same_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(rows, "load", fail)
    make_paper(arxiv_id="2512.00001")
    response = Client(raise_request_exception=False).get("/api/papers/2512.00001")
    assert response.status_code == 500
    assert response.json() == {"error": "Something went wrong here; it has been written down."}


@pytest.mark.parametrize(
    "address",
    [
        "/api/papers/index",
        "/api/papers/submit",
        "/api/papers/2512.00001/links",
        "/api/settings/papers/claim",
    ],
)
def test_writes_need_a_token_that_nobody_has(client: Client, address: str) -> None:
    enforcing = Client(enforce_csrf_checks=True)
    response = enforcing.post(address, {"arxivId": "2512.00001"}, content_type="application/json")
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    assert response.json()["error"].startswith("This needs a token")
    assert (client.get(address).status_code, client.get(address)["Allow"]) == (405, "POST")


def test_reads_are_open_to_pages_of_other_sites_and_only_reads(client: Client) -> None:
    assert client.get("/api/daily_papers")["Access-Control-Allow-Origin"] == "*"
    preflight = client.options("/api/daily_papers")
    assert (preflight.status_code, preflight["Access-Control-Allow-Origin"]) == (204, "*")
    refused = client.post("/api/daily_papers")
    assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert client.head("/api/daily_papers").status_code == 200


def test_unchanged_answers_cost_one_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_paper(day=MONDAY)
    response = client.get("/api/daily_papers")
    assert response["Cache-Control"] == "public, max-age=60"
    known = {"If-None-Match": response["ETag"]}
    with django_assert_num_queries(1):
        assert client.get("/api/daily_papers", headers=known).status_code == 304
    make_paper(day=MONDAY)
    assert len(client.get("/api/daily_papers", headers=known).json()) == 2


@pytest.mark.parametrize("papers", [1, 60])
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/api/daily_papers?limit=100", 12),
        ("/api/papers?limit=100", 12),
        ("/api/papers/2512.00000", 12),
    ],
)
def test_answers_ask_the_database_the_same_however_long_they_are(
    client: Client,
    address: str,
    queries: int,
    papers: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(papers):
        make_paper(arxiv_id=f"2512.{number:05}", names=["A", "B"], day=MONDAY, published=MONDAY)
    with django_assert_num_queries(queries):
        assert client.get(address).status_code == 200
