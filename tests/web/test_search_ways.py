"""The ways to go on from a search, and what the page says of mistakes."""

from __future__ import annotations

import json
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from broadsheet.search.counts import Count
from broadsheet.search.query import parse
from broadsheet.search.suggest import Kind, Suggestion
from broadsheet.web.search_help import SECTIONS
from tests.shelf import make_paper
from tests.web.conftest import FakeEngine, Page
from tests.web.reading import texts, values

pytestmark = pytest.mark.django_db

EXAMPLES = [example for section in SECTIONS for example, _ in section.examples]


def query_of(address: str) -> dict[str, str]:
    return {name: value[0] for name, value in parse_qs(urlsplit(address).query).items()}


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_the_help_is_understood(example: str) -> None:
    query = parse(example)
    assert not query.problem
    assert not query.remarks


def test_every_example_is_a_link_that_answers(page: Page, client: Client) -> None:
    addresses = values(page("/about/search"), "//dl//a/@href")
    assert [query_of(address)["q"] for address in addresses] == EXAMPLES
    assert {client.get(address).status_code for address in addresses} == {200}


@pytest.mark.parametrize("address", ["/about", "/papers?q=zzz"])
def test_the_help_is_linked(page: Page, address: str) -> None:
    assert "/about/search" in values(page(address), "//main//a/@href")


def test_orders_and_weights_are_links(page: Page, fake_engine: FakeEngine) -> None:
    fake_engine.finds([make_paper(), make_paper()])
    tree = page("/papers?q=rivers&sort=votes")
    order = "//nav[@aria-label='Order']"
    assert texts(tree, f"{order}/a") == ["Relevance", "Newest", "Oldest", "Votes", "Trending"]
    assert texts(tree, f"{order}/a[@aria-current]") == ["Votes"]
    assert values(tree, f"{order}/a/@href")[:2] == ["?q=rivers", "?q=rivers&sort=newest"]
    tree = page("/papers?q=rivers&w=75")
    assert texts(tree, "//details[@open]//a[@aria-current]") == ["More meaning"]
    assert values(tree, "//details[@class='balance']//a/@href") == [
        "?q=rivers&w=0", "?q=rivers&w=25", "?q=rivers", "?q=rivers&w=75", "?q=rivers&w=100"
    ]  # fmt: skip
    assert "w=75" in values(tree, f"{order}/a[text()='Newest']/@href")[0]


def test_without_words_there_is_no_relevance(page: Page, fake_engine: FakeEngine) -> None:
    fake_engine.finds([make_paper(), make_paper()])
    tree = page("/papers?q=cat:cs.LG")
    assert texts(tree, "//nav[@aria-label='Order']/a") == ["Newest", "Oldest", "Votes", "Trending"]
    assert texts(tree, "//nav[@aria-label='Order']/a[@aria-current]") == ["Newest"]
    assert not texts(tree, "//details[@class='balance']")


def test_counts_are_links_that_narrow(page: Page, fake_engine: FakeEngine) -> None:
    fake_engine.finds([make_paper()])
    fake_engine.counts = {
        "archive": [Count("cs", 30), Count("quant-ph", 2)],
        "category": [Count("cs.LG", 20), Count("cs.CV", 11), Count("quant-ph", 2)],
        "year": [Count("2019", 9), Count("2025", 3)],
        "has": [Count("abstract", 32), Count("code", 3)],
        "source": [Count("arxiv-json", 32)],
    }
    tree = page("/papers?q=rivers+year:2020&sort=votes")
    assert texts(tree, "//section[@aria-label]/h2") == ["Field", "Year", "Has"]
    assert texts(tree, "//section[@aria-label='Field']//li") == [
        "Computer Science 30", "Quantum Physics 2"
    ]  # fmt: skip
    links = values(tree, "//section[@aria-label]//a/@href")
    assert [query_of(link)["q"] for link in links] == [
        "rivers year:2020 cat:cs.*",
        "rivers year:2020 cat:quant-ph",
        "rivers year:2025",
        "rivers year:2019",
        "rivers year:2020 has:code",
    ]
    assert {query_of(link)["sort"] for link in links} == {"votes"}
    inside = page("/papers?q=cat:cs.*+rivers")
    found = values(inside, "//section[@aria-label='Subject']//a/@href")
    assert [query_of(link)["q"] for link in found] == ["rivers cat:cs.LG", "rivers cat:cs.CV"]


def test_each_filter_can_be_taken_away(page: Page, fake_engine: FakeEngine) -> None:
    fake_engine.finds([])
    tree = page("/papers?q=rivers+-cat:cs.CV+au:%22ada+long%22")
    assert texts(tree, "//ul[@class='chosen']/li") == [
        "Remove the filter -cat:cs.CV ×", 'Remove the filter au:"ada long" ×'
    ]  # fmt: skip
    links = values(tree, "//ul[@class='chosen']//a/@href")
    assert [query_of(link)["q"] for link in links] == ['rivers au:"ada long"', "rivers -cat:cs.CV"]


