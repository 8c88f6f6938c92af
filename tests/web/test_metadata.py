"""What a paper's page tells machines about it."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.test import Client

from tests.shelf import make_paper
from tests.web.conftest import Page
from tests.web.reading import Tree, values

pytestmark = pytest.mark.django_db


def tagged(tree: Tree, kind: str) -> dict[str, list[str]]:
    """The contents of the meta tags, by `name` or `property`."""
    found: dict[str, list[str]] = {}
    for tag in tree.xpath(f"//meta[@{kind}]"):
        found.setdefault(tag.get(kind), []).append(tag.get("content"))
    return found


def known() -> None:
    make_paper(
        "Rivers in $\\mathbb{R}^2$",
        arxiv_id="2401.01234",
        doi="10.1000/rivers",
        names=["Zoë van Example", "The Rivers Team"],
        abstract="Water & <b>sand</b>.",
        published=date(2024, 1, 2),
        keywords=["rivers", "dams"],
        licence="http://creativecommons.org/licenses/by/4.0/",
    )


def test_highwire_tags_for_reference_managers_and_search_engines(page: Page) -> None:
    known()
    found = tagged(page("/papers/2401.01234"), "name")
    assert {name: told for name, told in found.items() if name.startswith("citation")} == {
        "citation_title": ["Rivers in ℝ²"],
        "citation_author": ["van Example, Zoë", "The Rivers Team"],
        "citation_publication_date": ["2024/01/02"],
        "citation_doi": ["10.1000/rivers"],
        "citation_arxiv_id": ["2401.01234"],
        "citation_pdf_url": ["https://arxiv.org/pdf/2401.01234"],
        "citation_abstract_html_url": ["http://testserver/papers/2401.01234"],
        "citation_keywords": ["rivers; dams"],
    }
    assert found["description"] == ["Water & <b>sand</b>."]


def test_open_graph_tags_for_previews(page: Page) -> None:
    known()
    found = tagged(page("/papers/2401.01234"), "property")
    assert found["og:title"] == ["Rivers in ℝ²"]
    assert found["og:image"] == ["http://testserver/papers/2401.01234.png"]
    assert found["og:url"] == ["http://testserver/papers/2401.01234"]
    assert found["og:description"] == ["Water & <b>sand</b>."]


def test_linked_data_is_what_schema_org_calls_an_article(page: Page) -> None:
    known()
    [script] = page("/papers/2401.01234").xpath("//script[not(@src)]")
    assert script.get("type") == "application/ld+json"
    told = json.loads(script.text)
    assert told["@type"] == "ScholarlyArticle"
    assert told["headline"] == "Rivers in ℝ²"
    assert told["author"] == [
        {"@type": "Person", "name": "Zoë van Example"},
        {"@type": "Organization", "name": "The Rivers Team"},
    ]
    assert told["datePublished"] == "2024-01-02"
    assert told["abstract"] == "Water & <b>sand</b>."
    assert told["license"] == "http://creativecommons.org/licenses/by/4.0/"
    assert told["sameAs"] == ["https://arxiv.org/abs/2401.01234"]


def test_text_of_others_cannot_leave_its_element(client: Client) -> None:
    make_paper("</script><script>alert(1)</script>", arxiv_id="2401.01234", abstract='"><b>')
    body = client.get("/papers/2401.01234").content.decode()
    assert body.count("<script") == 2  # that of linked data and that of suggestions
    assert "alert(1)</script>" not in body
    assert '"><b>' not in body


def test_of_a_paper_of_which_only_the_title_is_known_little_is_told(page: Page) -> None:
    paper = make_paper("Only a title")
    tree = page(f"/papers/b{paper.id}")
    assert set(tagged(tree, "name")) & {"citation_author", "citation_doi", "citation_pdf_url"} == (
        set()
    )
    assert values(tree, "//link[@rel='canonical']/@href") == [
        f"http://testserver/papers/b{paper.id}"
    ]
