"""The names by which readers are addressed."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

RULE = "3 to 30 of the letters a to z, digits, - and _, beginning with a letter or digit"
RESERVED = frozenset(
    [
        "about",
        "abuse",
        "account",
        "accounts",
        "admin",
        "administrator",
        "anonymous",
        "api",
        "broadsheet",
        "contact",
        "curator",
        "curators",
        "delete",
        "editor",
        "everyone",
        "export",
        "feeds",
        "guest",
        "help",
        "hostmaster",
        "info",
        "invite",
        "legal",
        "login",
        "logout",
        "mail",
        "me",
        "moderation",
        "moderator",
        "moderators",
        "new",
        "nobody",
        "none",
        "null",
        "official",
        "owner",
        "papers",
        "postmaster",
        "privacy",
        "reader",
        "readers",
        "root",
        "security",
        "settings",
        "signin",
        "signout",
        "signup",
        "site",
        "staff",
        "status",
        "submit",
        "support",
        "system",
        "team",
        "terms",
        "undefined",
        "webmaster",
        "you",
    ]
)


def not_reserved(handle: str) -> None:
    """Raises ValidationError for a name under which somebody could speak for the site."""
    if handle.lower() in RESERVED:
        raise ValidationError("This handle is kept for the site. Choose another.")


VALIDATORS: list[Callable[[str], None]] = [
    RegexValidator(r"\A[a-z0-9][a-z0-9_-]{2,29}\Z", f"A handle has {RULE}."),
    not_reserved,
]


def require_good(handle: str) -> None:
    """Raises ValidationError with the reason."""
    for validator in VALIDATORS:
        validator(handle)
