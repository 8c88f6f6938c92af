"""Mail on its way: claimed, handed over, recorded. Each step is one conditional UPDATE.

The rule at the border: a mail is marked HANDED before its text goes to the mail server, and what
is HANDED is never sent again. Whoever dies before that leaves a claim that ends by itself; whoever
dies after it leaves a mail whose answer nobody knows, which is counted as uncertain.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage

from django.db.models import QuerySet
from django.utils import timezone

from broadsheet.digests.models import P, Posted, PostedQuerySet, Stage
from broadsheet.digests.smtp import Postman, Refused, Unanswered, Unreachable

log = logging.getLogger(__name__)

ATTEMPTS = 12
"""After which a mail that a server puts off is given up: about two days."""


def claims(rows: PostedQuerySet[P], worker: str) -> Iterator[P]:
    """Those of these that are now this worker's, one at a time, until none waits."""
    while True:
        now = timezone.now()
        ids = list(rows.claimable(now).values_list("pk", flat=True)[:50])
        for key in ids:
            now = timezone.now()
            mine = rows.claimable(now).filter(pk=key).order_by()
            if mine.update(stage=Stage.CLAIMED, claimed_at=now, claimed_by=worker):
                yield rows.get(pk=key)
        if not ids:
            return


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
    message: EmailMessage,
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
        answer = speak(message.as_bytes())
    except Unanswered as fault:
        return finish(claimed, worker, Stage.UNCERTAIN, str(fault))
    except Unreachable as fault:
        _put_back(claimed, worker, str(fault), timedelta(minutes=1))
        raise
    finish(claimed, worker, Stage.SENT, answer)
    return True


def finish(claimed: Posted, worker: str, stage: Stage, answer: str = "") -> bool:
    """Record how it ended; always False, for it is no sending of its own."""
    mine = _rows(claimed).filter(claimed_by=worker)
    mine.update(stage=stage, finished_at=timezone.now(), answer=answer[:200])
    return False


def refused(claimed: Posted, worker: str, refusal: Refused, **told: object) -> bool:
    """For good, or for now: later again, after twice as long each time, at most six hours. Always
    False."""
    if not refusal.for_good and claimed.attempts + 1 < ATTEMPTS:
        pause = min(timedelta(minutes=2) * 2**claimed.attempts, timedelta(hours=6))
        claimed.attempts += 1
        return _put_back(claimed, worker, str(refusal), pause, **told)
    return finish(claimed, worker, Stage.REFUSED, str(refusal))


def _hand(claimed: Posted, worker: str, **told: object) -> bool:
    """Mark that the last line is about to be said; False where the claim ended meanwhile."""
    mine = _rows(claimed).filter(stage=Stage.CLAIMED, claimed_by=worker)
    return bool(mine.update(stage=Stage.HANDED, claimed_at=timezone.now(), **told))


def _put_back(claimed: Posted, worker: str, answer: str, pause: timedelta, **told: object) -> bool:
    """Into the outbox again; always False."""
    _rows(claimed).filter(claimed_by=worker).update(
        stage=Stage.WAITING,
        attempts=claimed.attempts,
        not_before=timezone.now() + pause,
        answer=answer[:200],
        **told,
    )
    return False


def _rows(claimed: P) -> QuerySet[P]:
    return type(claimed)._default_manager.filter(pk=claimed.pk)
