"""Addresses that open without signing in: of a shared interest, and of a reader's private feed.

What they hold is random and signed, so that neither the database nor a guess gives one away; each
ends at once when its reader asks for that.
"""

from __future__ import annotations

from django.core import signing

from broadsheet.interests.models import Desk, Interest
from broadsheet.readers.models import Reader


def link(interest: Interest) -> str:
    """The end of the address by which others may read it; empty where it is not shared."""
    return signing.Signer(salt="interests.link").sign(interest.link) if interest.link else ""


def linked(token: str) -> Interest | None:
    """The interest that is shared under this address."""
    told = _opened(token, "interests.link")
    shared = Interest.objects.filter(link=told, reader__is_active=True).select_related("reader")
    return shared.first() if told else None


def feed(reader: Reader) -> str:
    """The end of the address of the reader's private feed; empty until one was asked for."""
    desk = Desk.objects.filter(reader=reader).first()
    return signing.Signer(salt="interests.feed").sign(desk.feed) if desk else ""


def fed(token: str) -> Reader | None:
    """The reader whose private feed this is."""
    told = _opened(token, "interests.feed")
    desks = Desk.objects.filter(feed=told, reader__is_active=True).select_related("reader")
    desk = desks.first() if told else None
    return desk.reader if desk else None


def _opened(token: str, salt: str) -> str:
    try:
        return signing.Signer(salt=salt).unsign(token.replace("\0", ""))
    except signing.BadSignature:
        return ""
