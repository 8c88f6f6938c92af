"""Writes by programs, as the reader whose session or token the request has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Annotated, Any, get_type_hints

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.views.decorators.csrf import csrf_exempt

from broadsheet.api.errors import ApiError, NoSuchPaper, needs_token, response
from broadsheet.community import actions
from broadsheet.community.limits import Refused
from broadsheet.community.models import LONGEST_COMMENT
from broadsheet.papers.models import Paper
from broadsheet.readers import tokens
from broadsheet.readers.models import Reader
from broadsheet.readers.tokens import Denied, Scope

MOST_BYTES = 100_000
Number = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
"""Of a row, as far as databases count."""


class Ballot(msgspec.Struct):
    vote: bool = True
    """False takes the vote back."""


class Voted(msgspec.Struct):
    upvotes: int
    voted: bool


class Said(msgspec.Struct):
    comment: Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_COMMENT)]
    parent: Number | None = None
    """The comment that this one answers."""


class Written(msgspec.Struct):
    id: int


def vote(reader: Reader, paper: Paper, told: Ballot) -> Voted:
    (actions.cast_vote if told.vote else actions.withdraw_vote)(reader, paper.id)
    paper.refresh_from_db(fields=["votes"])
    return Voted(paper.votes, told.vote)


def comment(reader: Reader, paper: Paper, told: Said) -> Written:
    return Written(actions.add_comment(reader, paper.id, told.comment, told.parent).pk)


class _Guard(CsrfViewMiddleware):
    """Django's check against requests from other sites, whose answer is the reason."""

    def _reject(self, request: HttpRequest, reason: str) -> str:
        return reason


def reader_of(request: HttpRequest, scope: Scope) -> Reader | None:
    """Who asks, by a token that allows `scope`, or by the session. A token comes first: no other
    site can send it, so it needs no proof of where the request comes from."""
    if request.headers.get("Authorization"):
        try:
            return tokens.reader_of(request, scope)
        except Denied as fault:
            raise ApiError(fault.status, fault.message) from None
    if not isinstance(request.user, Reader):
        return None
    if settings.MODE == "read-only":
        raise ApiError(403, "This site can only be read at the moment.")
    if _Guard(lambda _: HttpResponse()).process_view(request, HttpResponse, (), {}):
        raise ApiError(403, "Send the header X-CSRFToken with the value of the cookie csrftoken.")
    return request.user


@dataclass(frozen=True, slots=True)
class Write:
    """One address that writes."""

    path: str
    """As OpenAPI writes it: `/api/papers/{name}/vote`."""
    summary: str
    sent: type[msgspec.Struct]
    scope: Scope
    write: Callable[..., msgspec.Struct]
    """(reader, what was sent, parts of the address) -> what is answered. Raises Refused or
    ApiError."""

    @property
    def answered(self) -> Any:  # noqa: ANN401  a type, as msgspec takes it
        return get_type_hints(self.write)["return"]

    def view(self) -> Callable[..., HttpResponse]:
        @csrf_exempt  # `reader_of` checks, so that the fault has the shape of the others
        def answer(request: HttpRequest, **parts: str) -> HttpResponse:
            try:
                reader = reader_of(request, self.scope) if request.method == "POST" else None
                if not reader:
                    return needs_token(request)
                done = msgspec.json.encode(self.write(reader, _body(request, self.sent), **parts))
            except Refused as reason:
                return response(ApiError(reason.status, reason.message))
            except ApiError as fault:
                return response(fault)
            answer = HttpResponse(done, content_type="application/json")
            answer["Cache-Control"] = "no-store"
            return answer

        return answer


def on_paper(write: Callable[..., msgspec.Struct]) -> Callable[..., msgspec.Struct]:
    """A write that gets the paper which the address names."""

    @wraps(write)
    def found(reader: Reader, told: msgspec.Struct, name: str) -> msgspec.Struct:
        if not (paper := Paper.objects.called(name)):
            raise NoSuchPaper(name)
        return write(reader, paper, told)

    return found


def _body(request: HttpRequest, shape: type[msgspec.Struct]) -> msgspec.Struct:
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        raise ApiError(413, f"This is more than {MOST_BYTES:,} bytes.")
    try:
        return msgspec.json.decode(request.body or b"{}", type=shape)
    except (msgspec.ValidationError, msgspec.DecodeError) as reason:
        raise ApiError(400, f"{reason}.") from None


ROUTES = (
    Write(
        "/api/papers/{name}/vote",
        "Vote for a paper, or take the vote back.",
        Ballot,
        Scope.VOTE,
        on_paper(vote),
    ),
    Write(
        "/api/papers/{name}/comments", "Comment on a paper.", Said, Scope.COMMENT, on_paper(comment)
    ),
)
