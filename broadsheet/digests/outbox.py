"""Letters on their way: what is in each, and who gets it. How each step is made safe is told in
`handover`."""

from __future__ import annotations

import logging
import secrets
import time
from datetime import datetime

from django.utils import timezone

from broadsheet.digests import contents, handover, letter
from broadsheet.digests.contents import Desk
from broadsheet.digests.letter import Press
from broadsheet.digests.models import Letter, Stage, State, Subscription, What
from broadsheet.digests.smtp import Postman, Refused
from broadsheet.readers import mailboxes

log = logging.getLogger(__name__)

FRESH_FOR = 120.0
"""Seconds after which lists are looked up anew."""


class Round:
    """What one worker holds while it hands letters over."""

    def __init__(self, worker: str = "") -> None:
        self.worker = worker or secrets.token_hex(8)
        self.press = Press()
        self.desk = Desk()
        self._looked_up = time.monotonic()
        self.told: dict[int, set[int]] = {}
        self._mailboxes: dict[int, str] = {}

    def refresh(self, batch: list[Letter]) -> None:
        """Look up what these letters need, and anew what may have changed meanwhile."""
        if time.monotonic() - self._looked_up > FRESH_FOR:
            self.desk, self._looked_up = Desk(), time.monotonic()
        self._mailboxes = mailboxes.of(
            one.subscription.reader_id for one in batch if one.subscription.reader_id
        )
        self.told = contents.told([one.subscription for one in batch])
        moment = timezone.now()
        self.desk.look_up([(one.subscription, one.since or moment) for one in batch])

    def mailbox(self, subscription: Subscription) -> str:
        """As `Subscription.mailbox`, of those that were looked up."""
        if subscription.reader_id is None:
            return subscription.address
        return self._mailboxes.get(subscription.reader_id, "")


def deliver(postman: Postman, worker: str = "") -> int:
    """Hand over all letters that wait; returns how many were sent.

    Raises:
        Unreachable: the mail server is not there; the letters wait.
    """
    now, sent = Round(worker), 0
    letters = Letter.objects.by_mail().select_related("subscription__reader")
    for batch in handover.batches(letters, now.worker):
        now.refresh(batch)
        sent += sum(_send(claimed, now, postman) for claimed in batch)
    return sent


def count_uncertain(now: datetime) -> int:
    """Close letters whose sender died at the border; returns how many there were."""
    return handover.count_uncertain(Letter.objects.abandoned(now), now)


def is_wanted(claimed: Letter) -> bool:
    state, reader = claimed.subscription.state, claimed.subscription.reader
    if reader is not None and not reader.is_active:
        return False
    return state == State.ACTIVE or (claimed.what == What.CONFIRM and state != State.ENDED)


def _send(claimed: Letter, now: Round, postman: Postman) -> bool:
    mailbox = now.mailbox(claimed.subscription)
    if not is_wanted(claimed):
        return handover.finish(claimed, now.worker, Stage.DROPPED)
    try:
        text = _written(claimed, now, mailbox)
    except Exception as fault:  # one that cannot be written must not hold up the rest
        log.exception("Letter %d could not be written.", claimed.pk)
        return handover.put_off(claimed, now.worker, f"not written: {type(fault).__name__}")
    told = {"papers": claimed.papers, "reasons": claimed.reasons}
    if not text:
        kept = Stage.KEPT if claimed.papers else Stage.EMPTY
        return handover.finish(claimed, now.worker, kept, **told)
    try:
        is_sent = handover.say(claimed, now.worker, postman, mailbox, text, **told)
    except Refused as refusal:
        if refusal.for_good and refusal.of_address:
            Subscription.objects.to(mailbox).rest(State.REFUSED)
        return handover.refused(claimed, now.worker, refusal, papers=[], reasons=[])
    now.told.setdefault(claimed.subscription.pk, set()).update(claimed.papers)
    return is_sent


def _written(claimed: Letter, now: Round, mailbox: str) -> bytes:
    """The letter with its papers; nothing where it has none to tell of, or goes to the feed alone,
    as where the reader has no verified address."""
    subscription, moment = claimed.subscription, timezone.now()
    if claimed.what == What.CONFIRM:
        return letter.to_confirm(claimed, mailbox, moment)
    told = now.told.get(subscription.pk, set())
    sections = now.desk.sections(subscription, claimed.since or moment, told)
    picks = [pick for section in sections for pick in section.picks]
    claimed.papers = [pick.paper.id for pick in picks]
    claimed.reasons = [pick.reason for pick in picks]
    if not (subscription.by_mail and mailbox) or (not picks and subscription.only_with_papers):
        return b""
    return now.press.of_papers(claimed, mailbox, sections, moment)
