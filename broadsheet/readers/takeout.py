"""Everything that readers have here, as files. Other rooms give files of their own beside these."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession

from broadsheet.readers.models import Reader


@dataclass(frozen=True, slots=True)
class File:
    name: str
    content: bytes


Giver: TypeAlias = Callable[[Reader], Iterable[File]]


def account(reader: Reader) -> Iterator[File]:
    """What this room knows. Of secrets only that they exist."""
    yield as_json("account.json", _facts(reader))
    yield as_json(
        "tokens.json",
        list(reader.tokens.values("name", "start", "scopes", "made", "used", "ends")),
    )
    yield as_json("events.json", list(reader.events.values("what", "at", "network", "detail")))
    sessions = UserSession.objects.filter(user=reader)
    yield as_json(
        "sessions.json", list(sessions.values("created_at", "last_seen_at", "ip", "user_agent"))
    )


def zipped(reader: Reader, givers: Iterable[Giver]) -> bytes:
    """All files of all givers, in one zip."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        for give in givers:
            for file in give(reader):
                out.writestr(file.name, file.content)
    return packed.getvalue()


def as_json(name: str, value: object) -> File:
    return File(name, json.dumps(value, indent=2, ensure_ascii=False, default=str).encode())


def _facts(reader: Reader) -> dict[str, Any]:
    emails = EmailAddress.objects.filter(user=reader)
    elsewhere = SocialAccount.objects.filter(user=reader)
    ways = Authenticator.objects.filter(user=reader)
    return {
        "handle": reader.username,
        "name": reader.name,
        "about": reader.about,
        "link": reader.link,
        "orcid": reader.orcid,
        "profile is public": reader.is_public,
        "joined": reader.date_joined,
        "invited by": reader.invited_by.username if reader.invited_by else None,
        "addresses": list(emails.values("email", "verified", "primary")),
        "accounts elsewhere": list(elsewhere.values("provider", "uid", "date_joined")),
        "ways to sign in": list(ways.values("type", "created_at", "last_used_at")),
    }
