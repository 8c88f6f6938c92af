"""Telling readers: the one place where notices are made, and where nobody is told too much.

Whoever decides something about a reader calls `notify`; who was told of a mark is not told again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from broadsheet.community.models import Comment
from broadsheet.notices.models import (
    LONGEST_ADDRESS,
    LONGEST_SUBJECT,
    Kind,
    Mute,
    Notice,
    Way,
    Wish,
)
from broadsheet.readers.models import Reader

MOST_UNREAD_OF_ONE = 10
"""Unread notices that one reader can cause another; then it is quiet until some are read."""
GATHERED = timedelta(minutes=2)
"""How long a mail that goes at once waits for more."""
MORNING = time(7)
"""When the mails of a day go, by the site's clock."""
KEPT = timedelta(days=90)
AT_ONCE = 500
"""Readers who are told in one transaction."""


@dataclass(frozen=True, slots=True)
class Telling:
    """What is told."""

    kind: Kind
    subject: str
    address: str
    """A path of this site."""
    actor: Reader | None = None
    """Who did it; those who muted that reader are not told."""
    mark: str = ""
    """What it is about, such as `claim-12`: nobody is told of a mark twice. Without one each
    telling is a notice of its own."""
    comment: Comment | None = None
    """Once it is taken back or hidden, nobody sees the notice any more."""
    at: datetime = field(default_factory=timezone.now)


def notify(
    reader: Reader,
    kind: Kind,
    subject: str,
    address: str,
    *,
    actor: Reader | None = None,
    mark: str = "",
) -> bool:
    """Tell one reader, as the reader chose for this kind; whether there is a new notice.

    `subject` is a plain sentence, `address` a path of this site. Raises ValueError for another.
    """
    return bool(tell([reader.pk], Telling(kind, subject, address, actor, mark)))


def tell(reader_ids: Iterable[int], telling: Telling) -> set[int]:
    """Tell these readers; returns those for whom it is news and who want it.

    Many are told some at a time, in transactions of their own, so that nobody who writes has to
    wait for all of them: who begins again after half of them tells nobody twice, by the mark.
    """
    if not telling.address.startswith("/") or telling.address.startswith("//"):
        raise ValueError("a notice leads to a path of this site")
    ids = sorted(set(reader_ids) - {telling.actor.pk if telling.actor else None})
    told: set[int] = set()
    for start in range(0, len(ids), AT_ONCE):
        with transaction.atomic():
            told |= _tell_some(ids[start : start + AT_ONCE], telling)
    return told


def wishes_of(reader_ids: Collection[int], kind: Kind) -> dict[int, str]:
    """How these readers want to be told; who has said nothing is left out: on the site."""
    said = Wish.objects.filter(reader__in=reader_ids, kind=kind)
    return dict(said.values_list("reader_id", "way"))


def due(way: str, now: datetime) -> datetime | None:
    """When a notice that is made now goes by mail."""
    if way == Way.ONCE:
        return now + GATHERED
    if way != Way.DAILY:
        return None
    local = timezone.localtime(now)
    morning = local.replace(hour=MORNING.hour, minute=0, second=0, microsecond=0)
    return morning if morning > local else morning + timedelta(days=1)


def choose(reader: Reader, ways: dict[Kind, Way]) -> None:
    """How to be told from now on; what waits for a mail that is no longer wanted waits no more.
    Whoever may no longer write can still choose."""
    with transaction.atomic():
        _choose(reader, ways)


def end_mail(reader: Reader, kinds: Iterable[Kind]) -> None:
    """No more mail of these kinds; the site still tells. By a link in a mail, so without limits."""
    with transaction.atomic():
        wanted = {
            kind: Way.SITE
            for kind in kinds
            if wishes_of([reader.pk], kind).get(reader.pk) in (Way.DAILY, Way.ONCE)
        }
        _choose(reader, wanted)


def read(reader: Reader, notice_ids: Collection[int] | None = None) -> int:
    """Mark these notices as read, or all; others' ids mean nothing. Returns how many were not."""
    with transaction.atomic():
        mine = Notice.objects.filter(reader=reader).unread()
        if notice_ids is not None:
            mine = mine.filter(pk__in=notice_ids)
        return mine.update(read_at=timezone.now(), due=None)


def forget_old(now: datetime) -> None:
    Notice.objects.filter(at__lt=now - KEPT).delete()


def _choose(reader: Reader, ways: dict[Kind, Way]) -> None:
    for kind, way in ways.items():
        Wish.objects.update_or_create(reader=reader, kind=kind, defaults={"way": way})
        waiting = Notice.objects.filter(reader=reader, kind=kind).exclude(due=None)
        waiting.update(due=due(way, timezone.now()))


def _tell_some(ids: Collection[int], telling: Telling) -> set[int]:
    """In five queries."""
    active = Reader.objects.filter(pk__in=ids, is_active=True)
    heard = set(active.values_list("pk", flat=True))
    if telling.actor:
        heard -= _deaf(heard, telling.actor)
    if telling.mark:
        known = Notice.objects.filter(reader__in=heard, mark=telling.mark)
        heard -= set(known.values_list("reader_id", flat=True))
    ways = wishes_of(heard, telling.kind)
    told = {key for key in heard if ways.get(key) != Way.NONE}
    rows = [_notice(key, telling, ways.get(key, Way.SITE)) for key in sorted(told)]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return told


def _deaf(reader_ids: set[int], actor: Reader) -> set[int]:
    """Those who muted the actor, and those who have enough unread of the actor."""
    muted = Mute.objects.filter(reader__in=reader_ids, them=actor)
    full = (
        Notice.objects.filter(reader__in=reader_ids, actor=actor)
        .unread()
        .order_by()
        .values_list("reader_id")
        .annotate(unread=Count("*"))
        .filter(unread__gte=MOST_UNREAD_OF_ONE)
    )
    return {*muted.values_list("reader_id", flat=True), *(key for key, _ in full)}


def _notice(reader_id: int, telling: Telling, way: str) -> Notice:
    return Notice(
        reader_id=reader_id,
        kind=telling.kind,
        subject=" ".join(telling.subject.split())[:LONGEST_SUBJECT],
        address=telling.address[:LONGEST_ADDRESS],
        actor=telling.actor,
        comment=telling.comment,
        mark=telling.mark,
        at=telling.at,
        due=due(way, telling.at),
    )
