"""From a typed function to an address that answers JSON.

A function says all: its first parameter is what may be asked, a Struct; its result is what is
answered; its docstring is its description. `api.openapi` reads the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_type_hints
from urllib.parse import urlencode

import msgspec
from django.http import HttpRequest, HttpResponse

from broadsheet.api import errors
from broadsheet.api.errors import ApiError
from broadsheet.api.limits import limited
from broadsheet.exports import caching
from broadsheet.readers import tokens
from broadsheet.readers.tokens import Denied, Scope

encode = msgspec.json.Encoder().encode
_PLACE = re.compile(r"(?P<what>.*?)(?: - at `\$\.(?P<name>\w+)`)?", re.DOTALL)


def nothing_follows(_asked: object, _told: object) -> None:
    """The answer is all there is."""


@dataclass(frozen=True, slots=True)
class Route:
    """One address that is read with GET."""

    path: str
    """As OpenAPI writes it: `/api/papers/{name}`."""
    answer: Callable[..., Any]
    """(what is asked, `https://host` of this site) -> what is answered; of an `Own` the reader
    comes in place of the site. Raises ApiError."""
    following: Callable[[Any, Any], dict[str, str] | None] = nothing_follows
    """(what was asked, what is answered) -> what to change in the address for the next part."""
    follows_papers: bool = True
    """Whether the answer follows from the papers alone, and not from the search index."""

    @property
    def asked(self) -> type[msgspec.Struct]:
        hints = get_type_hints(self.answer, include_extras=True)
        shape: type[msgspec.Struct] = hints["asked"]
        return shape

    @property
    def answered(self) -> Any:  # noqa: ANN401  a Struct or a list of some
        return get_type_hints(self.answer, include_extras=True)["return"]

    @property
    def pattern(self) -> str:
        """The path as Django writes it."""
        return pattern(self.path)

    def view(self) -> Callable[..., HttpResponse]:
        shape = self.asked

        def answer(request: HttpRequest, /, **parts: str) -> HttpResponse:
            asked = understood(shape, request, parts)
            told = self.answer(asked, site(request))
            response = HttpResponse(encode(told), content_type="application/json")
            if changes := self.following(asked, told):
                query = urlencode(request.GET.dict() | changes)
                response["Link"] = f'<{site(request)}{request.path}?{query}>; rel="next"'
            return response

        kept = caching.follows_papers(answer) if self.follows_papers else caching.lasting(answer)
        return _open_to_all(limited(kept))


@dataclass(frozen=True, slots=True)
class Own(Route):
    """An address that answers each reader something of their own, by a token of this scope."""

    scope: Scope = Scope.READ

    def view(self) -> Callable[..., HttpResponse]:
        shape = self.asked

        def answer(request: HttpRequest, /, **parts: str) -> HttpResponse:
            try:
                reader = tokens.reader_of(request, self.scope)
            except Denied as fault:
                raise ApiError(fault.status, fault.message) from None
            told = self.answer(understood(shape, request, parts), reader)
            response = HttpResponse(encode(told), content_type="application/json")
            response["Cache-Control"] = "private, no-store"
            return response

        return _open_to_all(limited(answer))


def pattern(path: str) -> str:
    """A path of OpenAPI as Django writes it."""
    return re.sub(r"\{(\w+)\}", r"<path:\1>", path).removeprefix("/")


def understood(
    shape: type[msgspec.Struct], request: HttpRequest, parts: dict[str, str]
) -> msgspec.Struct:
    """What the address asks for. Raises ApiError with the reason why it cannot be asked."""
    told = {name: str(value) for name, value in request.GET.items()} | parts
    if any("\0" in value for value in told.values()):
        raise ApiError(400, "An address cannot hold the character NUL.")
    try:
        return msgspec.convert(told, shape, strict=False)
    except msgspec.ValidationError as reason:
        found = _PLACE.fullmatch(str(reason))
        what, name = (found["what"], found["name"]) if found else (str(reason), None)
        raise ApiError(400, f"{name}: {what}." if name else f"{what}.") from None


def site(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")


def _open_to_all(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Read by GET and HEAD, by pages of other sites too; every fault in the one shape."""

    def respond(request: HttpRequest, **parts: str) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            try:
                response = view(request, **parts)
            except ApiError as fault:
                response = errors.response(fault)
        elif request.method == "OPTIONS":
            response = HttpResponse(status=204, headers={"Allow": "GET, HEAD, OPTIONS"})
            response["Access-Control-Allow-Headers"] = "Authorization, If-None-Match"
        else:
            response = errors.response(ApiError(405, "This address can only be read, with GET."))
            response["Allow"] = "GET, HEAD, OPTIONS"
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = (
            "ETag, Link, RateLimit, RateLimit-Policy, Retry-After, X-Error-Message"
        )
        return response

    respond.csrf_exempt = True  # type: ignore[attr-defined]  # Django's own way to mark a view
    return respond
