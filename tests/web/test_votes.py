"""The button: for readers, from this site only, and without JavaScript."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from broadsheet.community.models import Vote
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from tests.community.people import make_reader
from tests.shelf import make_paper
from tests.web.reading import texts, tree_of, values

pytestmark = pytest.mark.django_db
MONDAY = date(2025, 12, 15)


@pytest.fixture
def paper() -> Paper:
    return make_paper("Rivers", arxiv_id="hep-th/9901001", day=MONDAY, source_votes=4)


def test_a_reader_votes_by_the_button_on_the_card_and_takes_it_back(
    client: Client, reader: Reader, paper: Paper
) -> None:
    for pressed, wants, shown in (("false", "cast", "5"), ("true", "withdraw", "4")):
        tree = tree_of(client.get("/papers/date/2025-12-15"))
        assert values(tree, "//form[@class='vote']//button/@aria-pressed") == [pressed]
        [action] = values(tree, "//form[@class='vote']/@action")
        fields = {
            field.get("name"): field.get("value")
            for field in tree.xpath("//form[@class='vote']//*[@name]")
        }
        assert fields["vote"] == wants
        response = client.post(action, fields, follow=True)
        assert response.redirect_chain == [("/papers/date/2025-12-15", 302)]
        assert texts(tree_of(response), "//form[@class='vote']//b") == [shown]
    assert not Vote.objects.exists()


def test_a_script_gets_the_numbers_alone(client: Client, reader: Reader, paper: Paper) -> None:
    address = f"/papers/{paper.slug}/vote"
    for _ in range(2):
        told = client.post(address, {"vote": "cast"}, headers={"Accept": "application/json"})
        assert told.json() == {"votes": 5, "voted": True}
    assert told["Cache-Control"] == "private, no-store"


def test_the_page_of_a_paper_has_the_button(client: Client, reader: Reader, paper: Paper) -> None:
    tree = tree_of(client.get(f"/papers/{paper.slug}"))
    assert values(tree, "//div[@class='doors']//button/@value") == ["cast"]
    assert len(tree.xpath("//script[contains(@src, 'votes.js')]")) == 1


def test_a_visitor_sees_the_number_and_cannot_vote(client: Client, paper: Paper) -> None:
    tree = tree_of(client.get("/papers/date/2025-12-15"))
    assert not tree.xpath("//form[@class='vote'] | //script[contains(@src, 'votes.js')]")
    assert "4 votes" in texts(tree, "//div[@class='kicker']")[0]
    told = client.post(f"/papers/{paper.slug}/vote", headers={"Accept": "application/json"})
    assert (told.status_code, told.json()) == (401, {"error": "Please sign in first."})
    assert client.post(f"/papers/{paper.slug}/vote").status_code in (302, 403)
    assert not Vote.objects.exists()


def test_another_site_cannot_vote_for_a_reader(paper: Paper) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_reader())
    assert client.post(f"/papers/{paper.slug}/vote", {"vote": "cast"}).status_code == 403
    assert client.get(f"/papers/{paper.slug}/vote").status_code == 405
    assert not Vote.objects.exists()


@pytest.mark.parametrize("there", ["https://example.org/", "//example.org", "javascript:alert(1)"])
def test_a_vote_leads_to_no_other_site(
    client: Client, reader: Reader, paper: Paper, there: str
) -> None:
    told = client.post(f"/papers/{paper.slug}/vote", {"next": there})
    assert told["Location"] == f"/papers/{paper.slug}"


def test_marks_of_a_list_are_one_query(client: Client, reader: Reader, paper: Paper) -> None:
    for number in range(20):
        make_paper(day=MONDAY, source_votes=number)
    with CaptureQueriesContext(connection) as captured:
        client.get("/papers/date/2025-12-15")
    assert sum("community_vote" in query["sql"] for query in captured.captured_queries) == 1
