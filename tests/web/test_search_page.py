"""The page of a search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from broadsheet.search.models import SameWork
from broadsheet.search.results import Status
from tests.shelf import make_paper
from tests.web.conftest import FakeEngine, Page
from tests.web.reading import texts, values

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db


def test_results_stand_in_the_order_of_the_engine(page: Page, fake_engine: FakeEngine) -> None:
    first, second = make_paper("Second of all"), make_paper("First of all")
    fake_engine.finds([second, first])
    tree = page("/papers?q=all")
    assert texts(tree, "//article//h2") == ["First of all", "Second of all"]
    assert texts(tree, "//p[@class='tally']") == ["2 papers"]
    assert values(tree, "//input[@name='q']/@value") == ["all"]
    assert texts(tree, "//h1") == ["Search: “all”"]


def test_pages_of_thirty_link_to_each_other(page: Page, fake_engine: FakeEngine) -> None:
    fake_engine.finds(make_paper(f"Paper {number}") for number in range(65))
    first = page("/papers?q=a+%26+b")
    assert len(texts(first, "//article")) == 30
    assert values(first, "//nav[@class='pages']/a/@href") == ["?q=a+%26+b&page=2"]
    second = page("/papers?q=a+%26+b&page=2")
    assert texts(second, "//article//h2")[0] == "Paper 30"
    assert values(second, "//nav[@class='pages']/a/@href") == [
        "?q=a+%26+b",
        "?q=a+%26+b&page=3",
    ]
    third = page("/papers?q=a+%26+b&page=3")
    assert len(texts(third, "//article")) == 5
    assert values(third, "//nav[@class='pages']/a/@href") == ["?q=a+%26+b&page=2"]


def test_past_the_last_page_stands_the_way_back(page: Page, fake_engine: FakeEngine) -> None:
    fake_engine.finds([make_paper()])
    tree = page("/papers?q=rivers&page=7")
    assert not texts(tree, "//article")
    assert "?q=rivers" in values(tree, "//main//a/@href")


@pytest.mark.parametrize("number", ["0", "-1", "x", "", "1e3", "99999999999999999999", "٣"])
def test_a_page_that_cannot_be_is_a_404(client: Client, number: str) -> None:
    assert client.get("/papers", {"q": "rivers", "page": number}).status_code == 404


def test_while_papers_are_being_embedded_the_page_says_how_many_are(
    page: Page, fake_engine: FakeEngine
) -> None:
    fake_engine.finds([make_paper()])
    fake_engine.note = "Only words were searched: no paper is embedded yet."
    fake_engine.status_now = Status(9_868, 9_868, 1_024, "a model")
    assert texts(page("/papers?q=rivers"), "//p[@role='status']") == [
        "Search by meaning is getting ready: 1,024 of 9,868 papers so far. Words find the others."
    ]


def test_while_titles_stand_for_whole_papers_the_page_says_of_how_many(
    page: Page, fake_engine: FakeEngine
) -> None:
    fake_engine.finds([make_paper()])
    fake_engine.status_now = Status(9_868, 9_868, 9_868, "a model", drafts=8_000)
    assert texts(page("/papers?q=rivers"), "//p[@role='status']") == [
        "Search by meaning knows 8,000 papers by title alone so far; their abstracts follow."
    ]


def test_without_a_model_the_page_says_so(page: Page, fake_engine: FakeEngine) -> None:
    fake_engine.finds([make_paper()])
    fake_engine.note = "Only words were searched: no model."
    fake_engine.status_now = Status(9, 9, 0, "")
    assert texts(page("/papers?q=x"), "//p[@role='status']") == [fake_engine.note]


def test_papers_that_cannot_be_found_yet_are_counted(page: Page, fake_engine: FakeEngine) -> None:
    fake_engine.status_now = Status(1_000, 10, 1_000, "a model")
    assert texts(page("/papers?q=x"), "//p[@role='status']") == [
        "10 of 1,000 papers can be found so far; the rest follow soon."
    ]


def test_when_all_is_ready_the_page_says_nothing(page: Page) -> None:
    assert not texts(page("/papers?q=x"), "//p[@role='status']")


def test_nothing_found_is_said_kindly(page: Page) -> None:
    tree = page("/papers?q=zzzz")
    assert "No paper matches this." in texts(tree, "//main//p")
    assert values(tree, "//input[@name='q']/@value") == ["zzzz"]


def test_on_an_empty_site_the_search_says_what_to_do(page: Page, fake_engine: FakeEngine) -> None:
    fake_engine.note = "Only words were searched: no paper is embedded yet."
    fake_engine.status_now = Status(0, 0, 0, "a model")
    tree = page("/papers?q=rivers")
    assert texts(tree, "//main//pre") == ["broadsheet import FILE-OR-FOLDER"]
    assert not texts(tree, "//p[@role='status']")


def test_no_query_asks_for_one(page: Page) -> None:
    assert texts(page("/papers?q=+"), "//h1") == ["Search"]


def test_a_query_that_cannot_be_searched_says_why(page: Page, fake_engine: FakeEngine) -> None:
    fake_engine.finds([])
    assert "Say what to look for in words." in texts(page("/papers?q=%3F%3F"), "//main//p")
    assert "at most 500 characters" in " ".join(texts(page("/papers?q=" + "x" * 501), "//main//p"))


def test_what_was_typed_is_escaped(client: Client) -> None:
    body = client.get("/papers", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>" not in body


@pytest.mark.parametrize("query", ["2401.01234", "arXiv:2401.01234v3", "10.1000/Rivers"])
def test_a_query_that_names_a_paper_leads_to_it(client: Client, query: str) -> None:
    make_paper(arxiv_id="2401.01234", doi="10.1000/rivers")
    response = client.get("/papers", {"q": query})
    assert response.status_code == 302
    assert response["Location"] == "/papers/2401.01234"


def test_a_card_names_the_same_work_under_another_id(page: Page, fake_engine: FakeEngine) -> None:
    earlier, later = make_paper(arxiv_id="2401.01234"), make_paper(arxiv_id="2402.01234")
    SameWork.objects.create(earlier=earlier, later=later)
    fake_engine.finds([later, make_paper()])
    tree = page("/papers?q=rivers")
    assert texts(tree, "//span[@class='also']") == ["Also as arXiv:2401.01234"]
    assert values(tree, "//span[@class='also']/a/@href") == ["/papers/2401.01234"]


@pytest.mark.parametrize("papers", [1, 30])
def test_a_search_asks_the_database_the_same_whatever_it_finds(
    client: Client,
    fake_engine: FakeEngine,
    papers: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    fake_engine.finds(make_paper(names=["A"], categories=("cs.CL",)) for _ in range(papers))
    with django_assert_num_queries(6):
        client.get("/papers?q=rivers")
