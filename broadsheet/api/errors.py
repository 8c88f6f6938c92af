"""What went wrong, in the one shape that all programs get: `{"error": "A sentence."}`."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

Handler = Callable[..., HttpResponse]


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


def failed(_request: HttpRequest) -> HttpResponse:
    return response(ApiError(500, "Something went wrong here; it has been written down."))


def instead_of(page: Callable[..., HttpResponse], fault: Callable[..., HttpResponse]) -> Handler:
    """An error handler: a page for people, the one shape of faults for programs."""

    def respond(request: HttpRequest, **details: Exception) -> HttpResponse:
        is_program = request.path.startswith("/api/")
        return fault(request, **details) if is_program else page(request, **details)

    return respond


@csrf_exempt
def needs_token(request: HttpRequest, **_: str) -> HttpResponse:
    """Writes belong to a reader. Nobody can hold a token yet, so nobody may write."""
    if request.method != "POST":
        answer = response(ApiError(405, "Send this request with POST."))
        answer["Allow"] = "POST"
        return answer
    answer = response(ApiError(401, "This needs a token, and this site gives out none yet."))
    answer["WWW-Authenticate"] = "Bearer"
    return answer
