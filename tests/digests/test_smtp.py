"""Real conversations with a server that takes several commands at once, and with one that does
not."""

from __future__ import annotations

import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from django.test import override_settings

from broadsheet.digests import jobs
from broadsheet.digests.models import Letter, Stage, State, Subscription
from broadsheet.digests.smtp import Postman, Refused, Unanswered
from tests.digests.conftest import Mailbox, Subscribe, waiting

pytestmark = pytest.mark.django_db
LETTER = b"Subject: Rivers\r\n\r\nOne\r\n.\r\n..two\r\n"


@pytest.fixture(params=[True, False], ids=["pipelining", "in turn"])
def server(request: pytest.FixtureRequest, mailbox: Mailbox) -> Mailbox:
    mailbox.pipelines = request.param
    return mailbox


def test_a_line_with_a_dot_does_not_end_a_letter(server: Mailbox) -> None:
    with Postman() as postman:
        assert postman.begin("ada@example.org")(LETTER).startswith("250 ")
    assert server.raw[0].rstrip() == LETTER.rstrip()


def test_after_a_refusal_the_same_connection_takes_the_next(server: Mailbox) -> None:
    server.refuse["gone@example.org"] = "550 unknown"
    with Postman() as postman:
        for _ in range(2):
            with pytest.raises(Refused, match="550 unknown") as refused:
                postman.begin("gone@example.org")
            assert (refused.value.of_address, refused.value.for_good) == (True, True)
            postman.begin("ada@example.org")(LETTER)
        server.on_letter = "451 later"
        with pytest.raises(Refused, match="451 later") as refused:
            postman.begin("ada@example.org")(LETTER)
        assert (refused.value.of_address, refused.value.for_good) == (False, False)
        server.on_letter = "250 taken"
        postman.begin("bob@example.org")(LETTER)
    assert server.addresses() == ["ada@example.org", "ada@example.org", "bob@example.org"]
    assert server.connections == 1


def test_a_letter_that_was_begun_and_never_said_does_not_arrive(server: Mailbox) -> None:
    with Postman() as postman:
        postman.begin("ada@example.org")
        postman.begin("bob@example.org")(LETTER)
        postman.begin("eve@example.org")
    assert server.addresses() == ["bob@example.org"]


def test_a_server_that_goes_away_with_the_letter_has_not_answered(server: Mailbox) -> None:
    server.hang_up = True
    with Postman() as postman:
        with pytest.raises(Unanswered):
            postman.begin("ada@example.org")(LETTER)
        server.hang_up = False
        postman.begin("bob@example.org")(LETTER)
    assert server.addresses() == ["ada@example.org", "bob@example.org"]


def test_an_address_that_no_server_knows_holds_up_no_others(
    server: Mailbox, subscribe: Subscribe
) -> None:
    """Such addresses pass the form: a domain of other letters, and what is an `s` to Unicode."""
    for address in ("\u017fa@example.org", "ada@exämple.org", "bob@example.org"):
        waiting(subscribe(address, only_with_papers=False))
    jobs.send_due()
    assert server.addresses() == ["ada@xn--exmple-cua.org", "bob@example.org"]
    assert server.letters[0][1]["To"] == "ada@xn--exmple-cua.org"
    assert Subscription.objects.get(address="\u017fa@example.org").state == State.REFUSED
    stages = Letter.objects.order_by("id").values_list("stage", flat=True)
    assert list(stages) == [Stage.REFUSED, Stage.SENT, Stage.SENT]


ASKS_ALWAYS = {b"MAIL": b"250 go", b"RCPT": b"550 no", b"DATA": b"354 say it", b".": b"554 none"}


@contextmanager
def asking_always() -> Iterator[tuple[int, list[bytes]]]:
    """A server that asks for the text although it refused every recipient, as RFC 2920 lets it."""
    said: list[bytes] = []

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            for line in self.rfile:
                verb = line.strip()[:4].upper()
                said.append(verb)
                greeting = b"250-here\r\n250 PIPELINING" if verb == b"EHLO" else b"250 so"
                self.wfile.write(ASKS_ALWAYS.get(verb, greeting) + b"\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1], said
        server.shutdown()


def test_a_text_that_nobody_would_get_is_not_said() -> None:
    with asking_always() as (port, said):
        server = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": port, "EMAIL_USE_TLS": False}
        with override_settings(**server), Postman() as postman:
            for _ in range(2):
                with pytest.raises(Refused, match="550 no"):
                    postman.begin("ada@example.org")
    once = [b"MAIL", b"RCPT", b"DATA", b"."]
    assert said == [b"EHLO", *once, b"RSET", *once, b"QUIT"]
