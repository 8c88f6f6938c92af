"""Background work: letters are made when they are due, and handed over."""

from __future__ import annotations

import logging

from django.conf import settings
from django.utils import timezone

from broadsheet.digests import actions, outbox, posting, returnbox
from broadsheet.digests.smtp import Postman, Unreachable

log = logging.getLogger(__name__)


def send_due() -> None:
    """Make the letters that are due and hand over all that wait. A server that is not there loses
    nothing: letters wait for it. Without a mail server there are feeds and channels alone."""
    now = timezone.now()
    actions.resume_rested(now)
    actions.make_due_letters(now, with_mail=bool(settings.EMAIL_HOST))
    outbox.count_uncertain(now)
    try:
        with Postman() as postman:
            outbox.deliver(postman)
    except Unreachable as fault:
        log.warning("Letters wait: %s", fault)
    posting.deliver()


def take_returned() -> None:
    """Read what came back, where there is a box for it."""
    if settings.BOUNCES:
        returnbox.empty(settings.BOUNCES)


def forget_addresses() -> None:
    actions.forget(timezone.now())
