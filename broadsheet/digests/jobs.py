"""Background work: letters are made when they are due, and handed over."""

from __future__ import annotations

import logging

from django.conf import settings
from django.utils import timezone

from broadsheet.digests import actions, outbox
from broadsheet.digests.smtp import Postman, Unreachable

log = logging.getLogger(__name__)


def send_due() -> None:
    """Make the letters that are due and hand over all that wait. A server that is not there loses
    nothing: letters wait for it. Without a mail server nothing is made at all."""
    if not settings.EMAIL_HOST:
        return
    now = timezone.now()
    actions.resume_rested(now)
    actions.make_due_letters(now)
    outbox.count_uncertain(now)
    try:
        with Postman() as postman:
            outbox.deliver(postman)
    except Unreachable as fault:
        log.warning("Letters wait: %s", fault)


def forget_addresses() -> None:
    actions.forget(timezone.now())
