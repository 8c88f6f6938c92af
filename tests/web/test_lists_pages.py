"""Pages of lists: newest, trending, categories, authors, keywords, sources; filters; OPML."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from lxml import etree

from broadsheet.feeds import jobs, trends
from broadsheet.feeds.lists import PAGE
from tests.shelf import make_paper
from tests.web.conftest import Page
from tests.web.reading import Tree, texts, tree_of, values

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db
TODAY = date(2025, 12, 17)


def count_trends() -> None:
    """As the background job does, at six in the evening."""
    trends.refresh(datetime(2025, 12, 17, 18, tzinfo=UTC))
    trends.draw(TODAY)


def headlines(tree: Tree) -> list[str]:
    return texts(tree, "//article//h2")


@pytest.fixture
def shelf() -> None:
    make_paper(
        "On rivers",
        arxiv_id="2512.00001",
        day=TODAY,
        source_votes=3,
        categories=["physics.geo-ph"],
        names=["Ada Lovelace", "José Álvarez"],
        keywords=["Meanders & bends"],
    )
    make_paper("On learning", day=TODAY, categories=["cs.LG"], sources=["ris"])
    make_paper("On language", day=date(2025, 12, 1), source_votes=8, categories=["cs.CL"])
    jobs.catch_up()
    count_trends()


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("address", "title", "found"),
    [
        ("/papers/newest", "Newest papers", ["On learning", "On rivers", "On language"]),
        ("/papers/top", "Most voted papers", ["On language", "On rivers", "On learning"]),
        ("/categories/cs.LG", "category: Machine Learning", ["On learning"]),
        ("/categories/cs", "field: Computer Science", ["On learning", "On language"]),
        ("/categories/cs?sort=top", "field: Computer Science", ["On language", "On learning"]),
        ("/categories/math.AG", "category: Algebraic Geometry", []),
        ("/sources/ris", "source: RIS file", ["On learning"]),
        ("/keywords/meanders%20&%20bends", "keyword: “meanders & bends”", ["On rivers"]),
        ("/authors/Jose%20Alvarez", "author: José Álvarez", ["On rivers"]),
        ("/papers/newest?category=cs", "Newest papers", ["On learning", "On language"]),
        ("/papers/newest?with=lang", "Newest papers", ["On language"]),
        ("/papers/newest?without=on+l", "Newest papers", ["On rivers"]),
        ("/papers/month/2025-12?votes=4", "December 2025", ["On language"]),
        ("/papers/date/2025-12-17?category=math", "Wednesday 17 December 2025", []),
    ],
)
def test_each_list_has_its_page(page: Page, address: str, title: str, found: list[str]) -> None:
    tree = page(address)
    assert texts(tree, "//h1")[0].lower() == title.lower()
    assert headlines(tree) == found


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/categories/cooking", "There is no arXiv category “cooking”."),
        ("/categories/cs.LG,math", "There is no arXiv category “cs.LG,math”."),
        ("/categories/cs?sort=odd", "Papers can be sorted by newest, top, trending"),
        ("/authors/Nobody", "No paper here is by an author named “Nobody”."),
        ("/authors/a%00b", "No paper here is by an author"),
        ("/keywords/sand", "No paper here has the keyword “sand”."),
        ("/sources/rumour", "No paper here has the source “rumour”."),
        ("/papers/newest?after=x.y", "This part of the list does not exist."),
        ("/papers/newest.rss?votes=x", "“votes” is a whole number"),
    ],
)
def test_what_is_not_there_is_said_plainly(client: Client, address: str, words: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert words in texts(tree_of(response), "//main")[0]


def test_a_category_has_one_spelling(client: Client) -> None:
    assert client.get("/categories/CS.lg")["Location"] == "/categories/cs.LG"


@pytest.mark.usefixtures("shelf")
def test_a_filter_that_cannot_be_used_is_explained(page: Page) -> None:
    for address in ("/papers/newest?votes=many", "/papers/date/2025-12-17?votes=many"):
        tree = page(address)
        assert "“votes” is a whole number" in texts(tree, "//p[@role='alert']")[0]
        assert headlines(tree)[-1] in ("On language", "On learning")


@pytest.mark.usefixtures("shelf")
def test_the_choice_stays_in_the_form_and_in_the_links(page: Page) -> None:
    tree = page("/categories/cs?sort=top&votes=2&code=1&without=ice")
    assert values(tree, "//input[@name='votes']/@value") == ["2"]
    assert values(tree, "//input[@name='code']/@checked") == ["checked"]
    assert values(tree, "//input[@type='hidden'][@name='sort']/@value") == ["top"]
    assert values(tree, "//nav[@class='spans']/a/@href")[2] == (
        "/categories/cs?sort=trending&without=ice&code=1&votes=2"
    )
    assert values(tree, "//link[@rel='alternate']/@href")[0] == (
        "/categories/cs.rss?without=ice&code=1&votes=2&sort=top"
    )


def test_trending_shows_the_draw_and_says_so(page: Page) -> None:
    make_paper("Loved", day=TODAY, source_votes=5)
    make_paper("Unseen", day=TODAY)
    jobs.catch_up()
    count_trends()
    tree = page("/papers/trending")
    assert headlines(tree) == ["Loved", "Unseen"]
    assert texts(tree, "//section[@class='drawn']//h3") == ["Unseen"]
    assert "drawn by lot" in texts(tree, "//section[@class='drawn']/h2")[0]


def test_empty_lists_say_what_is_the_matter(page: Page) -> None:
    assert "Nothing trends now" in texts(page("/papers/trending"), "//main")[0]
    assert "appear within seconds" in texts(page("/papers/newest"), "//main")[0]
    assert "has a category yet" in texts(page("/categories"), "//main")[0]


@pytest.mark.usefixtures("shelf")
def test_the_tree_of_categories_counts_its_papers(page: Page) -> None:
    tree = page("/categories")
    assert texts(tree, "//summary") == [
        "Computer Science cs, 2 papers",
        "Physics physics, 1 paper",
    ]
    assert texts(tree, "//details[1]//li") == [
        "The whole field",
        "Computation and Language cs.CL, 1",
        "Machine Learning cs.LG, 1",
    ]


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize(
    ("address", "named"),
    [("/feeds.opml", "Computer Science (cs)"), ("/categories.opml", "Machine Learning (cs.LG)")],
)
def test_outlines_lead_to_feeds_that_exist(client: Client, address: str, named: str) -> None:
    response = client.get(address)
    outlines = etree.fromstring(response.content).findall("body/outline")
    assert named in [outline.get("text") for outline in outlines]
    for outline in outlines:
        assert outline.get("type") == "rss"
        feed = client.get(str(outline.get("xmlUrl")).removeprefix("http://testserver"))
        assert feed.status_code == 200, outline.get("xmlUrl")
        assert feed["Content-Type"].startswith("application/atom+xml")


@pytest.mark.usefixtures("shelf")
def test_a_paper_leads_to_its_authors_and_categories_and_tells_why(page: Page) -> None:
    tree = page("/papers/2512.00001")
    assert values(tree, "//ul[@class='authors']//a/@href") == [
        "/authors/Ada%20Lovelace",
        "/authors/Jos%C3%A9%20%C3%81lvarez",
    ]
    assert "/categories/physics.geo-ph" in values(tree, "//aside//dd/a/@href")
    assert texts(tree, "//p[@class='medals']/a") == [
        "#1 paper of the day",
        "#1 paper of the week",
        "#2 paper of the month",
    ]
    assert "Trending" in texts(tree, "//details[@class='why']//dt")


def test_the_ranking_is_explained(page: Page) -> None:
    assert "first 8 hours" in texts(page("/ranking"), "//main")[0]


@pytest.mark.parametrize("papers", [2, PAGE + 5])
def test_a_list_asks_the_database_the_same_whatever_it_shows(
    client: Client, papers: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(papers):
        make_paper(day=TODAY, source_votes=number, categories=["cs.LG"], names=["A", "B"])
    jobs.catch_up()
    count_trends()
    for address, queries in (
        ("/papers/newest", 7),
        ("/categories/cs.LG", 7),
        ("/papers/newest?votes=1", 8),
        ("/papers/newest.atom", 7),
    ):
        with django_assert_num_queries(queries):
            client.get(address)
