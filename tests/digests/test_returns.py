"""Letters that come back: reports are read, addresses left in peace, forgeries left aside."""

from __future__ import annotations

import mailbox as mailboxes
import smtplib
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox as MaildirServer
from django.core.exceptions import ImproperlyConfigured
from django.test import Client, override_settings

from broadsheet.connections import returns as box_at
from broadsheet.digests import jobs, returnbox, returns
from broadsheet.digests.models import Cause, Letter, Return, State, Subscription
from tests.digests.conftest import Subscribe, waiting
from tests.digests.imap import imap_server
from tests.digests.reports import bounce, complaint
from tests.processes import free_port

pytestmark = pytest.mark.django_db


def state(letter: Letter) -> str:
    return Subscription.objects.get(pk=letter.subscription_id).state


@pytest.mark.parametrize("whole", [True, False])
def test_an_address_that_is_gone_gets_nothing_more(subscribe: Subscribe, whole: bool) -> None:
    letter = waiting(subscribe(next_at="2025-12-01T00:00Z"))
    other = subscribe(about="all")
    stranger = subscribe("eve@example.org")
    assert returns.take(bounce(letter, whole=whole))
    assert state(letter) == State.REFUSED
    stored = {one.pk: one for one in Subscription.objects.all()}
    assert stored[letter.subscription_id].next_at is None
    assert stored[other.pk].state == State.REFUSED
    assert stored[stranger.pk].state == State.ACTIVE


def test_a_complaint_ends_all_letters_to_the_address(subscribe: Subscribe) -> None:
    letter = waiting(subscribe())
    assert returns.take(complaint(letter))
    assert state(letter) == State.REPORTED
    assert Return.objects.get().cause == Cause.UNWANTED


@pytest.mark.parametrize("status", ["4.2.2", "4.4.7", "5.2.2", "5.7.1", "5.3.4"])
def test_what_passes_is_forgiven_until_it_happens_often(subscribe: Subscribe, status: str) -> None:
    sub = subscribe()
    letters = [
        Letter.objects.create(
            subscription=sub, what="papers", edition=str(n), not_before="2025-01-01T00:00Z"
        )
        for n in range(returns.PATIENCE)
    ]
    for letter in letters[:-1]:
        for _ in range(3):  # told again and again it is still one
            assert returns.take(bounce(letter, status))
    assert state(letters[0]) == State.ACTIVE
    returns.take(bounce(letters[-1], status))
    assert state(letters[0]) == State.REFUSED


def test_only_who_saw_the_letter_can_end_it(subscribe: Subscribe) -> None:
    letter = waiting(subscribe())
    forged = bounce(letter).replace(letter.subscription.key.encode(), b"A" * 16)
    assert not returns.take(forged)
    other = bounce(letter).replace(f"letter-{letter.pk}-".encode(), b"letter-999999-")
    assert not returns.take(other)
    assert state(letter) == State.ACTIVE


def test_what_is_no_failure_does_nothing(subscribe: Subscribe) -> None:
    letter = waiting(subscribe())
    plain = b"Subject: Re: hello\r\n\r\n" + bounce(letter)
    for raw in (
        bounce(letter, "4.4.1", action="delayed"),
        bounce(letter, "2.0.0", action="delivered"),
        bounce(letter, "nonsense"),
        plain,
        b"",
        b"\xff\xfe" * 1000,
    ):
        assert not returns.take(raw), raw[:200]
    assert state(letter) == State.ACTIVE


def test_reports_come_by_smtp_into_a_maildir(subscribe: Subscribe, tmp_path: Path) -> None:
    letter, folder = waiting(subscribe()), tmp_path / "maildir"
    controller = Controller(MaildirServer(folder), hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        with smtplib.SMTP("127.0.0.1", controller.port) as client:
            for raw in (b"Subject: hello\r\n\r\nhi\r\n", bounce(letter)):
                client.sendmail("", "bounces@papers.example.org", raw)
    finally:
        controller.stop()
    with override_settings(BOUNCES=box_at("X", f"maildir://{folder}")):
        jobs.take_returned()
    assert state(letter) == State.REFUSED
    box = mailboxes.Maildir(folder)
    assert [message.get_subdir() for message in box] == ["cur", "cur"]
    assert returnbox.empty(box_at("X", f"maildir://{folder}")) == 0


def test_an_mbox_keeps_what_is_no_report(subscribe: Subscribe, tmp_path: Path) -> None:
    letter, file = waiting(subscribe()), tmp_path / "mbox"
    box = mailboxes.mbox(file)
    box.add(b"Subject: hello\n\nhi\n")
    box.add(complaint(letter).replace(b"\r\n", b"\n"))
    box.close()
    assert returnbox.empty(box_at("X", f"mbox://{file}")) == 1
    assert state(letter) == State.REPORTED
    assert b"hello" in file.read_bytes()
    assert b"Feedback-Type" not in file.read_bytes()


def test_reports_are_fetched_by_imap_once(subscribe: Subscribe) -> None:
    letter = waiting(subscribe())
    with imap_server([b"Subject: hello\r\n\r\nhi", bounce(letter)]) as server:
        box = box_at("X", f"imap://bounces:secret@127.0.0.1:{server.port}/Returned")
        assert returnbox.empty(box) == 1
        assert state(letter) == State.REFUSED
        assert server.seen == {1, 2}
        assert returnbox.empty(box) == 0


def test_a_box_that_does_not_open_is_said_without_its_secrets(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    with imap_server([]) as server:
        box = box_at("X", f"imap://bounces:wr0ng@127.0.0.1:{server.port}/INBOX")
        assert returnbox.empty(box) == 0
    assert returnbox.empty(box) == 0  # nobody is there any more
    assert returnbox.empty(box_at("X", f"mbox://{tmp_path}/none")) == 0
    assert len(caplog.records) == 3
    assert "wr0ng" not in caplog.text
    assert "bounces" not in caplog.text.lower().replace("broadsheet_bounces", "")


@override_settings(BOUNCE_TOKEN="letmein")  # noqa: S106  of a test
def test_a_service_tells_by_webhook_with_its_token(subscribe: Subscribe, client: Client) -> None:
    letter = waiting(subscribe())
    raw = bounce(letter)

    def tell(token: str) -> int:
        return client.post(
            "/letters/returned",
            raw,
            content_type="message/rfc822",
            headers={"Authorization": f"Bearer {token}"},
        ).status_code

    assert (tell("letmeout"), tell("")) == (401, 401)
    assert state(letter) == State.ACTIVE
    assert tell("letmein") == 200
    assert state(letter) == State.REFUSED
    with override_settings(BOUNCE_TOKEN=""):
        assert tell("") == 404


@pytest.mark.parametrize(
    "value",
    ["imap://", "pop3://ada:s3cret@mail.example.org/INBOX", "maildir:", "mbox://host/path",
     "imap+ssl://ada:s3cret@mail.example.org:none/INBOX", "s3cret"],
)  # fmt: skip
def test_a_box_that_cannot_be_is_said_without_its_password(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"BROADSHEET_BOUNCES must look like") as said:
        box_at("BROADSHEET_BOUNCES", value)
    assert "s3cret" not in str(said.value)


def test_a_box_is_read_from_its_address() -> None:
    box = box_at("X", "imap+ssl://ada%40example.org:s%2Fcret@mail.example.org/Returned%20mail")
    assert (box.port, box.user, box.password) == (993, "ada@example.org", "s/cret")
    assert box.folder == "Returned mail"
    assert not box_at("X", "")
