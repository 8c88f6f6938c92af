"""GitHub and ORCID, played by a site on this machine with their addresses and their shapes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.github.views import GitHubOAuth2Adapter
from allauth.socialaccount.providers.orcid.views import OrcidOAuth2Adapter
from django.http import HttpResponse
from django.test import Client, override_settings

from broadsheet import connections
from broadsheet.readers.models import Reader
from tests.readers.conftest import Letters, make_reader

pytestmark = pytest.mark.django_db
KNOWN = connections.Client("papers", "a secret of the client")
NONE = connections.Client("", "")
IAM = "0000-0002-1825-0097"
ANSWERS: dict[str, Any] = {
    "/github/user": {"id": 42, "login": "ada", "name": "Ada", "email": None},
    "/github/user/emails": [{"email": "ada@example.org", "primary": True, "verified": True}],
    f"/orcid/{IAM}": {
        "orcid-identifier": {"uri": f"https://orcid.org/{IAM}", "path": IAM},
        "person": {"name": {"given-names": {"value": "Ada"}, "family-name": {"value": "Sample"}}},
    },
}


class Elsewhere:
    """Signs in whoever asks; notes what the site sent for the code."""

    def __init__(self) -> None:
        here = self
        self.asked: list[dict[str, list[str]]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                told = ANSWERS.get(self.path)
                allowed = "orcid" in self.path or self.headers["Authorization"] == "token good"
                self.answer(200 if told and allowed else 401, told)

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                here.asked.append(parse_qs(body))
                right = here.asked[-1]["client_secret"] == [KNOWN.secret]
                right = right and here.asked[-1]["code"] == ["a code"]
                told = {"access_token": "good", "token_type": "bearer", "orcid": IAM}
                self.answer(200 if right else 400, told if right else {"error": "no"})

            def answer(self, status: int, value: object) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(value).encode())

            def log_message(self, *_: object) -> None:
                """Nothing: the output of tests is quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[Elsewhere]:
    there = Elsewhere()
    for adapter, name in ((GitHubOAuth2Adapter, "github"), (OrcidOAuth2Adapter, "orcid")):
        monkeypatch.setattr(adapter, "access_token_url", f"{there.url}/{name}/token")
    monkeypatch.setattr(GitHubOAuth2Adapter, "profile_url", f"{there.url}/github/user")
    monkeypatch.setattr(GitHubOAuth2Adapter, "emails_url", f"{there.url}/github/user/emails")
    monkeypatch.setattr(OrcidOAuth2Adapter, "profile_url", f"{there.url}/orcid/%s")
    found = connections.providers(KNOWN, KNOWN, NONE)
    with override_settings(SOCIALACCOUNT_PROVIDERS=found):
        yield there
    there.server.shutdown()
    there.server.server_close()


def come_back(client: Client, name: str, state: str = "", code: str = "a code") -> HttpResponse:
    """Go there as a browser would, to the real address, and come back with a code."""
    there = urlsplit(client.post(f"/account/{name}/login/")["Location"])
    asked = parse_qs(there.query)
    assert f"{there.scheme}://{there.netloc}" in {"https://github.com", "https://orcid.org"}
    assert asked["client_id"] == [KNOWN.name]
    back = {"code": code, "state": state or asked["state"][0]}
    path = urlsplit(asked["redirect_uri"][0]).path
    response = client.get(f"{path}?{urlencode(back)}", follow=True)
    assert isinstance(response, HttpResponse)
    return response


@pytest.mark.parametrize("name", ["github", "orcid"])
def test_a_reader_joins_by_it_and_comes_back(
    client: Client, elsewhere: Elsewhere, letters: Letters, name: str
) -> None:
    come_back(client, name)
    form = {"username": "ada", "email": "ada@example.org"}
    response = client.post("/account/3rdparty/signup/", form, follow=True)
    if name == "orcid":  # it tells no address, so ours is asked for and verified
        client.post("/account/confirm-email/", {"code": letters.code()})
    assert client.get("/account/").status_code == 200, response
    again = Client()
    come_back(again, name)
    assert again.get("/account/").status_code == 200
    account = SocialAccount.objects.get()
    assert (account.provider, account.uid) == (name, "42" if name == "github" else IAM)
    assert Reader.objects.count() == 1
    assert all(asked["redirect_uri"][0].endswith("/callback/") for asked in elsewhere.asked)


@pytest.mark.parametrize("name", ["github", "orcid"])
def test_a_foreign_state_and_a_wrong_code_let_nobody_in(
    client: Client, elsewhere: Elsewhere, name: str
) -> None:
    for state, code in (("made-up", "a code"), ("", "another")):
        come_back(client, name, state, code)
        assert client.get("/account/").status_code == 302
    assert not SocialAccount.objects.exists()


def test_its_word_about_an_address_opens_no_account_that_is_here(
    client: Client, elsewhere: Elsewhere, letters: Letters
) -> None:
    make_reader("ada")
    come_back(client, "github")
    client.post("/account/3rdparty/signup/", {"username": "eve", "email": "ada@example.org"})
    assert client.get("/account/").status_code == 302


def test_a_broken_answer_is_a_page(client: Client, elsewhere: Elsewhere) -> None:
    elsewhere.server.shutdown()
    elsewhere.server.server_close()
    assert come_back(client, "github").status_code in (401, 503)
    assert client.get("/account/").status_code == 302
    with pytest.raises(httpx.ConnectError):
        httpx.get(elsewhere.url)
