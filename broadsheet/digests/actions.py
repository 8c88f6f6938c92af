"""Everything that is written about subscriptions. Letters themselves are moved by `outbox`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from broadsheet.digests import times
from broadsheet.digests.models import Letter, Stage, State, Subscription, What

ASKED_A_DAY = 3
"""Letters that ask for confirmation, to one address within a day."""
NOW_A_DAY = 5
"""Letters that one subscription may ask for at once, within a day."""
UNCONFIRMED_AN_HOUR = 500
"""New subscriptions of a whole site that wait for confirmation."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """When a letter comes and what is in it, as a reader may change it at any time."""

    rhythm: str
    weekdays: int
    monthday: int
    hour: int
    zone: str
    at_most: int
    only_with_papers: bool


def ask(wanted: Subscription) -> None:
    """Keep what an address asks for and write it a letter that asks whether it is meant.

    Whether the address is known makes no difference that a stranger could see: an address that has
    the letter already is told so by mail, one that was asked too often hears nothing.
    """
    now = timezone.now()
    wanted.address = wanted.address.lower()
    asked = Letter.objects.to_address_since(wanted.address, now - timedelta(days=1))
    if asked.filter(what=What.CONFIRM).count() >= ASKED_A_DAY or _is_flooded(now):
        return
    with transaction.atomic():
        known = Subscription.objects.same_as(wanted).select_for_update().first()
        if known is None:
            wanted.save()
        elif known.state in (State.ASKED, State.ENDED, State.REFUSED):
            _renew(known, wanted)
        _put_in_outbox(known or wanted, What.CONFIRM, now)


def confirm(subscription: Subscription) -> None:
    """The address meant it. Twice is as once."""
    now = timezone.now()
    asked = Subscription.objects.filter(pk=subscription.pk, state=State.ASKED)
    asked.update(state=State.ACTIVE, next_at=times.next_after(subscription, now))
    subscription.refresh_from_db()


def change(subscription: Subscription, wishes: Wishes) -> None:
    for name in Wishes.__dataclass_fields__:
        setattr(subscription, name, getattr(wishes, name))
    subscription.next_at = times.next_after(subscription, timezone.now())
    subscription.save(update_fields=[*Wishes.__dataclass_fields__, "next_at"])


def pause(subscription: Subscription, until: datetime | None = None) -> None:
    active = Subscription.objects.filter(pk=subscription.pk, state=State.ACTIVE)
    active.update(state=State.PAUSED, resume_at=until)
    subscription.refresh_from_db()


def resume(subscription: Subscription) -> None:
    """Go on; the next letter tells what came meanwhile, as one."""
    next_at = times.next_after(subscription, timezone.now())
    paused = Subscription.objects.filter(pk=subscription.pk, state=State.PAUSED)
    paused.update(state=State.ACTIVE, resume_at=None, next_at=next_at)
    subscription.refresh_from_db()


def resume_rested(now: datetime) -> None:
    """Go on with all whose pause is over."""
    for subscription in Subscription.objects.filter(state=State.PAUSED, resume_at__lte=now):
        resume(subscription)


def end(subscription: Subscription) -> None:
    """No more letters, and none that waits. The address is forgotten after a while."""
    waiting = Letter.objects.filter(subscription=subscription, stage=Stage.WAITING)
    waiting.update(stage=Stage.DROPPED, finished_at=timezone.now())
    Subscription.objects.filter(pk=subscription.pk).update(state=State.ENDED, next_at=None)
    subscription.refresh_from_db()


def send_now(subscription: Subscription) -> bool:
    """Put a letter of this moment in the outbox; False where there were too many today."""
    now = timezone.now()
    today = subscription.letters.filter(edition__startswith="now ")
    if today.filter(created__gte=now - timedelta(days=1)).count() >= NOW_A_DAY:
        return False
    since = now - times.period(subscription)
    _put_in_outbox(subscription, What.PAPERS, now, since=since, edition=f"now {now.isoformat()}")
    return True


def make_due_letters(now: datetime) -> int:
    """A letter in the outbox for each subscription whose time has come; returns how many.

    The subscription moves to its next moment and the letter is written in one transaction, and only
    by whoever still finds the moment that is due: so each moment makes one letter, and a site that
    was down for a week makes one and not seven.
    """
    made = 0
    for subscription in Subscription.objects.due(now)[:1_000]:
        made += _make_letter(subscription, now)
    return made


def forget(now: datetime, after: timedelta = timedelta(days=30)) -> int:
    """Delete ended subscriptions and those never confirmed, with their addresses."""
    old = Subscription.objects.filter(state__in=(State.ASKED, State.ENDED), created__lt=now - after)
    recent = Letter.objects.filter(created__gte=now - after).values("subscription")
    return old.exclude(pk__in=recent).delete()[0]


def _make_letter(subscription: Subscription, now: datetime) -> bool:
    due = subscription.next_at
    assert due is not None, "only those with a moment are due"  # noqa: S101  what `due` selects
    since = subscription.last_at or due - times.period(subscription)
    with transaction.atomic():
        unmoved = Subscription.objects.filter(pk=subscription.pk, next_at=due, state=State.ACTIVE)
        moved = unmoved.update(next_at=times.next_after(subscription, now), last_at=due)
        if moved:
            edition = due.isoformat()
            _put_in_outbox(subscription, What.PAPERS, now, since=since, edition=edition)
    return bool(moved)


def _put_in_outbox(
    subscription: Subscription,
    what: What,
    now: datetime,
    since: datetime | None = None,
    edition: str = "",
) -> None:
    Letter.objects.create(
        subscription=subscription,
        what=what,
        edition=edition or now.isoformat(),
        since=since,
        not_before=now,
    )


def _renew(known: Subscription, wanted: Subscription) -> None:
    """What was ended or never confirmed begins again with the new wishes."""
    for name in Wishes.__dataclass_fields__:
        setattr(known, name, getattr(wanted, name))
    known.state, known.next_at = State.ASKED, None
    known.save()


def _is_flooded(now: datetime) -> bool:
    hour = Subscription.objects.filter(state=State.ASKED, created__gte=now - timedelta(hours=1))
    return hour.count() >= UNCONFIRMED_AN_HOUR
