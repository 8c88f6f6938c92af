"""Pages for what is not here and for what went wrong."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import is_valid_path
from django.utils.http import escape_leading_slashes

from broadsheet.web.cards import Address


class NotHere(Http404):
    """Nothing is at this address. `message` is a sentence for the reader."""

    def __init__(self, message: str, elsewhere: Address | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.elsewhere = elsewhere


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if meant := _with_other_end(request):
        return redirect(meant, permanent=True)
    known = exception if isinstance(exception, NotHere) else None
    context = {
        "message": known.message if known else "There is no page at this address.",
        "elsewhere": known.elsewhere if known else None,
        "words": _words(request.path),
    }
    return render(request, "404.html", context, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Asks nothing of the database, which may be what failed."""
    return render(request, "500.html", status=500)


def _with_other_end(request: HttpRequest) -> str:
    """The address with a last slash more or less, where only that is there."""
    path = request.path
    if request.method not in ("GET", "HEAD") or request.resolver_match or len(path) < 2:
        return ""
    other = path[:-1] if path.endswith("/") else f"{path}/"
    if not is_valid_path(other):
        return ""
    query = request.META.get("QUERY_STRING", "")
    return escape_leading_slashes(other) + (f"?{query}" if query else "")


def _words(path: str) -> str:
    """What the reader may have been looking for, by the end of the address."""
    return path.removeprefix("/papers/").strip("/").replace("-", " ")[:200]
