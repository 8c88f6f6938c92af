"""What is written about readers."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from broadsheet.readers.handles import require_good
from broadsheet.readers.models import Event, Happening, Invitation, Reader, Token

MOST_TOKENS = 50
MOST_INVITATIONS = 10


class Refused(Exception):  # noqa: N818  says what is the matter
    """It cannot be done. The message is a sentence for the reader."""


def hashed(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def note(reader: Reader, what: Happening, network: str, detail: str = "") -> None:
    Event.objects.create(reader=reader, what=what, network=network, detail=detail[:80])


def add_reader(handle: str, email: str, password: str | None, *, is_admin: bool) -> Reader:
    """An account with a verified address, made by whoever runs the site. Raises Refused."""
    from allauth.account.models import EmailAddress

    email = email.strip().lower()
    try:
        require_good(handle)
        with transaction.atomic():
            reader = Reader.objects.create_user(handle, email, password)
            reader.is_staff = reader.is_superuser = is_admin
            reader.full_clean(exclude=["password"])
            reader.save()
            EmailAddress.objects.create(user=reader, email=email, verified=True, primary=True)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    except IntegrityError as error:
        raise Refused("There is an account with this handle or address already.") from error
    return reader


def make_token(
    reader: Reader, name: str, scopes: Sequence[str], ends: datetime | None = None
) -> tuple[Token, str]:
    """The token's row, and the token itself, which can be told only now. Raises Refused."""
    if reader.tokens.count() >= MOST_TOKENS:
        raise Refused(f"You have {MOST_TOKENS} tokens. Revoke one that you no longer need.")
    secret = f"bst_{secrets.token_urlsafe(32)}"
    token = Token.objects.create(
        reader=reader,
        name=name[:80],
        hash=hashed(secret),
        start=secret[:8],
        scopes=sorted(scopes),
        ends=ends,
    )
    note(reader, Happening.TOKEN_MADE, "", name)
    return token, secret


def revoke_token(reader: Reader, token_id: int) -> bool:
    """Whether there was one."""
    token = reader.tokens.filter(id=token_id).first()
    if token is None:
        return False
    token.delete()
    note(reader, Happening.TOKEN_REVOKED, "", token.name)
    return True


def invite(host: Reader) -> str:
    """The secret end of the address by which one more may join. Raises Refused."""
    if host.invitations.open().count() >= MOST_INVITATIONS:
        raise Refused(f"You have {MOST_INVITATIONS} open invitations. Wait until one is used.")
    secret = secrets.token_urlsafe(24)
    Invitation.objects.create(host=host, hash=hashed(secret))
    return secret


def invitation(secret: str) -> Invitation | None:
    """The open invitation with this secret, of a host who may still invite."""
    found = Invitation.objects.open().filter(hash=hashed(secret), host__is_active=True)
    return found.select_related("host").first()


def use_invitation(secret: str, guest: Reader) -> bool:
    """Whether the guest got in by it: an invitation lets in one reader only."""
    found = invitation(secret)
    if not found or not Invitation.objects.open().filter(id=found.id).update(guest=guest):
        return False
    Reader.objects.filter(id=guest.id).update(invited_by=found.host)
    return True


def forget_old_events() -> None:
    Event.objects.filter(at__lt=timezone.now() - Event.KEPT).delete()
