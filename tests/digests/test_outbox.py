"""Letters over a real conversation: once each, whatever the server says."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage

import pytest
from django.test import override_settings
from django.utils import timezone

from broadsheet.digests import jobs, outbox
from broadsheet.digests.models import LEASE, Letter, Stage, State, Subscription, What
from broadsheet.digests.smtp import Postman, Unreachable
from broadsheet.feeds import jobs as feeds
from tests.digests.conftest import Mailbox, Subscribe, waiting
from tests.processes import free_port
from tests.shelf import make_paper

pytestmark = pytest.mark.django_db
TODAY = date(2025, 12, 17)
EVENING = datetime(2025, 12, 17, 18, tzinfo=UTC)


@pytest.fixture(autouse=True)
def evening(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: EVENING)
    monkeypatch.setattr(timezone, "localdate", lambda: TODAY)


@pytest.fixture
def shelf() -> None:
    for number in range(4):
        make_paper(
            f"River & delta {number}",
            day=TODAY,
            source_votes=number,
            categories=["cs.LG"],
            names=["Ada Lovelace"],
            abstract="Water <b>flows</b> with $x^2$.",
        )
    feeds.catch_up()
    feeds.refresh_trends()


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content())


@pytest.mark.usefixtures("shelf")
def test_a_letter_is_sent_once_with_everything_it_needs(
    mailbox: Mailbox, subscribe: Subscribe
) -> None:
    sub = subscribe(about="category", name="cs.LG", at_most=3)
    letter = waiting(sub)
    for _ in range(2):
        with Postman() as postman:
            outbox.deliver(postman)
    ((address, message),) = mailbox.letters
    assert address == "ada@example.org"
    assert message["Subject"] == "Machine Learning (cs.LG): River & delta 3 and 2 more"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Unsubscribe"].startswith("<https://papers.example.org/letters/")
    assert b"\nList-Unsubscribe: <https://papers.example.org/letters/" in mailbox.raw[0]
    assert message["Auto-Submitted"] == "auto-generated"
    assert mailbox.raw[0].isascii()
    assert max(len(line) for line in mailbox.raw[0].splitlines()) < 990
    assert message["References"] == f"<letters-{sub.key}@papers.example.org>"
    assert message["Message-ID"] == f"<letter-{letter.pk}-{sub.key}@papers.example.org>"
    assert message["Precedence"] == "bulk"
    text, html = part(message, "plain"), part(message, "html")
    assert text.index("River & delta 3") < text.index("River & delta 2")
    assert "new in cs.LG, 3 votes so far" in text
    assert "River &amp; delta 3" in html
    assert "<img" not in html
    assert "Water &lt;b&gt;flows&lt;/b&gt; with x&#178;." in html
    assert "<style>" in html
    assert 'style="' in html
    letter.refresh_from_db()
    assert (letter.stage, len(letter.papers)) == (Stage.SENT, 3)


@pytest.mark.usefixtures("shelf", "mailbox")
def test_no_paper_is_told_of_twice(mailbox: Mailbox, subscribe: Subscribe) -> None:
    sub = subscribe(about="category", name="cs.LG", at_most=3)
    waiting(sub)
    jobs.send_due()
    for edition in ("second", "third"):
        Letter.objects.create(
            subscription=sub, what=What.PAPERS, edition=edition, since=EVENING, not_before=EVENING
        )
        jobs.send_due()
    assert [message["Subject"] for _, message in mailbox.letters] == [
        "Machine Learning (cs.LG): River & delta 3 and 2 more",
        "Machine Learning (cs.LG): River & delta 0",
    ]
    assert Letter.objects.get(edition="third").stage == Stage.EMPTY


def test_nothing_new_is_told_only_to_those_who_want_it(
    mailbox: Mailbox, subscribe: Subscribe
) -> None:
    waiting(subscribe("quiet@example.org"))
    waiting(subscribe("always@example.org", only_with_papers=False))
    jobs.send_due()
    assert mailbox.addresses() == ["always@example.org"]
    assert "Nothing new" in part(mailbox.letters[0][1], "plain")


def test_a_refused_address_is_left_in_peace_and_others_get_theirs(
    mailbox: Mailbox, subscribe: Subscribe, caplog: pytest.LogCaptureFixture
) -> None:
    mailbox.refuse = {
        "gone@example.org": "550 <gone@example.org> is unknown",
        "full@example.org": "452 mailbox is full",
    }
    letters = {}
    for name in ("gone", "full", "here"):
        sub = subscribe(f"{name}@example.org", only_with_papers=False)
        letters[name] = waiting(sub)
    with caplog.at_level(logging.DEBUG):
        jobs.send_due()
    for letter in letters.values():
        letter.refresh_from_db()
    assert mailbox.addresses() == ["here@example.org"]
    assert letters["gone"].stage == Stage.REFUSED
    assert letters["gone"].answer == "550 <address> is unknown"
    assert (
        letters["gone"].subscription.__class__.objects.get(address="gone@example.org").state
        == State.REFUSED
    )
    assert letters["full"].stage == Stage.WAITING
    assert letters["full"].not_before == EVENING + timedelta(minutes=2)
    assert letters["full"].attempts == 1
    ours = [record for record in caplog.records if not record.name.startswith("mail.")]
    assert not any("@example.org" in record.getMessage() for record in ours)


@pytest.mark.parametrize(
    ("said", "stage"), [("451 later", Stage.WAITING), ("554 no such letters", Stage.REFUSED)]
)
def test_a_letter_that_is_refused_does_not_end_the_subscription(
    mailbox: Mailbox, subscribe: Subscribe, said: str, stage: Stage
) -> None:
    mailbox.on_letter = said
    letter = waiting(subscribe(only_with_papers=False))
    jobs.send_due()
    letter.refresh_from_db()
    assert (letter.stage, letter.answer) == (stage, said)
    assert Subscription.objects.get().state == State.ACTIVE


def test_a_dead_server_loses_nothing(mailbox: Mailbox, subscribe: Subscribe) -> None:
    letters = [waiting(subscribe(f"{n}@example.org", only_with_papers=False)) for n in range(3)]
    with override_settings(EMAIL_PORT=free_port()):
        with Postman() as postman, pytest.raises(Unreachable, match="does not answer"):
            outbox.deliver(postman)
        jobs.send_due()
    assert set(Letter.objects.values_list("stage", flat=True)) == {Stage.WAITING}
    assert set(Letter.objects.values_list("attempts", flat=True)) == {0}
    Letter.objects.update(not_before=EVENING)
    jobs.send_due()
    assert len(mailbox.letters) == len(letters)


def test_a_server_that_goes_away_without_a_word_leaves_it_uncertain(
    mailbox: Mailbox, subscribe: Subscribe
) -> None:
    mailbox.hang_up = True
    letter = waiting(subscribe(only_with_papers=False))
    jobs.send_due()
    mailbox.hang_up = False
    jobs.send_due()
    letter.refresh_from_db()
    assert letter.stage == Stage.UNCERTAIN
    assert len(mailbox.letters) == 1


def test_what_a_dead_worker_left_is_taken_up_or_counted(
    mailbox: Mailbox, subscribe: Subscribe
) -> None:
    claimed, handed = (waiting(subscribe(f"{n}@example.org", only_with_papers=False)) for n in "ab")
    Letter.objects.filter(pk=claimed.pk).update(stage=Stage.CLAIMED, claimed_at=EVENING)
    Letter.objects.filter(pk=handed.pk).update(stage=Stage.HANDED, claimed_at=EVENING)
    jobs.send_due()
    assert mailbox.letters == []
    Letter.objects.update(claimed_at=EVENING - LEASE - timedelta(seconds=1))
    jobs.send_due()
    assert mailbox.addresses() == ["a@example.org"]
    handed.refresh_from_db()
    assert handed.stage == Stage.UNCERTAIN


def test_a_claim_that_another_took_over_hands_nothing_over(
    mailbox: Mailbox, subscribe: Subscribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    letter = waiting(subscribe(only_with_papers=False))
    begin = Postman.begin

    def slow(self: Postman, address: str) -> object:
        Letter.objects.filter(pk=letter.pk).update(claimed_by="another")
        return begin(self, address)

    monkeypatch.setattr(Postman, "begin", slow)
    jobs.send_due()
    assert mailbox.letters == []


def test_who_has_ended_it_gets_no_letter_that_was_waiting(
    mailbox: Mailbox, subscribe: Subscribe
) -> None:
    letter = waiting(subscribe(state=State.ENDED, only_with_papers=False))
    jobs.send_due()
    letter.refresh_from_db()
    assert (mailbox.letters, letter.stage) == ([], Stage.DROPPED)
