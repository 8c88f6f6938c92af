"""Who is believed about where a request comes from and whose it is."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings

from broadsheet.readers.models import Reader
from broadsheet.web import proxies
from tests.web.reading import tree_of, values

PROXY: dict[str, Any] = {
    "TRUSTED_PROXIES": ["127.0.0.1", "10.0.0.0/8"],
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    "SIGN_IN_HEADER": "Remote-User",
}


def passed(**meta: str) -> HttpRequest:
    """The request as the site sees it behind the middleware."""
    seen: list[HttpRequest] = []

    def keep(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    with override_settings(**PROXY):
        proxies.believed(keep)(RequestFactory().get("/", **meta))  # type: ignore[arg-type]  # META
    return seen[0]


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.7, 10.1.1.1", "203.0.113.7"),
        ("127.0.0.1", "nonsense", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
    ],
)
def test_the_last_stranger_on_the_way_is_the_client(peer: str, forwarded: str, client: str) -> None:
    request = passed(REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=forwarded)
    assert request.META["REMOTE_ADDR"] == client


def test_https_is_believed_from_the_proxy_only() -> None:
    told = {"HTTP_X_FORWARDED_PROTO": "https"}
    assert "HTTP_X_FORWARDED_PROTO" in passed(REMOTE_ADDR="10.1.2.3", **told).META
    assert "HTTP_X_FORWARDED_PROTO" not in passed(REMOTE_ADDR="203.0.113.9", **told).META


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("peer", "handle", "known"),
    [
        ("127.0.0.1", "ada", True),
        ("127.0.0.1", "eve", False),
        ("203.0.113.9", "ada", False),
    ],
)
def test_a_proxy_signs_readers_in(ada: Reader, peer: str, handle: str, known: bool) -> None:
    with override_settings(**PROXY):
        client = Client(REMOTE_ADDR=peer, headers={"Remote-User": handle})
        response = client.get("/about")
    assert ("/readers/ada" in values(tree_of(response), "//a[@class='me']/@href")) is known


@pytest.mark.django_db
def test_a_page_for_a_reader_named_by_a_proxy_is_not_kept(ada: Reader) -> None:
    with override_settings(**PROXY):
        Client(REMOTE_ADDR="127.0.0.1", headers={"Remote-User": "ada"}).get("/about")
        visitor = Client(REMOTE_ADDR="127.0.0.1").get("/about")
    assert b"/readers/ada" not in visitor.content


@pytest.mark.django_db
def test_who_came_by_the_proxy_leaves_when_it_names_another(ada: Reader) -> None:
    with override_settings(**PROXY):
        client = Client(REMOTE_ADDR="127.0.0.1")
        client.get("/about", headers={"Remote-User": "ada"})
        page = client.get("/about", headers={"Remote-User": "eve"})
    assert b"/readers/ada" not in page.content
