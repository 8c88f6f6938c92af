"""Fixtures for accounts: readers, and a mail server that really speaks SMTP."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client, override_settings

from broadsheet.readers.models import Reader

PASSWORD = "seven wet herons"  # noqa: S105  invented for tests


@dataclass
class Letters:
    """What the server was handed in."""

    all: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        content = envelope.original_content or b""
        self.all.append(message_from_bytes(content, policy=policy.default))
        return "250 OK"

    def last(self) -> str:
        return str(self.all[-1].get_content())

    def code(self) -> str:
        """The code that the last letter tells."""
        [found] = re.findall(r"^([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", self.last(), re.MULTILINE)
        return str(found)


@pytest.fixture(autouse=True)
def nothing_counted(request: pytest.FixtureRequest) -> None:
    """Limits on requests begin anew."""
    if "django_db" in [mark.name for mark in request.node.iter_markers()]:
        request.getfixturevalue("db")
        cache.clear()


@pytest.fixture
def letters() -> Iterator[Letters]:
    """A mail server on this machine, which the site hands its letters to."""
    handler = Letters()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        backend = "django.core.mail.backends.smtp.EmailBackend"
        with override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=port):
            yield handler
    finally:
        controller.stop()


@pytest.fixture
def ada(db: None) -> Reader:
    return make_reader("ada")


@pytest.fixture
def signed_in(client: Client, ada: Reader) -> Client:
    response = client.post("/account/login/", {"login": ada.email, "password": PASSWORD})
    assert response.status_code == 302, response.content
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    return client


def make_reader(handle: str) -> Reader:
    email = f"{handle}@example.org"
    reader = Reader.objects.create_user(handle, email, PASSWORD)
    EmailAddress.objects.create(user=reader, email=email, verified=True, primary=True)
    return reader
