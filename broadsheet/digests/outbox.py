"""Letters on their way: claimed, handed over, recorded. Each step is one conditional UPDATE.

The rule at the border: a letter is marked HANDED before its text goes to the mail server, and what
is HANDED is never sent again. Whoever dies before that leaves a claim that ends by itself; whoever
dies after it leaves a letter whose answer nobody knows, which is counted as uncertain.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from broadsheet.digests import contents, letter
from broadsheet.digests.models import Letter, Stage, State, Subscription, What
from broadsheet.digests.smtp import Postman, Refused, Unanswered, Unreachable

log = logging.getLogger(__name__)

ATTEMPTS = 12
"""After which a letter that a server puts off is given up: about two days."""


def deliver(postman: Postman, worker: str = "") -> int:
    """Hand over all letters that wait; returns how many were sent.

    Raises:
        Unreachable: the mail server is not there; the letters wait.
    """
    worker = worker or secrets.token_hex(8)
    return sum(_send(claimed, worker, postman) for claimed in _claims(worker))


def count_uncertain(now: datetime) -> int:
    """Close letters whose sender died at the border; returns how many there were."""
    lost = Letter.objects.abandoned(now).update(stage=Stage.UNCERTAIN, finished_at=now)
    if lost:
        log.warning("%d letters were handed over without an answer; they are not sent again.", lost)
    return lost


def _claims(worker: str) -> Iterator[Letter]:
    """Letters that are now this worker's, one at a time, until none waits."""
    while True:
        now = timezone.now()
        ids = list(Letter.objects.claimable(now).values_list("pk", flat=True)[:50])
        for key in ids:
            if _claim(key, worker, timezone.now()):
                yield Letter.objects.select_related("subscription").get(pk=key)
        if not ids:
            return


def _claim(key: int, worker: str, now: datetime) -> bool:
    mine = Letter.objects.claimable(now).filter(pk=key).order_by()
    return bool(mine.update(stage=Stage.CLAIMED, claimed_at=now, claimed_by=worker))


def _send(claimed: Letter, worker: str, postman: Postman) -> bool:
    subscription, now = claimed.subscription, timezone.now()
    if not _is_wanted(claimed):
        return _finish(claimed, worker, Stage.DROPPED)
    if claimed.what == What.CONFIRM:
        message = letter.to_confirm(claimed, now)
    else:
        picks = contents.picks(subscription, claimed.since or now)
        if not picks and subscription.only_with_papers:
            return _finish(claimed, worker, Stage.EMPTY)
        claimed.papers = [pick.paper.id for pick in picks]
        message = letter.of_papers(claimed, picks, now)
    try:
        say = postman.begin(subscription.address)
        if not _hand(claimed, worker):
            return False
        answer = say(message.as_bytes())
    except Refused as refusal:
        return _refused(claimed, worker, refusal)
    except Unanswered as fault:
        return _finish(claimed, worker, Stage.UNCERTAIN, str(fault))
    except Unreachable as fault:
        _put_back(claimed, worker, str(fault), timedelta(minutes=1))
        raise
    _finish(claimed, worker, Stage.SENT, answer)
    return True


def _is_wanted(claimed: Letter) -> bool:
    state = claimed.subscription.state
    return state == State.ACTIVE or (claimed.what == What.CONFIRM and state != State.ENDED)


def _hand(claimed: Letter, worker: str) -> bool:
    """Mark that the last line is about to be said; False where the claim ended meanwhile."""
    mine = Letter.objects.filter(pk=claimed.pk, stage=Stage.CLAIMED, claimed_by=worker)
    return bool(mine.update(stage=Stage.HANDED, papers=claimed.papers, claimed_at=timezone.now()))


def _finish(claimed: Letter, worker: str, stage: Stage, answer: str = "") -> bool:
    """Record how it ended; always False, for it is no sending of its own."""
    mine = Letter.objects.filter(pk=claimed.pk, claimed_by=worker)
    mine.update(stage=stage, finished_at=timezone.now(), answer=answer[:200])
    return False


def _refused(claimed: Letter, worker: str, refusal: Refused) -> bool:
    """For good: the address takes no mail, and is left in peace. For now: later again, after twice
    as long each time, at most six hours. Always False."""
    if not refusal.for_good and claimed.attempts + 1 < ATTEMPTS:
        pause = min(timedelta(minutes=2) * 2**claimed.attempts, timedelta(hours=6))
        claimed.attempts += 1
        return _put_back(claimed, worker, str(refusal), pause)
    if refusal.for_good and refusal.of_address:
        theirs = Subscription.objects.filter(address=claimed.subscription.address)
        theirs.exclude(state=State.ENDED).update(state=State.REFUSED, next_at=None)
    return _finish(claimed, worker, Stage.REFUSED, str(refusal))


def _put_back(claimed: Letter, worker: str, answer: str, pause: timedelta) -> bool:
    """Into the outbox again; always False."""
    Letter.objects.filter(pk=claimed.pk, claimed_by=worker).update(
        stage=Stage.WAITING,
        papers=[],
        attempts=claimed.attempts,
        not_before=timezone.now() + pause,
        answer=answer[:200],
    )
    return False
