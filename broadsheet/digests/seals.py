"""Addresses that are secrets in themselves, as they are kept: sealed with the site's key."""

from __future__ import annotations

import hmac
from base64 import b64encode, urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from broadsheet.digests.models import Channel


def seal(text: str) -> str:
    return Fernet(_key("seal")).encrypt(text.encode()).decode()


def opened(sealed: str) -> str:
    """What was sealed; empty where that was with another key of the site."""
    try:
        return Fernet(_key("seal")).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return ""


def signing_key(channel: Channel) -> bytes:
    """By which a webhook's receiver knows that it is us: derived, so it is kept nowhere here."""
    known = f"{channel.pk} {channel.subscription_id} {channel.created.isoformat()}"
    return hmac.digest(_raw("webhook"), known.encode(), sha256)[:24]


def shown_key(channel: Channel) -> str:
    """As the receiver is told it: `whsec_` and Base64 (Standard Webhooks)."""
    return f"whsec_{b64encode(signing_key(channel)).decode()}"


def _key(purpose: str) -> bytes:
    return urlsafe_b64encode(_raw(purpose))


def _raw(purpose: str) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), f"letters.{purpose}".encode(), sha256)
