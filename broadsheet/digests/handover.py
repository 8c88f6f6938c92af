"""Mail on its way: claimed, handed over, recorded. Each step is one conditional UPDATE.

The rule at the border: a mail is marked HANDED before its text goes to the mail server, and what
is HANDED is never sent again. Whoever dies before that leaves a claim that ends by itself; whoever
dies after it leaves a mail whose answer nobody knows, which is counted as uncertain.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from broadsheet.digests.models import P, Posted, PostedQuerySet, Stage
from broadsheet.digests.smtp import Postman, Refused, Unanswered, Unreachable

log = logging.getLogger(__name__)

ATTEMPTS = 12
"""After which a mail that a server puts off is given up: about two days."""
AT_ONCE = 100
"""Mails that one claim takes."""


def batches(rows: PostedQuerySet[P], worker: str) -> Iterator[list[P]]:
    """Those of these that are now this worker's, some at a time, until none waits: claims are taken
    by the hundred, for they are taken back safely. What is undone at the end waits again."""
    now = timezone.now()
    rows.claimed_by_the_dead(now).order_by().update(stage=Stage.WAITING, claimed_by="")
    try:
        while batch := _claim(rows, worker):
            yield batch
    finally:
        left = rows.filter(stage=Stage.CLAIMED, claimed_by=worker).order_by()
        left.update(stage=Stage.WAITING, claimed_by="")


def claims(rows: PostedQuerySet[P], worker: str) -> Iterator[P]:
    """As `batches`, one at a time."""
    for batch in batches(rows, worker):
        yield from batch


def _claim(rows: PostedQuerySet[P], worker: str) -> list[P]:
    now = timezone.now()
    with transaction.atomic():
        # whoever comes at the same moment takes others (PostgreSQL), or waits its turn (SQLite)
        ready = rows.ready(now).select_for_update(skip_locked=True)
        keys = list(ready.values_list("pk", flat=True)[:AT_ONCE])
        mine = rows.filter(pk__in=keys, stage=Stage.WAITING).order_by()
        mine.update(stage=Stage.CLAIMED, claimed_at=now, claimed_by=worker)
    taken = rows.filter(pk__in=keys, stage=Stage.CLAIMED, claimed_by=worker)
    return list(taken.order_by("not_before", "id"))


def count_uncertain(abandoned: QuerySet[P], now: datetime) -> int:
    """Close mails whose sender died at the border; returns how many there were."""
    lost = abandoned.update(stage=Stage.UNCERTAIN, finished_at=now)
    if lost:
        log.warning("%d mails were handed over without an answer; they are not sent again.", lost)
    return lost


def say(
    claimed: Posted,
    worker: str,
    postman: Postman,
    address: str,
    message: bytes,
    **told: object,
) -> bool:
    """Hand over one mail and record how it ended; whether it was sent. What is `told` is written
    down with the handover.

    Raises:
        Refused: the server does not take it; say `refused`.
        Unreachable: the mail server is not there; the mail waits.
    """
    try:
        speak = postman.begin(address)
        if not _hand(claimed, worker, **told):
            return False
        answer = speak(message)
    except Unanswered as fault:
        return finish(claimed, worker, Stage.UNCERTAIN, str(fault))
    except Unreachable as fault:
        _put_back(claimed, worker, str(fault), timedelta(minutes=1))
        raise
    finish(claimed, worker, Stage.SENT, answer)
    return True


def finish(claimed: Posted, worker: str, stage: Stage, answer: str = "", /, **told: object) -> bool:
    """Record how it ended; always False, for it is no sending of its own."""
    now = timezone.now()
    _move(claimed, worker, stage=stage, finished_at=now, answer=answer[:200], **told)
    return False


def refused(claimed: Posted, worker: str, refusal: Refused, **told: object) -> bool:
    """For good, or for now. Always False."""
    if not refusal.for_good:
        return put_off(claimed, worker, str(refusal), **told)
    return finish(claimed, worker, Stage.REFUSED, str(refusal))


def put_off(
    claimed: Posted, worker: str, answer: str, attempts: int = ATTEMPTS, /, **told: object
) -> bool:
    """Later again, after twice as long each time, at most six hours; after so many attempts never.
    Always False."""
    if claimed.attempts + 1 >= attempts:
        return finish(claimed, worker, Stage.REFUSED, answer)
    pause = min(timedelta(minutes=2) * 2**claimed.attempts, timedelta(hours=6))
    claimed.attempts += 1
    return _put_back(claimed, worker, answer, pause, **told)


def _hand(claimed: Posted, worker: str, **told: object) -> bool:
    """Mark that the last line is about to be said; False where the claim ended meanwhile."""
    now = timezone.now()
    return _move(claimed, worker, Stage.CLAIMED, stage=Stage.HANDED, claimed_at=now, **told)


def _put_back(claimed: Posted, worker: str, answer: str, pause: timedelta, **told: object) -> bool:
    """Into the outbox again; always False."""
    _move(
        claimed,
        worker,
        stage=Stage.WAITING,
        attempts=claimed.attempts,
        not_before=timezone.now() + pause,
        answer=answer[:200],
        **told,
    )
    return False


def _move(claimed: Posted, worker: str, only_at: Stage | None = None, /, **told: object) -> bool:
    """Write what is `told` into a row as long as it is this worker's, and at this stage; whether it
    was. Two of these belong to each letter, and a QuerySet takes four times as long to say it."""
    table, fields = claimed._meta.db_table, {one.name: one for one in claimed._meta.fields}
    values = [fields[name].get_db_prep_save(value, connection) for name, value in told.items()]
    changes = ", ".join(f'"{name}" = %s' for name in told)
    condition, known = '"id" = %s AND "claimed_by" = %s', [claimed.pk, worker]
    if only_at:
        condition, known = f'{condition} AND "stage" = %s', [*known, only_at.value]
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{table}" SET {changes} WHERE {condition}', [*values, *known])  # noqa: S608  names are ours
        return bool(cursor.rowcount)
