"""The daily page, the pages of a week and of a month."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from broadsheet.papers.kinds import DayBasis
from broadsheet.papers.records import Link, LinkKind
from tests.shelf import make_paper
from tests.web.conftest import Page
from tests.web.reading import Tree, texts, tree_of, values

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db
MONDAY = date(2025, 12, 15)


def headlines(tree: Tree) -> list[str]:
    return texts(tree, "//article//h2")


def full(number: int = 0, **facts: Any) -> None:
    defaults: dict[str, Any] = {
        "day": MONDAY,
        "published": date(2025, 12, 12),
        "abstract": "Water.",
    }
    make_paper(
        f"Rivers {number}",
        arxiv_id=f"2512.{number:05}",
        names=[f"Author {letter}" for letter in "ABCDEFG"],
        categories=("physics.geo-ph", "cs.CL"),
        links=(
            Link(LinkKind.CODE, f"https://github.com/example/{number}"),
            Link(LinkKind.PROJECT, f"https://example.org/{number}"),
        ),
        **(defaults | facts),
    )


def test_the_root_leads_to_the_newest_papers(client: Client) -> None:
    response = client.get("/")
    assert response.status_code == 302
    assert response["Location"] == "/papers"


def test_the_newest_day_with_papers_is_shown(page: Page) -> None:
    make_paper("Old rivers", day=date(2025, 12, 1))
    make_paper("New rivers", day=MONDAY)
    make_paper("Rivers to come", day=date(2025, 12, 24))
    tree = page("/papers")
    assert texts(tree, "//h1") == ["Monday 15 December 2025"]
    assert headlines(tree) == ["New rivers"]
    assert values(tree, "//a[@rel='prev']/@href") == ["/papers/date/2025-12-01"]
    assert not values(tree, "//a[@rel='next']/@href")


def test_a_card_tells_what_is_known(page: Page) -> None:
    full(1, source_votes=1234, source_comments=2)
    tree = page("/papers")
    card = tree.xpath("//article")[0]
    assert texts(card, ".//h2") == ["Rivers 1"]
    assert values(card, ".//h2/a/@href") == ["/papers/2512.00001"]
    assert texts(card, ".//div[@class='kicker']") == [
        "Geophysics Sign in to vote for “Rivers 1”,▲ 1,234 votes"
    ]
    assert texts(card, ".//p[@class='byline']") == ["Author A, Author B, Author C and 4 others"]
    assert texts(card, ".//p[@class='excerpt']") == ["Water."]
    assert texts(card, ".//p[@class='facts']")[0].startswith("12 Dec 2025 2 comments")
    assert texts(card, ".//p[@class='facts']/a") == [
        "2 comments", "arXiv", "PDF", "Code", "Project",
    ]  # fmt: skip
    assert values(card, ".//p[@class='facts']/a/@href") == [
        "/papers/2512.00001#comments",
        "https://arxiv.org/abs/2512.00001",
        "https://arxiv.org/pdf/2512.00001",
        "https://github.com/example/1",
        "https://example.org/1",
    ]


def test_a_paper_of_which_only_the_title_is_known_has_a_card(page: Page) -> None:
    make_paper("Only a title", day=MONDAY)
    card = page("/papers").xpath("//article")[0]
    told = " ".join(card.text_content().split())
    assert told == "Sign in to vote for “Only a title”,▲ 0 votes Only a title"


def test_the_starter_shelf_says_what_it_is(page: Page) -> None:
    make_paper(day=MONDAY, day_basis=DayBasis.SHELF)
    assert "starter shelf" in page("/papers").xpath("//p[@class='notice']")[0].text_content()
    make_paper(day=MONDAY)
    assert page("/papers").xpath("//p[@class='notice']") == []


def test_a_summary_is_marked_as_one(page: Page) -> None:
    make_paper(day=MONDAY, summary="About rivers.", summary_by="the shelf")
    make_paper(day=MONDAY, abstract="Of rivers.", summary="Not shown.", source_votes=1)
    assert texts(page("/papers"), "//p[@class='excerpt']") == [
        "Of rivers.",
        "Summary About rivers.",
    ]


def test_text_of_others_is_escaped(client: Client) -> None:
    make_paper("<script>alert(1)</script>", day=MONDAY, names=["<b>A</b>"], abstract="<i>x</i>")
    body = client.get("/papers").content.decode()
    assert "<script>" not in body
    assert "&lt;script&gt;" in body
    assert "&lt;b&gt;A&lt;/b&gt;" in body
    assert "&lt;i&gt;x" in body


def test_mathematics_is_typeset_in_titles_and_abstracts(page: Page) -> None:
    make_paper("Rivers in $\\mathbb{R}^2$", day=MONDAY, abstract="A norm $\\|x\\|$ of water.")
    tree = page("/papers")
    assert len(tree.xpath("//h2//math")) == 1
    assert len(tree.xpath("//p[@class='excerpt']//math")) == 1
    assert "\\" not in tree.text_content()
    assert "$" not in tree.text_content()


def test_a_day_without_papers_leads_to_the_nearest_earlier_one_and_says_so(
    client: Client, page: Page
) -> None:
    make_paper(day=date(2025, 12, 11))
    response = client.get("/papers/date/2025-12-14")
    assert response.status_code == 302
    tree = page(response["Location"])
    assert texts(tree, "//h1") == ["Thursday 11 December 2025"]
    assert texts(tree, "//p[@role='status']") == [
        "No papers stand on Sunday 14 December 2025. This is the nearest day before it "
        "that has some."
    ]


def test_where_nothing_is_earlier_the_nearest_later_day_is_shown(
    client: Client, page: Page
) -> None:
    make_paper(day=date(2025, 12, 11))
    tree = page(client.get("/papers/date/2001-01-01")["Location"])
    assert "the nearest day after it" in texts(tree, "//p[@role='status']")[0]


@pytest.mark.parametrize(
    ("address", "title", "found"),
    [
        ("/papers/week/2025-W50", "Week 50 of 2025", ["third", "second"]),
        ("/papers/month/2025-12", "December 2025", ["first", "third", "second"]),
        ("/papers/date/2025-12-08", "Monday 8 December 2025", ["second"]),
    ],
)
def test_weeks_and_months_hold_their_days_by_votes(
    page: Page, address: str, title: str, found: list[str]
) -> None:
    make_paper("first", day=MONDAY, source_votes=9)
    make_paper("second", day=date(2025, 12, 8), source_votes=1)
    make_paper("third", day=date(2025, 12, 14), source_votes=4)
    make_paper("fourth", day=date(2025, 11, 30), source_votes=99)
    tree = page(address)
    assert texts(tree, "//h1") == [title]
    assert headlines(tree) == found
    assert "/papers/date/2025-12-13" not in values(tree, "//nav[@class='spans']/a/@href")
    assert texts(tree, "//*[@aria-current='true']")[0].lower() in address.replace("date", "day")


@pytest.mark.parametrize(
    "address",
    [
        "/papers/date/2025-02-30",
        "/papers/date/yesterday",
        "/papers/week/2025-W54",
        "/papers/month/2025-00",
        "/papers/date/2025-12-15?after=nonsense",
    ],
)
def test_what_is_not_in_the_calendar_is_a_kind_404(client: Client, address: str) -> None:
    make_paper(day=MONDAY)
    response = client.get(address)
    assert response.status_code == 404
    assert texts(tree_of(response), "//h1") == ["Nothing at this address"]


def test_pages_follow_each_other_on_links_that_stay(page: Page) -> None:
    for number in range(35):
        make_paper(f"Paper {number}", day=MONDAY, source_votes=number)
    first = page("/papers")
    assert headlines(first) == [f"Paper {number}" for number in range(34, 4, -1)]
    [following] = values(first, "//nav[@class='pages']/a/@href")
    assert following.startswith("/papers/date/2025-12-15?after=")
    make_paper("Newcomer", day=MONDAY, source_votes=99)
    make_paper("Tomorrow", day=MONDAY + timedelta(days=1))
    second = page(following)
    assert headlines(second) == [f"Paper {number}" for number in range(4, -1, -1)]
    assert not values(second, "//nav[@class='pages']/a/@href")
    assert "/papers/date/2025-12-15" in values(second, "//p[@class='notice']/a/@href")


def test_past_the_end_of_the_list_stands_the_way_back(page: Page) -> None:
    paper = make_paper(day=MONDAY)
    tree = page(f"/papers/date/2025-12-15?after=0.0.{paper.id}")
    assert not headlines(tree)
    assert "The list ends here." in texts(tree, "//p[@class='notice']")[-1]


def test_an_empty_site_says_what_to_do(page: Page) -> None:
    for address in ("/papers", "/papers/date/2025-12-15"):
        tree = page(address)
        assert texts(tree, "//h1") == ["No papers yet"]
        assert "broadsheet import" in texts(tree, "//pre")[0]


def test_papers_without_a_day_are_not_called_none(page: Page) -> None:
    make_paper()
    assert texts(page("/papers"), "//h1") == ["No paper has a day yet"]


@pytest.mark.parametrize("papers", [1, 30])
def test_the_feed_asks_the_database_the_same_whatever_it_shows(
    client: Client, papers: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(papers):
        full(number)
    with django_assert_num_queries(13):
        client.get("/papers/date/2025-12-15")


def test_a_full_feed_page_with_its_styles_is_below_100_kilobytes(client: Client) -> None:
    words = "A rather long sentence about rivers of order $n^2 + \\alpha_i$ and their banks. "
    for number in range(30):
        full(number, abstract=words * 12, source_votes=number, source_comments=3)
    response = client.get("/papers")
    styles = values(tree_of(response), "//link[@rel='stylesheet']/@href")
    assert len(styles) == 1
    style = client.get(styles[0])
    size = len(response.content) + len(style.getvalue())
    assert size < 100_000
