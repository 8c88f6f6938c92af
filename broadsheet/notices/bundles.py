"""Notices by mail: bundled, never more often than every quarter of an hour, and each once.

A notice goes into a bundle in the transaction that makes the bundle, and into no other. From there
`digests.handover` has the rule: what is HANDED to the mail server is never sent again.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, Min, OuterRef, Q
from django.utils import timezone

from broadsheet.digests import handover
from broadsheet.digests.models import Stage
from broadsheet.digests.smtp import Postman, Refused
from broadsheet.notices import letter
from broadsheet.notices.models import Bundle, Kind, Notice, Way, Wish
from broadsheet.notices.telling import end_mail
from broadsheet.readers import mailboxes
from broadsheet.readers.models import Reader

REST = timedelta(minutes=15)
"""Between two mails to one reader."""
MOST_A_DAY = 20
READERS = 500
"""Readers of one round."""
KEPT = timedelta(days=90)


def make_due(now: datetime) -> int:
    """A bundle for each reader whose notices are due and who had no mail just now; how many."""
    theirs = Bundle.objects.filter(reader=OuterRef("reader_id"))
    waiting = (
        Notice.objects.filter(~Exists(theirs.filter(made__gt=now - REST)), due__lte=now)
        .order_by()
        .values_list("reader_id")
        .annotate(first=Min("due"))
        .order_by("first")[:READERS]
    )
    return sum(_make(reader_id, now) for reader_id, _ in list(waiting))


def deliver(postman: Postman, worker: str = "") -> int:
    """Hand over all bundles that wait; returns how many were sent.

    Raises:
        Unreachable: the mail server is not there; they wait.
    """
    worker = worker or secrets.token_hex(8)
    rows = Bundle.objects.select_related("reader")
    return sum(_send(claimed, worker, postman) for claimed in handover.claims(rows, worker))


def count_uncertain(now: datetime) -> int:
    return handover.count_uncertain(Bundle.objects.abandoned(now), now)


def forget_old(now: datetime) -> None:
    Bundle.objects.filter(made__lt=now - KEPT).delete()


def _make(reader_id: int, now: datetime) -> bool:
    with transaction.atomic():
        # the row is the lock: two workers would each find no mail of the last minutes
        if not Reader.objects.select_for_update(no_key=True).filter(pk=reader_id).first():
            return False
        lately = Bundle.objects.filter(reader=reader_id, made__gt=now - timedelta(days=1))
        had = lately.aggregate(day=Count("*"), just=Count("id", filter=Q(made__gt=now - REST)))
        if had["just"] or had["day"] >= MOST_A_DAY:
            return False
        due = Notice.objects.filter(reader=reader_id, due__lte=now)
        if not due.exists():
            return False
        bundle = Bundle.objects.create(reader_id=reader_id, made=now, not_before=now)
        due.update(bundle=bundle, due=None)
    return True


def _send(claimed: Bundle, worker: str, postman: Postman) -> bool:
    reader = claimed.reader
    address = mailboxes.of_one(reader)
    if not address:
        return handover.finish(claimed, worker, Stage.DROPPED)
    notices = _still_wanted(claimed)
    if not notices:
        return handover.finish(claimed, worker, Stage.EMPTY)
    message = letter.of_notices(claimed, address, notices, timezone.now())
    try:
        return handover.say(claimed, worker, postman, address, message)
    except Refused as refusal:
        if refusal.for_good and refusal.of_address:
            end_mail(reader, list(Kind))
        return handover.refused(claimed, worker, refusal)


def _still_wanted(claimed: Bundle) -> list[Notice]:
    """Those that were not read meanwhile, still stand, and are of kinds that still go by mail."""
    mailed = Wish.objects.filter(reader=claimed.reader, way__in=(Way.DAILY, Way.ONCE))
    shown = Notice.objects.shown_to(claimed.reader_id).unread().filter(bundle=claimed)
    kinds = list(mailed.values_list("kind", flat=True))
    return list(shown.filter(kind__in=kinds).select_related("comment").order_by("at", "id"))
