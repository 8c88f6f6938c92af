"""Who a program acts for, and what it may do."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from broadsheet.readers.actions import hashed
from broadsheet.readers.models import Reader, Token

USED_PRECISION = timedelta(minutes=1)
NO_TOKEN = (
    "This needs a token: send Authorization: Bearer, with one made on the page of your tokens."  # noqa: S105  a sentence
)
NOT_GOOD = "This token is not good: it was revoked, has ended, or was copied in part."


class Scope(StrEnum):
    """What a token allows. Each allows what its name says and nothing more."""

    READ = "read"
    VOTE = "vote"
    COMMENT = "comment"
    COLLECT = "collect"
    FOLLOW = "follow"
    INTERESTS = "interests"
    SUBMIT = "submit"
    ADMIN = "admin"


MEANINGS = {
    Scope.READ: "see what you see, your private lists too",
    Scope.VOTE: "vote and take votes back",
    Scope.COMMENT: "comment in your name",
    Scope.COLLECT: "change your collections, reading list and notes",
    Scope.FOLLOW: "change what you follow, and mark notices as read",
    Scope.INTERESTS: "read your interests and picks, and teach them",
    Scope.SUBMIT: "submit papers and claim authorship",
    Scope.ADMIN: "do what you may do as an administrator",
}


class Denied(Exception):  # noqa: N818  says what is the matter
    """`status` is 401 without a good token, 403 where it does not reach. The message says why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def reader_of(request: HttpRequest, scope: Scope) -> Reader:
    """The reader whose token the request carries, if it allows `scope`. Raises Denied.

    A session's cookie is never enough here, so no other site's page can send such a request.
    """
    return _allowed(token_of(request), scope)


def reader_with(secret: str, scope: Scope) -> Reader:
    """The same for a token that came another way. Raises Denied."""
    return _allowed(_token(secret), scope)


def _allowed(token: Token, scope: Scope) -> Reader:
    if scope not in token.scopes or (scope == Scope.ADMIN and not token.reader.is_staff):
        raise Denied(403, f"This token does not allow: {scope}. Make one that does.")
    if settings.MODE == "read-only" and scope != Scope.READ:
        raise Denied(403, "This site can only be read at the moment.")
    return token.reader


def token_of(request: HttpRequest) -> Token:
    """The row of the request's token. Raises Denied."""
    return _token(secret_of(request))


def secret_of(request: HttpRequest) -> str:
    """The token that the request carries; empty without one."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""


def _token(secret: str) -> Token:
    if not secret:
        raise Denied(401, NO_TOKEN)
    good = Token.objects.still_good().select_related("reader")
    token = good.filter(hash=hashed(secret)).first()
    if token is None:
        raise Denied(401, NOT_GOOD)
    now = timezone.now()
    if token.used is None or now - token.used > USED_PRECISION:
        Token.objects.filter(id=token.id).update(used=now)
    return token
