"""Everything that is written about subscriptions. Letters themselves are moved by `outbox`."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from broadsheet.digests import times
from broadsheet.digests.models import (
    Channel,
    Followed,
    Letter,
    Stage,
    State,
    Subscription,
    What,
    new_key,
)
from broadsheet.readers.models import Reader

ASKED_A_DAY = 3
"""Letters that ask for confirmation, to one address within a day."""
NOW_A_DAY = 5
"""Letters that one subscription may ask for at once, within a day."""
MOST_OF_A_READER = 50
"""Subscriptions that one account may have."""
MADE_AT_ONCE = 200
"""Letters that one transaction puts into the outbox."""
UNCONFIRMED_AN_HOUR = 500
"""New subscriptions of a whole site that wait for confirmation."""


RENEWED = (State.ASKED, State.ENDED, State.REFUSED, State.REPORTED)
"""How a subscription stands that has to be confirmed again."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """When a letter comes and what is in it, as a reader may change it at any time."""

    rhythm: str
    weekdays: int
    monthday: int
    hour: int
    zone: str
    at_most: int
    least_votes: int
    only_with_papers: bool
    by_mail: bool = True


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
        elif known.state in RENEWED:
            _renew(known, wanted)
        Letter.objects.create(
            subscription=known or wanted, what=What.CONFIRM, edition=now.isoformat(), not_before=now
        )


def keep(reader: Reader, wanted: Subscription) -> Subscription | None:
    """What a reader asks for to the address of the account, which is known to be theirs: it begins
    at once. What is there already begins again with the new wishes. None where there are too many.
    """
    now = timezone.now()
    wanted.address, wanted.reader = reader.email.lower(), reader
    wanted.state, wanted.next_at = State.ACTIVE, times.next_after(wanted, now)
    with transaction.atomic():
        Reader.objects.select_for_update(no_key=True).get(pk=reader.pk)
        known = Subscription.objects.same_as(wanted).first()
        if known is not None:
            wanted.pk, wanted.key, wanted.created = known.pk, known.key, known.created
            wanted.last_at = known.last_at
        elif Subscription.objects.of(reader).count() >= MOST_OF_A_READER:
            return None
        wanted.save()
    return wanted


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
    running = (State.ACTIVE, State.PAUSED)
    kept = Subscription.objects.filter(pk=subscription.pk, state__in=running)
    kept.update(state=State.PAUSED, resume_at=until)
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


def renew_links(subscription: Subscription) -> None:
    """Let all links that were ever given out lead nowhere: of letters, and of the feed."""
    subscription.key = new_key()
    subscription.save(update_fields=["key"])


def send_now(subscription: Subscription) -> bool:
    """Put a letter of this moment in the outbox; False where there were too many today."""
    now = timezone.now()
    today = subscription.letters.filter(edition__startswith="now ", channel=None)
    if today.filter(created__gte=now - timedelta(days=1)).count() >= NOW_A_DAY:
        return False
    since = now - times.period(subscription)
    with transaction.atomic():
        Letter.objects.bulk_create(_letters(subscription, now, since, f"now {now.isoformat()}"))
    return True


def count_followed() -> None:
    """One more link of a letter was followed today."""
    today = timezone.localdate()
    if not Followed.objects.filter(day=today).update(times=F("times") + 1):
        with suppress(IntegrityError), transaction.atomic():  # another process began the day
            Followed.objects.create(day=today, times=1)


def make_due_letters(now: datetime, with_mail: bool = True) -> int:
    """A letter in the outbox for each subscription whose time has come, and one for each of its
    channels; returns for how many subscriptions. Without a mail server only for those that do
    without mail.

    Subscriptions move to their next moment and their letters are written in one transaction, which
    holds them: so each moment makes one letter, and a site that was down for a week makes one and
    not seven.
    """
    made = 0
    while count := _make_some(now, with_mail):
        made += count
    return made


def forget(now: datetime, after: timedelta = timedelta(days=30)) -> int:
    """Delete ended subscriptions and those never confirmed, with their addresses."""
    old = Subscription.objects.filter(state__in=(State.ASKED, State.ENDED), created__lt=now - after)
    recent = Letter.objects.filter(created__gte=now - after).values("subscription")
    return old.exclude(pk__in=recent).delete()[0]


def _make_some(now: datetime, with_mail: bool) -> int:
    with transaction.atomic():
        due = Subscription.objects.due(now).prefetch_related("channels")
        if not with_mail:
            due = due.filter(by_mail=False)
        # whoever comes at the same moment takes others (PostgreSQL), or waits its turn (SQLite)
        held = list(due.select_for_update(skip_locked=True)[:MADE_AT_ONCE])
        letters: list[Letter] = []
        moved: defaultdict[tuple[datetime, datetime], list[int]] = defaultdict(list)
        for subscription in held:
            moment = subscription.next_at or now
            since = subscription.last_at or moment - times.period(subscription)
            letters += _letters(subscription, now, since, moment.isoformat())
            moved[moment, times.next_after(subscription, now)].append(subscription.pk)
        Letter.objects.bulk_create(letters)
        for (moment, following), keys in moved.items():  # most are due at the same few moments
            same = Subscription.objects.filter(pk__in=keys)
            same.update(last_at=moment, next_at=following)
    return len(held)


def _letters(
    subscription: Subscription, now: datetime, since: datetime, edition: str
) -> list[Letter]:
    """One for the address or the feed, and one for each channel that takes them."""
    channels: list[Channel | None] = [None]
    channels += [channel for channel in subscription.channels.all() if not channel.is_given_up]
    return [
        Letter(
            subscription=subscription,
            channel=channel,
            what=What.PAPERS,
            edition=edition,
            since=since,
            not_before=now,
        )
        for channel in channels
    ]


def _renew(known: Subscription, wanted: Subscription) -> None:
    """What was ended or never confirmed begins again with the new wishes."""
    for name in Wishes.__dataclass_fields__:
        setattr(known, name, getattr(wanted, name))
    known.state, known.next_at = State.ASKED, None
    known.save()


def _is_flooded(now: datetime) -> bool:
    hour = Subscription.objects.filter(state=State.ASKED, created__gte=now - timedelta(hours=1))
    return hour.count() >= UNCONFIRMED_AN_HOUR
