"""Keys for sources: those of the settings, and those kept here, which are sealed."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings

from broadsheet.harvests.operating import Key


def all_keys() -> dict[str, str]:
    """Keys by the name of the kind. What the settings say wins."""
    kept = {key.name: _opened(key.sealed) for key in Key.objects.all()}
    return {name: key for name, key in kept.items() if key} | settings.SOURCE_KEYS


def seal(key: str) -> str:
    return _box().encrypt(key.encode()).decode()


def _opened(sealed: str) -> str:
    """What was sealed; empty where that was with another key of the site."""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return ""


def _box() -> Fernet:
    raw = hmac.digest(settings.SECRET_KEY.encode(), b"sources.seal", sha256)
    return Fernet(urlsafe_b64encode(raw))