def test_what_was_not_understood_is_said_above_the_results(
    page: Page, fake_engine: FakeEngine
) -> None:
    fake_engine.finds([make_paper()])
    tree = page("/papers?q=rivers+year:20x&sort=best")
    told = texts(tree, "//ul[contains(@class, 'remarks')]/li")
    assert [sentence[:12] for sentence in told] == ["“20x” is not", "There is no "]
    assert len(texts(tree, "//article")) == 1


def test_did_you_mean_is_a_link_and_replaces_nothing(page: Page, fake_engine: FakeEngine) -> None:
    fake_engine.finds([make_paper()])
    fake_engine.meant = "rivers <b>"
    tree = page("/papers?q=rvers&sort=votes")
    assert texts(tree, "//p[@class='meant']") == ["Did you mean rivers <b>?"]
    link = values(tree, "//p[@class='meant']/a/@href")[0]
    assert query_of(link) == {"q": "rivers <b>", "sort": "votes"}
    assert texts(tree, "//article")
    assert not texts(page("/papers?q=rvers&page=2"), "//p[@class='meant']")


def test_sought_words_are_marked_outside_of_formulas(page: Page, fake_engine: FakeEngine) -> None:
    paper = make_paper(
        "Rivers & <rivers> of $x_{rivers}$",
        abstract="First of all, an opening. " * 20 + "Then a river of $y$ flows &c.",
        names=["Ada River"],
    )
    fake_engine.finds([paper])
    tree = page("/papers?q=river+au:river")
    assert texts(tree, "//h2//mark") == ["Rivers", "rivers"]
    assert not tree.xpath("//math//mark")
    assert texts(tree, "//p[@class='byline']/mark") == ["River"]
    assert texts(tree, "//p[@class='excerpt']/mark") == ["river"]
    assert texts(tree, "//p[@class='excerpt']")[0].startswith("… ")
    assert texts(tree, "//p[@class='why']") == ["Found because it has river"]


def test_suggestions_are_json(client: Client, fake_engine: FakeEngine) -> None:
    fake_engine.suggested = [
        Suggestion(Kind.TITLE, "Rivers", "2401.00001"),
        Suggestion(Kind.AUTHOR, "Ada Long"),
        Suggestion(Kind.KEYWORD, "river beds"),
    ]
    response = client.get("/papers/suggest?q=riv")
    assert response["Content-Type"] == "application/json"
    assert json.loads(response.content) == [
        {"kind": "title", "text": "Rivers", "address": "/papers/2401.00001"},
        {"kind": "author", "text": "Ada Long", "address": "/papers?q=au%3A%22Ada+Long%22"},
        {"kind": "keyword", "text": "river beds", "address": "/papers?q=river+beds"},
    ]


def test_papers_like_a_text(client: Client, page: Page, fake_engine: FakeEngine) -> None:
    assert texts(page("/papers/similar"), "//h1") == ["Papers like a text"]
    fake_engine.alike = [make_paper("Rivers", published=date(2025, 1, 1)).id]
    for answer in (
        client.post("/papers/similar", {"text": "about <b> rivers"}).content,
        client.get("/papers/similar", {"text": "about <b> rivers"}).content,
    ):
        assert b"Rivers</a>" in answer
        assert b"about &lt;b&gt; rivers</textarea>" in answer
    refused = client.post("/papers/similar", {"text": "x" * 5_001}).content.decode()
    assert "at most 5,000 characters; this one has 5,001" in refused
    assert "<article" not in refused


def test_papers_like_several_papers(page: Page, fake_engine: FakeEngine) -> None:
    one, other = make_paper("Rivers", arxiv_id="2401.00001"), make_paper("Banks")
    fake_engine.alike = [one.id, make_paper("Deltas").id]
    tree = page(f"/papers/similar?like=arXiv:2401.00001v2&like={other.slug}&like=2401.00001")
    assert texts(tree, "//ul[@class='liked']/li") == ["Rivers", "Banks"]
    assert texts(tree, "//article//h2") == ["Deltas"]
    lost = page("/papers/similar?like=2401.99999")
    assert "No paper here is called 2401.99999." in texts(lost, "//main//p")


@given(st.text(max_size=60), st.text(max_size=4), st.text(max_size=4))
@how(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_query_makes_the_page_fail(client: Client, text: str, sort: str, weight: str) -> None:
    answers = [
        client.get("/papers", {"q": text, "sort": sort, "w": weight}),
        client.get("/papers/suggest", {"q": text}),
        client.post("/papers/similar", {"text": text}),
    ]
    assert {answer.status_code for answer in answers} <= {200, 302}
