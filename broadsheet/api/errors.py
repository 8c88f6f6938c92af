"""What went wrong, in the one shape that all programs get: `{"error": "A sentence."}`."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

NotFound = Callable[[HttpRequest, Exception], HttpResponse]
Failed = Callable[[HttpRequest], HttpResponse]


class Fault(msgspec.Struct):
    error: str
    """A sentence that says what to do."""


class ApiError(Exception):
    """An answer that is not the one asked for. `message` is a sentence for the caller."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class NoSuchPaper(ApiError):  # noqa: N818  says what is the matter
    def __init__(self, name: str) -> None:
        super().__init__(404, f"No paper here is called {name[:100]}.")


def response(fault: ApiError) -> HttpResponse:
    """The sentence as JSON, and in the header from which Hugging Face's client takes it."""
    body = msgspec.json.encode(Fault(fault.message))
    answer = HttpResponse(body, content_type="application/json", status=fault.status)
    answer["Cache-Control"] = "no-store"
    if fault.message.isascii() and fault.message.isprintable():
        answer["X-Error-Message"] = fault.message
    return answer


@csrf_exempt
def unknown(request: HttpRequest, **_: object) -> HttpResponse:
    return response(ApiError(404, f"There is nothing at {request.path[:100]}; /api lists what is."))


def not_found(page: NotFound) -> NotFound:
    """The handler of what is not here: `page` for people, a fault for programs."""

    def respond(request: HttpRequest, exception: Exception) -> HttpResponse:
        return unknown(request) if _is_program(request) else page(request, exception)

    return respond


def failed(page: Failed) -> Failed:
    """The handler of what went wrong here."""

    def respond(request: HttpRequest) -> HttpResponse:
        if not _is_program(request):
            return page(request)
        return response(ApiError(500, "Something went wrong here; it has been written down."))

    return respond


def _is_program(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


@csrf_exempt
def needs_token(request: HttpRequest, **_: str) -> HttpResponse:
    """Writes belong to a reader, and this one tells of none."""
    if request.method != "POST":
        answer = response(ApiError(405, "Send this request with POST."))
        answer["Allow"] = "POST"
        return answer
    told = "This needs a token: send Authorization: Bearer, with one made on the page of yours."
    answer = response(ApiError(401, told))
    answer["WWW-Authenticate"] = "Bearer"
    return answer
