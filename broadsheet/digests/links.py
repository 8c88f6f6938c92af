"""The links in letters: each names a subscription and what may be done with it, and is signed."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import timedelta
from functools import lru_cache
from urllib.parse import urljoin

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

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


def lasting(subscription: Subscription, purpose: str) -> str:
    """A token that is the same each time, for what is written into every letter: the key and 96
    bits of a signature, short enough for plain text."""
    mark = salted_hmac(f"letters.{purpose}", subscription.key, algorithm="sha256").digest()[:12]
    return f"{subscription.key}.{urlsafe_b64encode(mark).decode()}"


def opened_lasting(text: str, purpose: str) -> Subscription | None:
    """The subscription that a lasting token names; None where it was not made here for this."""
    key = text.partition(".")[0]
    found = Subscription.objects.select_related("reader").filter(key=key.replace("\0", "")).first()
    if found and constant_time_compare(lasting(found, purpose), text):
        return found
    return None


def to_papers(subscription: Subscription) -> str:
    """What the addresses of all that can be said of a paper begin with."""
    return _to("letter-paper", lasting(subscription, "tap"), "-")[:-1]


def to_feed(subscription: Subscription, form: str) -> str:
    return whole(reverse("letter-feed", args=[lasting(subscription, "feed"), form]))


def to_paper(slug: str) -> str:
    """The paper's page; by way of a count where the operator wants one."""
    return whole(reverse("letter-followed" if settings.LETTER_COUNTS else "paper", args=[slug]))


def to_confirm(subscription: Subscription) -> str:
    return _to("letter-confirm", token(subscription, "confirm"))


def to_change(subscription: Subscription) -> str:
    return _to("letter", token(subscription, "change"))


def to_end(subscription: Subscription) -> str:
    return _to("letter-end", token(subscription, "end"))


def _to(name: str, told: str, *parts: str) -> str:
    """The address of a page about a token. Looked up once for all letters: a token has nothing
    that an address has to spell otherwise."""
    return whole(_pattern(name, *parts).replace("TOKEN", told))


@lru_cache
def _pattern(name: str, *parts: str) -> str:
    return reverse(name, args=["TOKEN", *parts])


def whole(path: str) -> str:
    """A path as the world writes it."""
    return urljoin(settings.SITE_URL, path)
