"""Letters that came back: what a returned message says, and what follows from it.

Understood are delivery reports (RFC 3464) and reports of unwanted mail (RFC 5965). A report counts
only where it shows the Message-ID of a letter of ours: it holds the key of the subscription, which
only the mailbox and whoever brought the letter have seen. So nobody ends the letters of others by
writing reports.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email import policy
from email.message import Message
from email.parser import BytesParser

from django.db import transaction
from django.utils import timezone

from broadsheet.digests.models import (
    Cause,
    Letter,
    Return,
    State,
    Subscription,
    SubscriptionQuerySet,
)

LARGEST = 512 * 1024
"""Bytes of a report; a returned letter is far smaller."""
PATIENCE = 3
"""Letters that may fail for now within `WITHIN` before the address is left alone."""
WITHIN = timedelta(days=30)
PASSING_STATUS = re.compile(r"4\.|5\.2\.2|5\.3\.|5\.7\.")
"""A full mailbox, a system that is ill, a server that does not trust us: none says that the
address is wrong (RFC 3463)."""

_ID = re.compile(r"<letter-(\d{1,18})-([A-Za-z0-9_-]{8,32})@")


@dataclass(frozen=True, slots=True)
class Report:
    """What one message says of one letter."""

    letter_id: int
    key: str
    cause: Cause
    status: str = ""


def take(raw: bytes) -> bool:
    """Do what a returned message asks for; False where it is none, or of none of our letters."""
    report = read(raw)
    if report is None:
        return False
    known = Letter.objects.filter(pk=report.letter_id, subscription__key=report.key)
    letter = known.select_related("subscription__reader").first()
    if letter is None:
        return False
    with transaction.atomic():
        subscription = letter.subscription
        _, is_new = Return.objects.get_or_create(
            letter_id=letter.pk,
            cause=report.cause,
            defaults={"subscription": subscription, "status": report.status},
        )
        if is_new:
            _follow(subscription, report.cause)
    return True


def read(raw: bytes) -> Report | None:
    """The report in a message; None where it is something else, or reports a success."""
    message = BytesParser(policy=policy.compat32).parsebytes(raw[:LARGEST])
    if message.get_content_type() != "multipart/report":
        return None
    named = _ID.search("\n".join(_returned(message)))
    if named is None:
        return None
    kind = str(message.get_param("report-type", "")).lower()
    told = None
    if kind == "feedback-report":
        told = (Cause.UNWANTED, "")
    elif kind == "delivery-status":
        told = _delivery(message)
    return Report(int(named[1]), named[2], *told) if told else None


def _follow(subscription: Subscription, cause: Cause) -> None:
    theirs = Subscription.objects.to(subscription.mailbox)
    if cause == Cause.UNWANTED:
        theirs.rest(State.REPORTED)
    elif cause == Cause.GONE or _fails_often(theirs):
        theirs.rest(State.REFUSED)


def _fails_often(theirs: SubscriptionQuerySet) -> bool:
    lately = Return.objects.filter(
        subscription__in=theirs, cause=Cause.PASSING, at__gt=timezone.now() - WITHIN
    )
    return lately.count() >= PATIENCE


def _delivery(message: Message) -> tuple[Cause, str] | None:
    """The worst of what is said of recipients: `Action: failed` with a status."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in _blocks(part):
            if str(block.get("Action", "")).strip().lower() != "failed":
                continue  # delayed, delivered, relayed: nothing to do
            status = str(block.get("Status", "")).strip().split(" ")[0][:12]
            if not re.fullmatch(r"[245]\.\d{1,3}\.\d{1,3}", status):
                continue
            is_passing = PASSING_STATUS.match(status) is not None
            return (Cause.PASSING if is_passing else Cause.GONE), status
    return None


def _blocks(part: Message) -> list[Message]:
    payload = part.get_payload()
    return (
        [block for block in payload if isinstance(block, Message)]
        if isinstance(payload, list)
        else []
    )


def _returned(message: Message) -> Iterator[str]:
    """Message-IDs within the letter, or its headers, that came back with the report."""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822":
            payload = part.get_payload()
            inner = payload[0] if isinstance(payload, list) and payload else None
            if isinstance(inner, Message):
                yield str(inner.get("Message-ID", ""))
        elif kind == "text/rfc822-headers":
            told = part.get_payload(decode=True)
            text = told if isinstance(told, bytes) else b""
            yield str(BytesParser().parsebytes(text, headersonly=True).get("Message-ID", ""))
