"""Background work: readers are told of comments and new papers, on the site and by mail."""

from __future__ import annotations

import logging

from django.conf import settings
from django.utils import timezone

from broadsheet.digests.smtp import Postman, Unreachable
from broadsheet.notices import bundles, hearing, news, telling

log = logging.getLogger(__name__)
ROUNDS = 40
"""Of new papers, before others have their turn."""


def tell() -> None:
    """Comments that were written and papers that came, some at a time."""
    hearing.hear()
    for _ in range(ROUNDS):
        if news.tell_of_papers() < news.BATCH:
            break
    news.tell_of_searches(timezone.now())


def send_due() -> None:
    """Make the mails that are due and hand over all that wait; they wait for a server that is not
    there, and without a mail server nothing is made at all."""
    if not settings.EMAIL_HOST:
        return
    now = timezone.now()
    bundles.make_due(now)
    bundles.count_uncertain(now)
    try:
        with Postman() as postman:
            bundles.deliver(postman)
    except Unreachable as fault:
        log.warning("Notices by mail wait: %s", fault)


def forget_old() -> None:
    now = timezone.now()
    telling.forget_old(now)
    bundles.forget_old(now)
