"""Webhooks and chats of a subscription: added and taken away by whoever has its page."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from broadsheet.digests import chats, seals
from broadsheet.digests.models import Channel, Kind, Subscription

MOST = 3
"""Channels of one subscription."""
LONGEST = 500


class Unusable(ValueError):  # noqa: N818  it is an answer for the reader
    """No letter can go there; the message says what can be written instead."""


def add(subscription: Subscription, address: str) -> Channel:
    """One more place for the same papers, from the next letter on.

    Raises:
        Unusable: with the reason.
    """
    address = address.strip()
    kind, host = _kind(address)
    with transaction.atomic():
        held = Subscription.objects.select_for_update(no_key=True).get(pk=subscription.pk)
        if held.channels.count() >= MOST:
            raise Unusable(f"One letter can go to {MOST} other places. Take one away first.")
        return Channel.objects.create(
            subscription=held, kind=kind, host=host[:253], sealed=seals.seal(address)
        )


def remove(subscription: Subscription, channel_id: int) -> None:
    subscription.channels.filter(pk=channel_id).delete()


def try_again(subscription: Subscription, channel_id: int) -> None:
    """Send there again, after it was left alone."""
    subscription.channels.filter(pk=channel_id).update(failures=0)


def _kind(address: str) -> tuple[Kind, str]:
    if len(address) > LONGEST or not address.isprintable():
        raise Unusable(f"An address has at most {LONGEST} characters, and no line breaks.")
    if service := chats.service_of(address):
        return Kind.CHAT, service.name
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    schemes = ("https", "http") if settings.ALLOW_LOOPBACK_WEBHOOKS else ("https",)
    if not host or parts.scheme not in schemes or parts.username or parts.password:
        raise Unusable(
            "Write an https:// address that takes webhooks, or the webhook address of a chat in "
            f"{', '.join(service.name for service in chats.SERVICES)}."
        )
    return Kind.WEBHOOK, host
