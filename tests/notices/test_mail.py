"""Notices by mail, over a real conversation: gathered, limited, each once, ended by one click."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from broadsheet.community.actions import add_comment, delete_comment
from broadsheet.digests.models import Stage
from broadsheet.digests.smtp import Postman
from broadsheet.notices import bundles, hearing, jobs, telling
from broadsheet.notices.models import Bundle, Kind, Notice, Way, Wish
from broadsheet.notices.telling import notify
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from tests.digests.conftest import Mailbox

pytestmark = pytest.mark.django_db


class Clock:
    """A time that a test moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = timezone.now()
        monkeypatch.setattr(timezone, "now", lambda: self.now)

    def passes(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def wants(reader: Reader, way: Way, *kinds: Kind) -> None:
    telling.choose(reader, dict.fromkeys(kinds or tuple(Kind), way))


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content())


def test_a_mail_gathers_what_is_new_and_nothing_is_mailed_twice(
    mailbox: Mailbox, clock: Clock, ada: Reader, bob: Reader, paper: Paper
) -> None:
    wants(ada, Way.ONCE)
    first = add_comment(ada, paper.id, "So.")
    add_comment(bob, paper.id, "No <b>& no</b>.", first.id)
    add_comment(bob, paper.id, "And you, @ada?")
    hearing.hear()
    jobs.send_due()
    assert mailbox.letters == [], "it waits for more"
    clock.passes(minutes=3)
    for _ in range(3):
        jobs.send_due()
    ((address, message),) = mailbox.letters
    assert address == "ada@example.org"
    assert message["Subject"] == "bob answered your comment on “Rivers” and 1 more"
    text, html = part(message, "plain"), part(message, "html")
    assert "https://papers.example.org/papers/2512.00001#comment-" in text
    assert "No <b>& no</b>." in text
    assert "No &lt;b&gt;&amp; no&lt;/b&gt;." in html
    assert "<img" not in html
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    clock.passes(days=2)
    jobs.send_due()
    assert len(mailbox.letters) == 1


def test_a_busy_hour_is_few_mails(
    mailbox: Mailbox, clock: Clock, ada: Reader, paper: Paper
) -> None:
    wants(ada, Way.ONCE)
    for number in range(60):
        notify(ada, Kind.CLAIM, f"Number {number}.", "/papers")
        clock.passes(minutes=1)
        jobs.send_due()
    assert 3 <= len(mailbox.letters) <= 4
    told = "".join(part(message, "plain") for _, message in mailbox.letters)
    assert [told.count(f"Number {number}.") for number in range(45)] == [1] * 45


def test_a_day_has_an_end(mailbox: Mailbox, clock: Clock, ada: Reader) -> None:
    wants(ada, Way.ONCE)
    for _ in range(bundles.MOST_A_DAY + 5):
        notify(ada, Kind.CLAIM, "More.", "/papers")
        clock.passes(minutes=20)
        jobs.send_due()
    assert len(mailbox.letters) == bundles.MOST_A_DAY


def test_a_daily_mail_comes_in_the_morning(mailbox: Mailbox, clock: Clock, ada: Reader) -> None:
    wants(ada, Way.DAILY)
    notify(ada, Kind.CLAIM, "One.", "/papers")
    due = Notice.objects.values_list("due", flat=True).get()
    assert due is not None
    assert timezone.localtime(due).hour == 7
    assert timedelta() < due - clock.now <= timedelta(days=1)
    clock.now = due - timedelta(minutes=1)
    jobs.send_due()
    assert mailbox.letters == []
    notify(ada, Kind.REPLY, "Two.", "/papers")
    clock.passes(minutes=2)
    jobs.send_due()
    assert [message["Subject"] for _, message in mailbox.letters] == ["One. and 1 more"]


