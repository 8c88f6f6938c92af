"""Whose token this is, in the shape in which Hugging Face's client asks for it."""

from __future__ import annotations

from datetime import datetime

import msgspec
from django.http import HttpRequest, HttpResponse

from broadsheet.api import errors
from broadsheet.api.errors import ApiError
from broadsheet.readers.tokens import Denied, Scope, token_of

PATH = "/api/whoami-v2"


class AccessToken(msgspec.Struct, rename="camel"):
    display_name: str
    role: str
    """`write` where it allows more than reading."""
    created_at: datetime
    scopes: list[str]


class Auth(msgspec.Struct, rename="camel"):
    access_token: AccessToken
    type: str = "access_token"


class Me(msgspec.Struct, rename="camel"):
    id: str
    name: str
    fullname: str
    auth: Auth
    email: str | None = None
    """Only for a token that may read."""
    type: str = "user"
    is_pro: bool = False
    orgs: list[str] = []


def answer(request: HttpRequest) -> HttpResponse:
    """401 without a good token."""
    try:
        token = token_of(request)
    except Denied as denied:
        fault = errors.response(ApiError(denied.status, denied.message))
        fault["WWW-Authenticate"] = "Bearer"
        return fault
    role = "write" if set(token.scopes) - {Scope.READ} else "read"
    reader = token.reader
    me = Me(
        id=str(reader.pk),
        name=reader.username,
        fullname=str(reader),
        email=reader.email if Scope.READ in token.scopes else None,
        auth=Auth(AccessToken(token.name, role, token.made, token.scopes)),
    )
    response = HttpResponse(msgspec.json.encode(me), content_type="application/json")
    response["Cache-Control"] = "no-store"
    return response
