"""From which network a vote came, so far as moderators need it and no further.

Kept is HMAC-SHA256 of the network's prefix (24 bits of IPv4, 48 of IPv6), cut to 128 bits. Its key
is the site's secret key and a random one of the week, which is in the database alone: neither a
copy of the database nor the secret key is enough to try out all networks. Both the hashes and the
keys of a week are deleted four weeks later.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from contextvars import ContextVar
from datetime import date, timedelta
from hashlib import sha256
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from broadsheet.integrity.models import Trace, WeekKey

Respond = Callable[[HttpRequest], HttpResponseBase]
PREFIXES = {4: 24, 6: 48}
"""Bits that those in one house, office or school share."""
_asking: ContextVar[str] = ContextVar("asking", default="")


def noted(get_response: Respond) -> Respond:
    """Middleware: whatever votes during this request, by a page or a program, comes from here."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        token = _asking.set(request.META.get("REMOTE_ADDR", ""))
        try:
            return get_response(request)
        finally:
            _asking.reset(token)

    return respond


def keep(reader_id: int, paper_id: int) -> None:
    """Write down from which network this vote comes; nothing where it comes from this machine."""
    now = timezone.now()
    if network := prefix(_asking.get()):
        trace = Trace(
            paper_id=paper_id, reader_id=reader_id, network=hashed(network, now.date()), at=now
        )
        Trace.objects.bulk_create([trace], ignore_conflicts=True)


def forget(reader_id: int, paper_id: int) -> None:
    Trace.objects.filter(reader_id=reader_id, paper_id=paper_id).delete()


def forget_old() -> None:
    """Delete what is older than four weeks, and the keys with which it was made."""
    before = timezone.now() - Trace.KEPT
    Trace.objects.filter(at__lt=before).delete()
    WeekKey.objects.filter(monday__lt=_monday(before.date())).delete()


def prefix(address: str) -> str:
    """The network of an address; empty for none and for this machine, which may be a proxy."""
    try:
        known = ip_address(address)
    except ValueError:
        return ""
    if known.is_loopback:
        return ""
    return str(ip_network(f"{known}/{PREFIXES[known.version]}", strict=False))


def hashed(network: str, day: date) -> str:
    fresh = {"key": secrets.token_hex(32)}
    key, _ = WeekKey.objects.get_or_create(monday=_monday(day), defaults=fresh)
    secret = f"{settings.SECRET_KEY}{key.key}".encode()
    return hmac.new(secret, network.encode(), sha256).hexdigest()[:32]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
