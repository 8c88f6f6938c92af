"""Letters and notices go where the reader's mail goes, and to nobody who did not verify it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from broadsheet.digests import jobs as letters
from broadsheet.digests.models import Letter, Stage, State, Subscription
from broadsheet.notices import jobs as notices
from broadsheet.notices import telling
from broadsheet.notices.models import Bundle, Kind, Way
from broadsheet.readers.models import Reader
from tests.community.people import make_reader, with_mailbox
from tests.digests.conftest import Mailbox, Subscribe

pytestmark = pytest.mark.django_db


def both(reader: Reader) -> None:
    """A letter and a notice for the reader are due, and the worker comes by."""
    now = timezone.now()
    Subscription.objects.filter(reader=reader).update(next_at=now - timedelta(minutes=1))
    telling.choose(reader, {Kind.CLAIM: Way.ONCE})
    telling.notify(reader, Kind.CLAIM, "Your paper was taken", "/papers")
    reader.notices.update(due=now - timedelta(minutes=1))
    letters.send_due()
    notices.send_due()


@pytest.fixture
def reader(subscribe: Subscribe) -> Reader:
    """With a letter."""
    ada = make_reader()
    subscribe(ada.email, reader=ada, only_with_papers=False)
    return ada


def test_neither_goes_to_an_address_that_is_not_verified(mailbox: Mailbox, reader: Reader) -> None:
    EmailAddress.objects.create(user=reader, email=reader.email, verified=False, primary=True)
    both(reader)
    assert mailbox.letters == []
    assert Letter.objects.get().stage == Stage.EMPTY


def test_both_follow_a_change_of_address(mailbox: Mailbox, reader: Reader) -> None:
    with_mailbox(reader)
    both(reader)
    assert set(mailbox.addresses()) == {"ada@example.org"}
    assert len(mailbox.letters) == 2
    EmailAddress.objects.update(primary=False)
    new = EmailAddress.objects.create(user=reader, email="new@example.org", verified=False)
    mailbox.letters.clear()
    new.verified = new.primary = True
    new.save()
    Letter.objects.all().delete()
    Bundle.objects.all().delete()
    both(reader)
    assert set(mailbox.addresses()) == {"new@example.org"}
    assert len(mailbox.letters) == 2


def test_a_refusal_rests_what_goes_to_the_same_address_and_nothing_else(
    mailbox: Mailbox, reader: Reader, subscribe: Subscribe
) -> None:
    with_mailbox(reader)
    EmailAddress.objects.update(email="new@example.org")
    stranger = subscribe("new@example.org", about="all")
    left = subscribe("ada@example.org", about="all")  # whoever reads the old address by now
    mailbox.refuse["new@example.org"] = "550 unknown"
    both(reader)
    for one in (stranger, left):
        one.refresh_from_db()
    assert (stranger.state, left.state) == (State.REFUSED, State.ACTIVE)
    assert Subscription.objects.get(reader=reader).state == State.REFUSED
