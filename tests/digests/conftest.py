"""A real mail server on the loopback, and subscriptions to write to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Event
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.test import override_settings

from broadsheet.digests.models import Letter, State, Subscription, What
from tests.processes import free_port


@dataclass
class Mailbox:
    """What a mail server took, and how it is to answer the next."""

    letters: list[tuple[str, EmailMessage]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    """Answers to recipients, by address."""
    on_letter: str = "250 taken"
    hang_up: bool = False
    """Whether it takes a letter and goes away without a word."""
    pipelines: bool = True
    """Whether it lets several commands be said at once, as most servers do."""
    port: int = 0
    connections: int = 0
    arrived: Event = field(default_factory=Event)

    def addresses(self) -> list[str]:
        return sorted(address for address, _ in self.letters)

    async def handle_EHLO(  # noqa: N802  the library calls it so
        self, server: SMTP, session: Session, envelope: Envelope, name: str, responses: list[str]
    ) -> list[str]:
        session.host_name = name
        self.connections += 1
        return [responses[0], *(["250-PIPELINING"] if self.pipelines else []), *responses[1:]]

    async def handle_RCPT(  # noqa: N802  the library calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  see above
        if not self.on_letter.startswith("250"):
            return self.on_letter
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.raw.append(envelope.content)
        self.letters += [(address, message) for address in envelope.rcpt_tos]
        self.arrived.set()
        if self.hang_up:
            assert server.transport is not None
            server.transport.close()
        return self.on_letter


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox(port=free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    server = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": box.port, "EMAIL_USE_TLS": False}
    try:
        with override_settings(**server, SITE_URL="https://papers.example.org"):
            yield box
    finally:
        controller.stop()


Subscribe = Callable[..., Subscription]


@pytest.fixture
def subscribe() -> Subscribe:
    def make(address: str = "ada@example.org", **more: Any) -> Subscription:
        wishes = {"about": "trending", "state": State.ACTIVE, **more}
        return Subscription.objects.create(address=address, **wishes)

    return make


def waiting(subscription: Subscription, what: What = What.PAPERS) -> Letter:
    """A letter in the outbox since New Year 2025, about everything after it."""
    moment = datetime(2025, 1, 1, tzinfo=UTC)
    return Letter.objects.create(
        subscription=subscription, what=what, edition="x", since=moment, not_before=moment
    )
