"""The links in letters: each names a subscription and what may be done with it, and is signed."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urljoin

from django.conf import settings
from django.core import signing
from django.urls import reverse

from broadsheet.digests.models import Subscription

CONFIRM_WITHIN = timedelta(days=7)


def token(subscription: Subscription, purpose: str) -> str:
    return signing.TimestampSigner(salt=f"letters.{purpose}").sign(subscription.key)


def opened(text: str, purpose: str, within: timedelta | None = None) -> Subscription | None:
    """The subscription that a token names; None where it was not made here for this purpose."""
    try:
        key = signing.TimestampSigner(salt=f"letters.{purpose}").unsign(text, max_age=within)
    except signing.BadSignature:
        return None
    return Subscription.objects.filter(key=key).first()


def to_confirm(subscription: Subscription) -> str:
    return whole(reverse("letter-confirm", args=[token(subscription, "confirm")]))


def to_change(subscription: Subscription) -> str:
    return whole(reverse("letter", args=[token(subscription, "change")]))


def to_end(subscription: Subscription) -> str:
    return whole(reverse("letter-end", args=[token(subscription, "end")]))


def whole(path: str) -> str:
    """A path as the world writes it."""
    return urljoin(settings.SITE_URL, path)