@pytest.mark.parametrize("why", ["read", "gone", "ended", "left", "unverified"])
def test_what_is_no_longer_wanted_is_not_sent(
    mailbox: Mailbox, clock: Clock, ada: Reader, bob: Reader, paper: Paper, why: str
) -> None:
    wants(ada, Way.ONCE)
    comment = add_comment(bob, paper.id, "@ada!")
    hearing.hear()
    clock.passes(minutes=3)
    bundles.make_due(clock.now)
    match why:
        case "read":
            telling.read(ada)
        case "gone":
            delete_comment(bob, comment.id)
        case "ended":
            wants(ada, Way.SITE)
        case "left":
            Reader.objects.filter(pk=ada.pk).update(is_active=False)
        case _:
            EmailAddress.objects.update(verified=False)
    with Postman() as postman:
        bundles.deliver(postman)
    assert mailbox.letters == []
    assert Bundle.objects.get().stage in (Stage.EMPTY, Stage.DROPPED)


def test_a_choice_counts_for_what_waits(clock: Clock, ada: Reader) -> None:
    wants(ada, Way.ONCE)
    notify(ada, Kind.CLAIM, "One.", "/papers")
    wants(ada, Way.SITE, Kind.CLAIM)
    assert not Notice.objects.exclude(due=None).exists()
    clock.passes(minutes=5)
    assert bundles.make_due(clock.now) == 0


def test_an_uncertain_mail_is_not_sent_again(mailbox: Mailbox, clock: Clock, ada: Reader) -> None:
    wants(ada, Way.ONCE)
    notify(ada, Kind.CLAIM, "One.", "/papers")
    clock.passes(minutes=3)
    mailbox.hang_up = True
    jobs.send_due()
    mailbox.hang_up = False
    clock.passes(hours=1)
    jobs.send_due()
    assert Bundle.objects.get().stage == Stage.UNCERTAIN
    assert len(mailbox.letters) == 1


def test_a_worker_that_died_before_the_handover_loses_nothing(
    mailbox: Mailbox, clock: Clock, ada: Reader
) -> None:
    wants(ada, Way.ONCE)
    notify(ada, Kind.CLAIM, "One.", "/papers")
    bundles.make_due(clock.passes(minutes=3))
    Bundle.objects.update(stage=Stage.CLAIMED, claimed_at=clock.now, claimed_by="dead")
    jobs.send_due()
    assert mailbox.letters == []
    clock.passes(minutes=11)
    jobs.send_due()
    assert len(mailbox.letters) == 1


def test_an_address_that_takes_no_mail_is_left_in_peace(
    mailbox: Mailbox, clock: Clock, ada: Reader
) -> None:
    wants(ada, Way.ONCE)
    mailbox.refuse["ada@example.org"] = "550 nobody here"
    notify(ada, Kind.CLAIM, "One.", "/papers")
    clock.passes(minutes=3)
    jobs.send_due()
    assert set(Wish.objects.values_list("way", flat=True)) == {Way.SITE}


def test_one_click_ends_the_mails_of_its_kinds_alone(
    mailbox: Mailbox, clock: Clock, ada: Reader
) -> None:
    wants(ada, Way.ONCE)
    notify(ada, Kind.CLAIM, "One.", "/papers")
    clock.passes(minutes=3)
    jobs.send_due()
    link = mailbox.letters[0][1]["List-Unsubscribe"].strip("<>")
    path = link.removeprefix("https://papers.example.org")
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(path).status_code == 200
    assert Wish.objects.get(kind=Kind.CLAIM).way == Way.ONCE, "a scanner follows links"
    assert strict.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Wish.objects.get(kind=Kind.CLAIM).way == Way.SITE
    assert Wish.objects.get(kind=Kind.REPLY).way == Way.ONCE
    assert strict.post(f"{path}x").status_code == 404
    assert notify(ada, Kind.CLAIM, "Two.", "/papers")
    assert not Notice.objects.exclude(due=None).exists()


def test_an_end_brings_nothing_back_that_was_not_wanted_at_all(ada: Reader) -> None:
    telling.choose(ada, {Kind.CLAIM: Way.NONE})
    telling.end_mail(ada, [Kind.CLAIM])
    assert Wish.objects.get().way == Way.NONE
