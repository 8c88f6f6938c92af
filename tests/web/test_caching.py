"""Visitors' pages are kept whole, and never shown when they are out of date."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from broadsheet.papers.models import Counter, Paper
from broadsheet.search.results import Status
from tests.shelf import make_paper
from tests.web.conftest import FakeEngine

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db
TODAY = date(2025, 12, 17)


@pytest.fixture
def paper() -> Paper:
    return make_paper("On rivers", arxiv_id="2512.00001", day=TODAY)


@pytest.mark.usefixtures("paper")
@pytest.mark.parametrize("address", ["/papers", "/papers/2512.00001", "/papers?q=x", "/papers.rss"])
def test_a_kept_page_costs_one_query(
    client: Client, address: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = client.get(address)
    with django_assert_num_queries(1):
        again = client.get(address)
    assert again.content == first.content
    assert dict(again.items()) == dict(first.items())
    with django_assert_num_queries(1):
        known = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert known.status_code == 304
    assert not known.content


@pytest.mark.usefixtures("paper")
def test_pages_may_be_kept_by_others_but_are_asked_for_anew(client: Client) -> None:
    response = client.get("/papers")
    assert response["Cache-Control"] == "public, no-cache"
    assert response["Vary"] == "Accept, Cookie"


def changed(paper: Paper) -> None:
    Counter.objects.filter(name="changes").update(value=F("value") + 1)
    Paper.objects.filter(id=paper.id).update(title="On seas")


def test_a_change_is_shown_at_once(client: Client, paper: Paper) -> None:
    assert b"On rivers" in client.get("/papers").content
    changed(paper)
    assert b"On seas" in client.get("/papers").content


def test_a_new_day_is_shown_at_once(
    client: Client, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_paper("Of tomorrow", day=date(2025, 12, 18))
    assert b"Of tomorrow" not in client.get("/papers").content
    monkeypatch.setattr(timezone, "localdate", lambda: date(2025, 12, 18))
    assert b"Of tomorrow" in client.get("/papers").content


def test_a_search_is_shown_anew_when_the_index_moves(
    client: Client, paper: Paper, fake_engine: FakeEngine
) -> None:
    assert b"On rivers" not in client.get("/papers?q=water").content
    fake_engine.finds([paper])
    fake_engine.status_now = Status(5, 4, 5, "a model")
    assert b"On rivers" in client.get("/papers?q=water").content


def test_addresses_and_hosts_are_kept_apart(client: Client, paper: Paper) -> None:
    day = client.get("/papers").content
    assert client.get("/papers?category=math").content != day
    assert b"http://localhost/" in client.get("/papers.rss", headers={"Host": "localhost"}).content
    assert b"http://localhost/" not in client.get("/papers.rss").content


@pytest.mark.parametrize("headers", [{"Cookie": "sessionid=x"}, {"Authorization": "Bearer x"}])
def test_whoever_may_be_known_gets_a_page_of_their_own(
    client: Client, paper: Paper, headers: dict[str, str]
) -> None:
    client.get("/papers")
    Paper.objects.filter(id=paper.id).update(title="On seas")
    assert b"On seas" in client.get("/papers", headers=headers).content
    assert "public" not in client.get("/papers", headers=headers).get("Cache-Control", "")
    assert b"On rivers" in Client().get("/papers").content


def test_what_failed_is_not_kept(client: Client) -> None:
    assert client.get("/papers/2512.00009").status_code == 404
    make_paper("Here now", arxiv_id="2512.00009")
    Counter.objects.filter(name="changes").update(value=0)
    assert client.get("/papers/2512.00009").status_code == 200
