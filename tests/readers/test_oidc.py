"""Signing in by an OpenID Connect provider that really runs beside the test."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.http import HttpResponse
from django.test import Client, override_settings

from broadsheet import connections
from broadsheet.readers.models import Reader
from tests.readers.conftest import Letters, make_reader
from tests.readers.provider import CLIENT, SECRET, Provider
from tests.web.reading import texts, tree_of

pytestmark = pytest.mark.django_db
NONE = connections.Client("", "")
START = "/account/oidc/oidc/login/"


@pytest.fixture
def provider() -> Iterator[Provider]:
    running = Provider({"sub": "42", "email": "ada@example.org", "email_verified": True})
    client = connections.Client(CLIENT, SECRET, running.url, "The lab")
    found = connections.providers(NONE, NONE, client)
    origins = connections.origins(NONE, NONE, client)
    with override_settings(SOCIALACCOUNT_PROVIDERS=found, SIGN_IN_ORIGINS=origins):
        yield running
    running.close()


def come_back(client: Client, provider: Provider) -> HttpResponse:
    """Go to the provider as a browser would, and come back with what it says."""
    there = client.post(START)["Location"]
    assert there.startswith(f"{provider.url}/authorize?")
    back = httpx.get(there).headers["Location"]
    parts = urlsplit(back)
    response = client.get(f"{parts.path}?{parts.query}", follow=True)
    assert isinstance(response, HttpResponse)
    return response


def test_a_reader_joins_and_comes_back_by_the_provider(
    client: Client, provider: Provider, letters: Letters
) -> None:
    assert "The lab" in client.get("/account/login/").content.decode()
    assert texts(tree_of(come_back(client, provider)), "//h1") == ["Sign Up"]
    response = client.post(
        "/account/3rdparty/signup/", {"username": "ada", "email": "ada@example.org"}
    )
    assert response["Location"] == "/papers", "the provider has verified the address"
    assert client.get("/account/").status_code == 200
    again = Client()
    come_back(again, provider)
    assert again.get("/account/").status_code == 200
    assert provider.faults == []
    assert Reader.objects.count() == 1


def test_another_sites_word_opens_no_account_that_is_here(
    client: Client, provider: Provider, letters: Letters
) -> None:
    make_reader("ada")
    come_back(client, provider)
    client.post("/account/3rdparty/signup/", {"username": "eve", "email": "ada@example.org"})
    assert client.get("/account/").status_code == 302


@pytest.mark.parametrize(
    ("what", "value"),
    [("issued_to", "somebody else"), ("issuer", "https://other.example"), ("lasts", -3600)],
)
def test_a_token_that_is_not_for_us_is_refused(
    client: Client, provider: Provider, what: str, value: str | int
) -> None:
    setattr(provider, what, value)
    response = come_back(client, provider)
    assert "Sign Up" not in texts(tree_of(response), "//h1")
    assert client.get("/account/").status_code == 302


def test_an_answer_that_was_not_asked_for_is_refused(client: Client, provider: Provider) -> None:
    there = client.post(START)["Location"]
    back = urlsplit(httpx.get(there).headers["Location"])
    other = Client()
    other.get(f"{back.path}?{back.query}", follow=True)
    assert other.get("/account/").status_code == 302
    assert parse_qs(urlsplit(there).query)["code_challenge_method"] == ["S256"]


def test_a_link_alone_does_not_go_to_the_provider(client: Client, provider: Provider) -> None:
    response = client.get(START)
    assert response.status_code == 200
    assert f"form-action 'self' {provider.url};" in response["Content-Security-Policy"]


def test_where_nobody_may_join_the_provider_makes_no_account(
    client: Client, provider: Provider
) -> None:
    with override_settings(MODE="closed"):
        come_back(client, provider)
        client.post("/account/3rdparty/signup/", {"username": "ada", "email": "ada@example.org"})
    assert not Reader.objects.exists()


def test_a_provider_that_is_gone_is_answered_with_a_page(
    client: Client, provider: Provider
) -> None:
    provider.close()
    response = client.post(START)
    assert response.status_code == 503
    assert texts(tree_of(response), "//h1") == ["Not signed in"]
