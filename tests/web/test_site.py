"""What all pages share: headers, errors, static files."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import DatabaseError
from django.http import HttpRequest
from django.test import Client

from broadsheet.papers.models import PaperQuerySet
from broadsheet.web.templating import asset
from tests.web.conftest import Page
from tests.web.reading import texts, tree_of, values

ADDRESSES = ["/papers", "/about", "/papers?q=rivers", "/nowhere", "/api"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_allows_nothing_but_itself(client: Client, address: str) -> None:
    response = client.get(address)
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "camera=()" in response["Permissions-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert not response.cookies


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_has_its_landmarks_and_loads_nothing_from_elsewhere(
    client: Client, address: str
) -> None:
    tree = tree_of(client.get(address))
    assert tree.get("lang") == "en"
    assert len(tree.xpath("//h1")) == 1
    for landmark in ("body/header", "main", "footer", "form[@role='search']"):
        assert len(tree.xpath(f"//{landmark}")) == 1, landmark
    assert values(tree, "//a[@class='skip']/@href") == ["#main"]
    assert not tree.xpath("//script[not(@src)] | //style | //*[@style] | //iframe")
    loaded = values(tree, "//link[@rel='stylesheet' or @rel='icon']/@href | //script/@src")
    assert loaded
    assert all(address.startswith("/static/") for address in loaded)


@pytest.mark.parametrize("path", ["broadsheet.css", "favicon.svg", "suggest.js"])
def test_static_files_are_served_and_may_be_kept(client: Client, path: str) -> None:
    response = client.get(asset(path))
    assert response.status_code == 200
    assert "max-age=31536000" in response["Cache-Control"]
    assert response.getvalue()


def test_a_missing_static_file_is_found_out_at_once() -> None:
    with pytest.raises(FileNotFoundError, match=r"nothing\.css"):
        asset("nothing.css")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/nowhere", "/about/me"])
def test_an_unknown_address_is_a_page(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    tree = tree_of(response)
    assert texts(tree, "//h1") == ["Nothing at this address"]
    assert "/papers" in values(tree, "//main//a/@href")


def test_a_failure_is_a_page_that_needs_no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise DatabaseError("the database is gone")

    monkeypatch.setattr(PaperQuerySet, "newest_day", fail)
    response = Client(raise_request_exception=False).get("/papers")
    assert response.status_code == 500
    assert texts(tree_of(response), "//h1") == ["Something went wrong here"]
    assert "gone" not in response.content.decode()


@pytest.mark.django_db
def test_an_unchanged_page_is_not_sent_again(client: Client) -> None:
    first = client.get("/about")
    again = client.get("/about", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    assert not again.content


def test_robots_may_read_papers_but_not_search(client: Client) -> None:
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain"
    told = response.content.decode().splitlines()
    assert {"Disallow: /papers?q=", "Disallow: /papers.atom?q="} <= set(told)


@pytest.mark.django_db
def test_about_tells_what_the_site_does(page: Page) -> None:
    assert texts(page("/about"), "//h1") == ["About Broadsheet"]


def test_the_error_handlers_stand_alone() -> None:
    from broadsheet.web.errors import not_found, server_error

    request = HttpRequest()
    request.path = "/papers/" + "x" * 1_000
    assert not_found(request, Exception("secret")).status_code == 404
    assert b"secret" not in not_found(request, Exception("secret")).content
    assert server_error(request).status_code == 500


def test_no_two_scripts_use_one_name() -> None:
    """They share one scope: the later function of a name would be called for both."""
    folder = Path(__file__).resolve().parents[2] / "broadsheet" / "web" / "static"
    declared = re.compile(r"^(?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE)
    names = [name for file in folder.glob("*.js") for name in declared.findall(file.read_text())]
    assert len(names) > 10
    assert sorted(names) == sorted(set(names))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("/sources/", "/sources"),
        ("/papers/?q=a%20b", "/papers?q=a%20b"),
        ("/account/login", "/account/login/"),
        ("/admin", "/admin/"),
    ],
)
def test_a_slash_too_many_or_too_few_leads_to_the_page(
    client: Client, asked: str, meant: str
) -> None:
    response = client.get(asked)
    assert (response.status_code, response["Location"]) == (301, meant)


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["//example.org/", "//example.org", "/nothing/", "/nothing"])
def test_a_slash_leads_to_no_other_site(client: Client, asked: str) -> None:
    assert client.get("/", PATH_INFO=asked).status_code == 404
    assert client.post("/sources/").status_code in (403, 404)
