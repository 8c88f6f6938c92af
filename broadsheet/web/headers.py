"""Headers that every page carries: what a browser may load, and what it may tell others."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; "
    "form-action 'self' {sign_in}; frame-ancestors 'none'",
    "Permissions-Policy": "browsing-topics=(), camera=(), geolocation=(), microphone=(), "
    "payment=(), usb=()",
}


def policies(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    """Middleware: everything from this site only, nothing inline, no device asked for."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in HEADERS.items():
            # a form that signs in by another site is sent on to it
            value = value.replace(
                " {sign_in}", "".join(f" {it}" for it in settings.SIGN_IN_ORIGINS)
            )
            response.headers.setdefault(name, value)
        return response

    return respond
