"""The page of one paper."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from broadsheet.papers.models import Paper
from broadsheet.papers.records import Link, LinkKind, Version
from broadsheet.search.models import SameWork
from tests.shelf import make_paper
from tests.web.conftest import FakeEngine, Page
from tests.web.reading import Tree, texts, tree_of, values

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db


def facts_of(tree: Tree) -> dict[str, list[str]]:
    """What the list of facts says, by its terms."""
    facts: dict[str, list[str]] = {}
    for entry in tree.xpath("//aside/dl/*"):
        said = " ".join(entry.text_content().split())
        if entry.tag == "dt":
            facts[said] = []
        else:
            facts[list(facts)[-1]].append(said)
    return facts


@pytest.fixture
def known() -> Paper:
    return make_paper(
        "Rivers in $R^2$",
        arxiv_id="2401.01234",
        doi="10.1000/rivers",
        names=["Zoë Example", "B. Sample"],
        categories=("math.DS", "x.unknown"),
        links=(
            Link(LinkKind.CODE, "https://github.com/example/rivers"),
            Link(LinkKind.OTHER, "https://www.example.org/data"),
            Link(LinkKind.PDF, "https://arxiv.org/pdf/2401.01234v2"),
        ),
        versions=(Version(1, date(2024, 1, 2)), Version(2)),
        sources=("arxiv-json", "hf-daily", "zine"),
        abstract="One.\n\nTwo of $x$.",
        summary="In short.",
        summary_by="the site",
        organization="Institute of Rivers",
        day=date(2024, 1, 3),
        published=date(2024, 1, 2),
        updated=date(2024, 3, 4),
        source_votes=12,
        source_comments=1,
        keywords=["rivers", "dam & bank"],
        author_note="12 pages",
        journal_ref="J. Rivers 1 (2024)",
        licence="http://creativecommons.org/licenses/by-sa/4.0/",
    )


def test_everything_known_is_shown(page: Page, known: Paper) -> None:
    tree = page("/papers/2401.01234")
    assert texts(tree, "//h1//text()/..")[0].startswith("Rivers in")
    assert texts(tree, "//head/title") == ["Rivers in R² – Broadsheet"]
    assert texts(tree, "//ul[@class='authors']/li") == ["Zoë Example", "B. Sample"]
    assert len(tree.xpath("//section[@aria-labelledby='abstract']/p")) == 2
    assert texts(tree, "//section[@aria-labelledby='summary']/p") == [
        "In short.",
        "Written by the site, not by the authors.",
    ]
    assert values(tree, "//ul[@class='keywords'][1]//a/@href") == [
        "/papers?q=rivers",
        "/papers?q=dam+%26+bank",
    ]
    assert values(tree, "//p[@class='back']/a/@href") == ["/papers/date/2024-01-03"]
    assert texts(tree, "//div[@class='doors']/a") == [
        "Sign in to vote for “Rivers in R²”,▲ 12 votes", "arXiv", "PDF", "DOI", "Code",
    ]  # fmt: skip
    assert facts_of(tree) == {
        "Published": ["2 January 2024"],
        "Updated": ["4 March 2024"],
        "Votes": ["12 at the source"],
        "Comments": ["1 at the source"],
        "Categories": ["Dynamical Systems math.DS", "x.unknown"],
        "arXiv": ["2401.01234"],
        "DOI": ["10.1000/rivers"],
        "Links": ["github.com/example/rivers code", "example.org/data link"],
        "Versions": ["v1 2 Jan 2024", "v2"],
        "Journal": ["J. Rivers 1 (2024)"],
        "Note by the authors": ["12 pages"],
        "Licence": ["CC BY-SA 4.0"],
        "Known from": ["arXiv metadata", "Hugging Face Daily Papers", "zine"],
    }
    assert "Institute of Rivers" in texts(tree, "//p[@class='byline']")
    assert texts(tree, "//pre")[0].startswith("@misc{arXiv:2401.01234,")


def test_a_paper_of_which_only_the_title_is_known_has_a_page(page: Page) -> None:
    paper = make_paper("Only a title")
    tree = page(f"/papers/b{paper.id}")
    assert texts(tree, "//h1") == ["Only a title"]
    assert facts_of(tree) == {"Known from": ["arXiv metadata"]}
    assert "No abstract is known." in texts(tree, "//p")


def test_old_ids_keep_their_slash(page: Page) -> None:
    make_paper("Old rivers", arxiv_id="hep-th/9901001")
    assert texts(page("/papers/hep-th/9901001"), "//h1") == ["Old rivers"]


def test_of_many_authors_the_first_thirty_stand_open(page: Page) -> None:
    make_paper(arxiv_id="2401.01234", names=[f"Name {number}" for number in range(1_501)])
    tree = page("/papers/2401.01234")
    assert len(tree.xpath("//header/ul[@class='authors']/li")) == 30
    assert texts(tree, "//header/details/summary") == ["1,471 more authors"]
    assert texts(tree, "//header/details//li")[-1] == "Name 1500"


def test_a_withdrawn_paper_says_so_with_its_note(page: Page) -> None:
    make_paper(arxiv_id="2401.01234", withdrawn=True, author_note="An error in $x$ was found")
    tree = page("/papers/2401.01234")
    assert texts(tree, "//p[contains(@class, 'notice')]")[0].startswith(
        "This paper has been withdrawn. An error in"
    )
    assert "Note by the authors" not in facts_of(tree)


def test_similar_papers_are_shown_in_their_order(page: Page, fake_engine: FakeEngine) -> None:
    make_paper(arxiv_id="2401.01234")
    near, nearest = make_paper("Near"), make_paper("Nearest")
    fake_engine.alike = [nearest.id, near.id, 10_000]
    tree = page("/papers/2401.01234")
    assert texts(tree, "//section[@aria-labelledby='similar']//h3") == ["Nearest", "Near"]


def test_our_keyphrases_follow_the_keywords_of_the_source_and_say_whose_they_are(
    page: Page,
) -> None:
    abstract = "We train graph neural networks to forecast river floods."
    make_paper("Floods", arxiv_id="2401.01234", abstract=abstract, keywords=["river floods"])
    make_paper("Floods again", arxiv_id="2401.01235", abstract=abstract)
    both = page("/papers/2401.01234")
    given, found = both.xpath("//ul[@class='keywords']")
    assert texts(given, ".//a") == ["river floods"]
    assert "graph neural networks" in texts(found, ".//a")
    assert "river floods" not in texts(found, ".//a")
    assert "/papers?q=graph+neural+networks" in values(found, ".//a/@href")
    note = "//section[@aria-labelledby='keywords']/p"
    assert texts(both, note) == ["The second list was found by this site in title and abstract."]
    ours = page("/papers/2401.01235")
    assert "graph neural networks" in texts(ours, "//ul[@class='keywords']//a")
    assert texts(ours, note) == ["Found by this site in title and abstract."]


def test_where_the_source_gave_many_keywords_ours_are_left_out(page: Page) -> None:
    given = [f"rivers {number}" for number in range(9)]
    make_paper("Deep learning of floods", arxiv_id="2401.01234", keywords=given)
    tree = page("/papers/2401.01234")
    assert texts(tree, "//ul[@class='keywords']//a") == given
    assert texts(tree, "//section[@aria-labelledby='keywords']/p") == []


def test_the_same_work_under_another_id_is_named_and_not_similar(
    page: Page, fake_engine: FakeEngine
) -> None:
    earlier = make_paper("Rivers", arxiv_id="2401.01234", published=date(2024, 1, 2))
    later = make_paper("Rivers", arxiv_id="2402.01234", published=date(2025, 1, 2))
    near = make_paper("Near")
    SameWork.objects.create(earlier=earlier, later=later)
    fake_engine.alike = [later.id, near.id]
    tree = page("/papers/2401.01234")
    said = "//p[contains(@class, 'same-work')]"
    assert texts(tree, said) == ["The same work is here also as arXiv:2402.01234 (2025)."]
    assert values(tree, f"{said}/a/@href") == ["/papers/2402.01234"]
    assert texts(tree, "//section[@aria-labelledby='similar']//h3") == ["Near"]
    assert "arXiv:2401.01234 (2024)" in texts(page("/papers/2402.01234"), said)[0]
    assert texts(page(f"/papers/b{near.id}"), said) == []


@pytest.mark.parametrize(
    "other",
    [
        "2401.01234v2",
        "arXiv:2401.01234",
        "arxiv:2401.01234v11",
        "10.1000/RIVERS",
        "doi:10.1000/rivers",
        "https://doi.org/10.1000/rivers",
        "https://arxiv.org/abs/2401.01234",
        "2401.01234/",
    ],
)
def test_other_names_of_a_paper_lead_to_its_address(
    client: Client, known: Paper, other: str
) -> None:
    response = client.get(f"/papers/{other}")
    assert response.status_code == 302
    assert response["Location"] == "/papers/2401.01234"


def test_the_number_of_a_paper_leads_to_its_arxiv_id_once_it_has_one(
    client: Client, known: Paper
) -> None:
    assert client.get(f"/papers/b{known.id}")["Location"] == "/papers/2401.01234"
    own = make_paper()
    assert client.get(f"/papers/B{own.id}")["Location"] == f"/papers/b{own.id}"
    assert client.get(f"/papers/b{own.id}").status_code == 200


@pytest.mark.parametrize(
    "slug", ["b99", "b0", "b" + "9" * 30, "rivers-of-time", "2401.99999", "10.1/x", "a%00b", "%"]
)
def test_an_unknown_paper_is_a_404_with_a_search_at_hand(client: Client, slug: str) -> None:
    response = client.get(f"/papers/{slug}")
    assert response.status_code == 404
    assert len(tree_of(response).xpath("//form[@role='search']//input[@name='q']")) == 1


def test_the_search_of_a_404_has_the_words_of_the_address(client: Client) -> None:
    tree = tree_of(client.get("/papers/rivers-of-time"))
    assert values(tree, "//input[@name='q']/@value") == ["rivers of time"]


def test_a_paper_that_arxiv_has_and_this_site_has_not_is_a_link_away(client: Client) -> None:
    tree = tree_of(client.get("/papers/2401.99999v3"))
    assert "https://arxiv.org/abs/2401.99999" in values(tree, "//main//a/@href")


@pytest.mark.parametrize("similar", [1, 6])
def test_a_page_asks_the_database_the_same_however_much_is_known(
    client: Client,
    known: Paper,
    fake_engine: FakeEngine,
    similar: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    fake_engine.alike = [make_paper(names=["A"], categories=("cs.CL",)).id for _ in range(similar)]
    with django_assert_num_queries(26):
        client.get("/papers/2401.01234")
