"""Collections: whose they are, who sees them, their order, feeds and files."""

from __future__ import annotations

import json

import pytest
from django.test import Client

from broadsheet.community import collecting
from broadsheet.community.limits import Refused
from broadsheet.community.shelves import Collection, Item
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from tests.community.people import make_reader
from tests.shelf import make_paper
from tests.web.reading import texts, tree_of, values

pytestmark = pytest.mark.django_db


@pytest.fixture
def papers() -> list[Paper]:
    return [make_paper(title, names=["A. Sample"]) for title in ("Springs", "Rivers", "Seas")]


def test_a_reader_makes_a_list_orders_it_and_shares_it(
    client: Client, reader: Reader, papers: list[Paper]
) -> None:
    springs, rivers, seas = papers
    client.post(f"/papers/{springs.slug}/collect", {"title": "Water <b>", "note": "Begin here."})
    shelf = Collection.objects.get()
    for paper in (rivers, seas, rivers):
        client.post(f"/papers/{paper.slug}/collect", {"collection": shelf.key})
    there = f"/collections/{shelf.key}"
    client.post(f"{there}/items", {"paper": seas.slug, "do": "up"})
    tree = tree_of(client.get(there))
    assert texts(tree, "//h1") == ["Water <b>"]
    assert texts(tree, "//article/h2") == ["Springs", "Seas", "Rivers"]
    assert texts(tree, "//p[@class='note']") == ["Begin here."]
    client.post(f"{there}/items", {"paper": springs.slug, "do": "out"})
    assert [Client().get(f"{there}{end}").status_code for end in ("", ".bib", ".atom")] == [404] * 3

    fields = {"title": "Water", "about": "Of it.", "reach": "public"}
    assert client.post(f"{there}/change", fields)["Location"] == there
    assert "/collections/" in values(tree_of(Client().get("/collections")), "//main//li/a/@href")[0]
    assert Client().get(f"{there}.bib").content.decode().count("@misc") == 2
    feed = json.loads(Client().get(f"{there}.json").content)
    assert [item["title"] for item in feed["items"]] == ["Rivers", "Seas"]
    assert client.post(f"{there}/change", {"do": "remove"}).status_code == 400
    client.post(f"{there}/change", {"do": "remove", "sure": "1"})
    assert not Item.objects.exists()


def test_who_has_the_address_sees_a_linked_list_that_is_nowhere_listed(papers: list[Paper]) -> None:
    shelf = collecting.create(make_reader(), "Water", reach="link")
    response = Client().get(f"/collections/{shelf.key}")
    assert response.status_code == 200
    assert values(tree_of(response), "//meta[@name='robots']/@content") == ["noindex"]
    assert "Water" not in Client().get("/collections").content.decode()
    collecting.put(shelf.owner, shelf.key, papers[0].id)
    assert "Springs" in Client().get(f"/collections/{shelf.key}").content.decode(), "kept too long"


def test_a_list_of_somebody_else_cannot_be_written(client: Client, papers: list[Paper]) -> None:
    shelf = collecting.create(make_reader("ada"), "Water", reach="public")
    client.force_login(make_reader("bob"))
    there, slug = f"/collections/{shelf.key}", papers[0].slug
    for address, fields in (
        (f"/papers/{slug}/collect", {"collection": shelf.key}),
        (f"{there}/items", {"paper": slug, "do": "note", "note": "x"}),
        (f"{there}/items", {"paper": slug, "do": "out"}),
        (f"{there}/change", {"title": "Fire", "reach": "private"}),
        (f"{there}/change", {"do": "remove", "sure": "1"}),
    ):
        assert client.post(address, fields).status_code == 404
    assert Collection.objects.get().title == "Water"
    assert not Item.objects.exists()


@pytest.mark.parametrize(("title", "reach"), [(" \0", "public"), ("Water", "world")])
def test_a_list_needs_a_name_and_a_known_reach(title: str, reach: str) -> None:
    with pytest.raises(Refused):
        collecting.create(make_reader(), title, reach=reach)


def test_places_have_no_doubles(papers: list[Paper]) -> None:
    ada = make_reader()
    shelf = collecting.create(ada, "Water")
    for paper in papers:
        collecting.put(ada, shelf.key, paper.id)
    collecting.take_out(ada, shelf.key, papers[2].id)
    collecting.put(ada, shelf.key, papers[2].id)
    collecting.move_up(ada, shelf.key, papers[0].id)
    collecting.move_up(ada, shelf.key, papers[2].id)
    placed = shelf.items.order_by("position").values_list("paper_id", "position")
    assert list(placed) == [(papers[0].id, 1), (papers[2].id, 2), (papers[1].id, 3)]
