"""Letters on their way: what is in each, and who gets it. How each step is made safe is told in
`handover`."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.utils import timezone

from broadsheet.digests import contents, handover, letter
from broadsheet.digests.models import Letter, Stage, State, Subscription, What
from broadsheet.digests.smtp import Postman, Refused


def deliver(postman: Postman, worker: str = "") -> int:
    """Hand over all letters that wait; returns how many were sent.

    Raises:
        Unreachable: the mail server is not there; the letters wait.
    """
    worker = worker or secrets.token_hex(8)
    letters = Letter.objects.select_related("subscription")
    return sum(_send(claimed, worker, postman) for claimed in handover.claims(letters, worker))


def count_uncertain(now: datetime) -> int:
    """Close letters whose sender died at the border; returns how many there were."""
    return handover.count_uncertain(Letter.objects.abandoned(now), now)


def _send(claimed: Letter, worker: str, postman: Postman) -> bool:
    subscription, now = claimed.subscription, timezone.now()
    if not _is_wanted(claimed):
        return handover.finish(claimed, worker, Stage.DROPPED)
    if claimed.what == What.CONFIRM:
        message = letter.to_confirm(claimed, now)
    else:
        picks = contents.picks(subscription, claimed.since or now)
        if not picks and subscription.only_with_papers:
            return handover.finish(claimed, worker, Stage.EMPTY)
        claimed.papers = [pick.paper.id for pick in picks]
        message = letter.of_papers(claimed, picks, now)
    try:
        return handover.say(
            claimed, worker, postman, subscription.address, message, papers=claimed.papers
        )
    except Refused as refusal:
        if refusal.for_good and refusal.of_address:
            theirs = Subscription.objects.filter(address=subscription.address)
            theirs.exclude(state=State.ENDED).update(state=State.REFUSED, next_at=None)
        return handover.refused(claimed, worker, refusal, papers=[])


def _is_wanted(claimed: Letter) -> bool:
    state = claimed.subscription.state
    return state == State.ACTIVE or (claimed.what == What.CONFIRM and state != State.ENDED)
