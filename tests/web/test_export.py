"""Lists and papers at the same address in other forms."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.test import Client

from broadsheet.feeds import jobs
from broadsheet.papers.actions import save_records
from broadsheet.papers.models import Paper
from broadsheet.papers.records import Record
from broadsheet.web import export
from tests.shelf import make_paper
from tests.web.conftest import FakeEngine, Page
from tests.web.reading import texts, values

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db
MONDAY = date(2025, 12, 15)
KINDS = {
    "md": "text/markdown; charset=utf-8",
    "bib": "application/x-bibtex; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
    "csl.json": "application/vnd.citationstyles.csl+json; charset=utf-8",
}


def rivers(number: int = 1, source_votes: int = 0) -> Paper:
    return make_paper(
        f"Rivers {number}",
        arxiv_id=f"2512.{number:05}",
        names=["Ann Tester"],
        categories=("cs.CL",),
        day=MONDAY,
        published=date(2025, 12, 12),
        abstract="Water.",
        source_votes=source_votes,
    )


@pytest.mark.parametrize("form", KINDS)
@pytest.mark.parametrize(
    "address",
    [
        "/papers",
        "/papers/date/2025-12-15",
        "/papers/week/2025-W51",
        "/papers/month/2025-12",
        "/papers/2512.00001",
    ],
)
def test_every_list_and_paper_in_every_form(client: Client, address: str, form: str) -> None:
    rivers()
    response = client.get(f"{address}.{form}")
    assert response.status_code == 200
    assert response["Content-Type"] == KINDS[form]
    assert "Rivers 1" in response.content.decode()
    assert response["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize("form", KINDS)
def test_a_search_in_every_form(client: Client, fake_engine: FakeEngine, form: str) -> None:
    fake_engine.finds([rivers(2), rivers(1)])
    body = client.get(f"/papers.{form}", {"q": "rivers"}).content.decode()
    assert body.index("Rivers 2") < body.index("Rivers 1")


def test_a_file_has_a_name(client: Client) -> None:
    make_paper("Old", arxiv_id="hep-th/9901001", day=MONDAY)
    response = client.get("/papers/hep-th/9901001.bib")
    assert response["Content-Disposition"] == 'inline; filename="hep-th-9901001.bib"'
    assert response.content.startswith(b"@misc{arXiv:hep-th/9901001,")
    response = client.get("/papers/date/2025-12-15.csl.json")
    assert response["Content-Disposition"] == 'inline; filename="2025-12-15.csl.json"'


def test_who_prefers_markdown_gets_it_at_the_page_itself(client: Client, page: Page) -> None:
    rivers()
    for address, title in (
        ("/papers", "# Monday 15 December 2025"),
        ("/papers/date/2025-12-15", "# Monday 15 December 2025"),
        ("/papers/2512.00001", "# Rivers 1"),
    ):
        response = client.get(address, headers={"Accept": "text/markdown, text/html;q=0.5"})
        assert response["Content-Type"] == KINDS["md"]
        assert response.content.decode().startswith(title)
        assert "Accept" in response["Vary"]
        html = client.get(address, headers={"Accept": "text/html,*/*;q=0.8"})
        assert html["Content-Type"].startswith("text/html")
        assert "Accept" in html["Vary"]


def test_addresses_in_markdown_are_whole(client: Client) -> None:
    rivers()
    body = client.get("/papers.md").content.decode()
    assert "## 1. [Rivers 1](http://testserver/papers/2512.00001)" in body


def test_a_long_list_goes_on_where_its_header_says(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "MOST", 2)
    for number in range(1, 6):
        rivers(number, source_votes=number)
    seen: list[str] = []
    address = "/papers/date/2025-12-15.csl.json"
    while address:
        response = client.get(address)
        seen += [item["id"][-1] for item in json.loads(response.content)]
        link = response.get("Link", "")
        assert not link or link.endswith('; rel="next"')
        address = link.partition(";")[0].strip("<>").removeprefix("http://testserver")
    assert seen == ["5", "4", "3", "2", "1"]


@pytest.mark.parametrize("form", KINDS)
def test_lists_without_an_end_in_every_form(client: Client, form: str) -> None:
    saved = save_records([Record("arxiv-json", "line 1", "Rivers", categories=("cs.CL",))])
    jobs.catch_up()
    for address in ("/papers/newest", "/papers/top", "/categories/cs.CL"):
        response = client.get(f"{address}.{form}")
        assert response["Content-Type"] == KINDS[form]
        assert f"b{saved.new[0]}" in response.content.decode()


def test_a_list_is_filtered_as_its_page_is(client: Client) -> None:
    rivers()
    assert client.get("/papers/date/2025-12-15.bib?category=cs.CL").content
    assert not client.get("/papers/date/2025-12-15.bib?category=math").content
    assert client.get("/papers/date/2025-12-15.bib?category=rivers").status_code == 404


def test_a_day_without_papers_is_an_empty_file(client: Client) -> None:
    rivers()
    assert client.get("/papers/date/2025-12-01.bib").content == b""
    assert b"No paper was found." in client.get("/papers/date/2025-12-01.md").content
    assert client.get("/papers/date/2025-12-15.md?after=0.0.1").status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/papers/2512.99999.bib", "/papers/date/2025-13-01.md", "/papers.md?q=x&page=0",
     "/papers/date/2025-12-15.md?after=x", "/papers/date/2025-12-15.pdf"],
)  # fmt: skip
def test_what_is_not_here_is_a_404(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_unchanged_files_are_not_made_again(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rivers()
    known = {"If-None-Match": client.get("/papers/2512.00001.md")["ETag"]}
    with django_assert_num_queries(1):
        assert client.get("/papers/2512.00001.md", headers=known).status_code == 304
    rivers(2)
    assert client.get("/papers/2512.00001.md", headers=known).status_code == 200


@pytest.mark.parametrize("papers", [1, 40])
def test_an_export_asks_the_database_the_same_whatever_it_holds(
    client: Client, papers: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(1, papers + 1):
        rivers(number)
    with django_assert_num_queries(10):
        client.get("/papers/date/2025-12-15.bib")


def test_the_page_leads_to_its_other_forms(page: Page) -> None:
    rivers()
    tree = page("/papers/2512.00001")
    addresses = [f"/papers/2512.00001.{form}" for form in ("bib", "ris", "csl.json", "md")]
    assert values(tree, "//section[@class='cite']/p/a/@href") == addresses
    assert values(tree, "//link[@rel='alternate']/@href") == addresses
    assert texts(tree, "//section[@class='cite']/p") == ["As a file: BibTeX RIS CSL-JSON Markdown"]
