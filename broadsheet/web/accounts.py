"""What all pages know of who reads them, and what goes wrong while signing in."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import cast

from allauth.socialaccount.models import SocialApp
from allauth.usersessions.middleware import UserSessionsMiddleware
from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from broadsheet.readers.joining import NoMail
from broadsheet.readers.models import Reader
from broadsheet.web.errors import NotHere, not_found

logger = logging.getLogger(__name__)
SEEN_EVERY = 300
"""Seconds."""
READS = ("GET", "HEAD", "OPTIONS")
NO_WRITES = ("/account/login", "/account/logout", "/account/2fa/authenticate", "/mcp", "/api/")
"""Where something is sent without writing papers or words; the API says no by itself."""

PAGES = (
    ("account", "Profile"),
    ("account-reading", "Reading list"),
    ("following", "Following"),
    ("account-notices", "Notices"),
    ("account-letters", "Letters"),
    ("account_email", "Addresses"),
    ("account_change_password", "Password"),
    ("mfa_index", "Passkeys and codes"),
    ("socialaccount_connections", "Other sites"),
    ("usersessions_list", "Sessions"),
    ("account-contributions", "Contributions"),
    ("account-tokens", "Tokens"),
    ("account-invitations", "Invitations"),
    ("account-interests", "Interests"),
    ("account-data", "Data"),
)
"""What readers look after: the name of each page's address, and the words that lead there."""


def reader_of(request: HttpRequest) -> Reader | None:
    """The signed-in reader. Asks nothing where no cookie came, so visitors' pages can be kept."""
    if not request.COOKIES and not settings.SIGN_IN_HEADER:
        return None
    user = getattr(request, "user", None)
    return user if isinstance(user, Reader) or (user and user.is_authenticated) else None


def me(request: HttpRequest) -> Reader:
    """The signed-in reader, behind `login_required`."""
    return cast(Reader, request.user)


class SeenNowAndThen(UserSessionsMiddleware):  # type: ignore[misc]  # allauth has no types
    """Middleware: when a session was seen is noted at most once in five minutes by each process;
    else every page that somebody reads would write to the database."""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer: HttpResponseBase
        if caches["limits"].add(f"seen-{request.session.session_key}", True, SEEN_EVERY):
            answer = super().__call__(request)
        else:
            answer = self.get_response(request)
        return answer


class AnsweredFaults:
    """Middleware: a dead mail server, a site to sign in by that is not set up, and a write to a
    read-only site get a page of their own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.MODE != "read-only" or _only_reads(request):
            return self.get_response(request)
        message = "This site can only be read at the moment; nothing was changed. Try again later."
        return _sentence(request, "Only reading for now", message, 403)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, OSError) and request.path.startswith("/account/"):
            logger.error("A site to sign in by does not answer: %s", type(error).__name__)
            message = "The site by which you wanted to sign in does not answer. Try again later."
            return _sentence(request, "Not signed in", message, 503)
        if isinstance(error, SocialApp.DoesNotExist):
            return not_found(request, NotHere("This site does not sign in by that other site."))
        if not isinstance(error, NoMail):
            return None
        return _sentence(
            request,
            "The letter could not be sent",
            "The site’s mail server does not answer. Try again in some minutes; if you were "
            "signing up, sign in then, and a new code is sent to you.",
            503,
        )


def _only_reads(request: HttpRequest) -> bool:
    return request.method in READS or request.path.startswith(NO_WRITES)


def not_from_here(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was not sent from a page of this site, or from one that was open for too long."""
    return _sentence(
        request,
        "This form could not be accepted",
        "It came from a page that was open for too long, or your browser keeps no cookies. "
        "Go back, load the page again and send it once more.",
        403,
    )


def _sentence(request: HttpRequest, title: str, message: str, status: int) -> HttpResponse:
    context = {"title": title, "message": message}
    response = render(request, "sentence.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
