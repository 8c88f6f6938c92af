"""Passwords, codes, tokens and links never reach the log of a site that really runs."""

from __future__ import annotations

import logging
import re
import socket
from pathlib import Path

import httpx
import pytest
from aiosmtpd.controller import Controller

from broadsheet.web.masking import Masked
from tests.abuse.running import ask, running
from tests.api import recorded
from tests.readers.conftest import Letters

PASSWORD = "nine dry otters swim"  # noqa: S105  invented for tests


def form(client: httpx.Client, page: str, **fields: str) -> httpx.Response:
    client.get(page)
    fields["csrfmiddlewaretoken"] = client.cookies["csrftoken"]
    return client.post(page, data=fields)


def test_no_secret_is_in_the_log(tmp_path: Path) -> None:
    letters = Letters()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    mail = Controller(letters, hostname="127.0.0.1", port=port)
    mail.start()
    settings = {
        "BROADSHEET_SMTP": f"smtp://127.0.0.1:{port}",
        "BROADSHEET_LOG_LEVEL": "DEBUG",
    }
    try:
        with running(tmp_path, recorded.line(), **settings) as server:
            with httpx.Client(base_url=server.address, timeout=60) as client:
                secrets = play(client, letters)
            secrets += signed_links(ask(server, SIGNED), server.address)
    finally:
        mail.stop()
    log = (tmp_path / "log").read_text("utf-8")
    assert "Not Found: /nothing/here" in log, "it is the right log, and it says what happens"
    assert "Not Found: /invited/…" in log
    assert len(secrets) >= 9
    assert [secret for secret in secrets if secret in log] == []


def play(client: httpx.Client, letters: Letters) -> list[str]:
    """Sign up, in by wrong and right, make tokens and use them well and badly; all the secrets."""
    email = "ada@example.org"
    form(client, "/account/signup/", username="ada", email=email, password1=PASSWORD)
    code = letters.code()
    form(client, "/account/confirm-email/", code=code)
    assert client.get("/account/").status_code == 200
    with httpx.Client(base_url=client.base_url, timeout=60) as other:
        wrong = "eleven wrong geese"
        form(other, "/account/login/", login=email, password=wrong)
        form(other, "/account/login/code/", email=email)
    by_letter = letters.code()
    form(client, "/account/reauthenticate/", password=PASSWORD)
    made = form(client, "/account/tokens", name="a script", scopes="vote", days="30")
    [token] = set(re.findall(r"bst_[\w-]{40,}", made.text))
    bearer = {"Authorization": f"Bearer {token}"}
    assert client.post("/api/papers/2512.00007/vote", json={}, headers=bearer).status_code == 200
    assert client.post("/api/papers/9999.0/vote", json={}, headers=bearer).status_code == 404
    bad = "bst_" + "k" * 43
    client.get("/api/whoami-v2", headers={"Authorization": f"Bearer {bad}"})
    invited = form(client, "/account/invitations")
    [invitation] = set(re.findall(r"/invited/([\w-]{20,})", invited.text))
    client.get(f"/invited/{'x' + invitation}")
    client.get("/nothing/here")
    session = client.cookies["sessionid"]
    return [PASSWORD, code, wrong, by_letter, token, bad, invitation, session]


SIGNED = """
from broadsheet.digests import links
from broadsheet.digests.models import Subscription
made = Subscription.objects.create(address="eve@example.org", about="category", name="cs.LG")
print("told:" + links.token(made, "change"), links.token(made, "confirm"))
"""


def signed_links(told: str, address: str) -> list[str]:
    """Links of letters, asked for in ways that the server writes into its log."""
    tokens = told.rpartition("told:")[2].split()
    for token in tokens:
        for method, end in (("GET", "/pause"), ("GET", "x"), ("PUT", ""), ("POST", "/nothing")):
            httpx.request(method, f"{address}/letters/{token}{end}", timeout=60)
    return tokens


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("Not Found: /papers/2512.00001", "Not Found: /papers/2512.00001"),
        ("Not Found: /invited/" + "a" * 32, "Not Found: /invited/…"),
        ("Method Not Allowed (GET): /letters/" + "ab:c_-" * 9 + "/end", None),
        (f"GET http://x/letters/{'q' * 40}?a=b", f"GET http://x/letters/{'…'}?a=b"),
    ],
)
def test_what_is_masked(line: str, kept: str | None) -> None:
    record = logging.LogRecord("x", logging.WARNING, "x", 1, "%s", (line,), None)
    assert Masked().filter(record)
    assert record.getMessage() == (kept or "Method Not Allowed (GET): /letters/…/end")
