"""Filters that a reader keeps: on every list, until they are forgotten, and for nobody else."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from broadsheet.feeds.models import Remembered
from broadsheet.readers.models import Reader
from tests.community.people import make_reader
from tests.shelf import make_paper
from tests.web.reading import texts, values
from tests.web.test_reading import page

pytestmark = pytest.mark.django_db
CHOSEN = {"category": "cs.LG", "code": "1", "next": "/papers/newest"}
ADDRESS = "?category=cs.LG&code=1"


@pytest.fixture
def reader(client: Client) -> Reader:
    make_paper("Rivers", arxiv_id="2512.00001", day=date(2025, 12, 15), categories=["math.AG"])
    reader = make_reader()
    client.force_login(reader)
    return reader


def test_kept_filters_stand_in_the_address_of_every_list(client: Client, reader: Reader) -> None:
    assert client.get("/papers/newest").status_code == 200
    tree = page(client, f"/papers/newest{ADDRESS}")
    sent = {"category", "code", "next", "csrfmiddlewaretoken"}
    assert set(values(tree, "(//form[@class='remember'])[1]/input/@name")) == sent
    response = client.post("/papers/filters", CHOSEN)
    assert response["Location"] == "/papers/newest"
    for address in ("/papers/newest", "/papers/trending", "/papers", "/papers/date/2025-12-15"):
        assert client.get(address)["Location"] == address + ADDRESS
    for address in ("/papers/newest?votes=", "/categories/math.AG", "/papers/newest.atom"):
        assert client.get(address).status_code in (200, 404), "other lists are as they are"
    assert texts(page(client, "/papers/newest?votes="), "//h1") == ["Newest papers"]
    assert Client().get("/papers/newest").status_code == 200, "nobody else is led there"
    client.post("/papers/filters", {"next": "/papers/newest"})
    assert client.get("/papers/newest").status_code == 200
    assert not Remembered.objects.exists()


def test_what_no_list_can_follow_is_not_kept(client: Client, reader: Reader) -> None:
    refused = client.post("/papers/filters", {"category": "cs.NOTHING"})
    assert refused.status_code == 400
    assert "is no arXiv category" in refused.content.decode()
    Remembered.objects.create(reader=reader, query="category=gone.XX")
    assert client.get("/papers/newest").status_code == 200, "a category that is no more"
