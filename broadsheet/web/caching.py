"""Visitors' pages, kept whole until anything they show may have changed.

A page is kept under everything it follows from: the address, the newest change of papers, how far
lists, trends and the search index have come, and the day. So nothing ever needs to be thrown
away; what is no longer asked for is pushed out by what is.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeGuard

from django.conf import settings
from django.db import DatabaseError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.response import ResponseHeaders
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers

from broadsheet.community.oversight import NOTICES
from broadsheet.feeds import jobs
from broadsheet.papers.models import Counter
from broadsheet.papers.prepared import prepared
from broadsheet.search import engine, same_works
from broadsheet.web.kept import Kept

COUNTERS = ("changes", jobs.LEVEL, jobs.TRENDS, same_works.COUNTER, NOTICES)
LONGEST = 500_000
"""Bytes of a page that is kept."""
NEVER = (
    *("/account", "/admin", "/api", "/for-you", "/interests", "/invited", "/llms.txt", "/mcp"),
    *("/notices", "/readers", "/robots.txt", "/static"),
)

CONDITIONS = frozenset(
    f"HTTP_IF_{name}" for name in ("MATCH", "NONE_MATCH", "MODIFIED_SINCE", "UNMODIFIED_SINCE")
)
"""Headers by which somebody asks for a page only if theirs is not the same."""


@dataclass(frozen=True, slots=True)
class _Page:
    body: bytes
    headers: ResponseHeaders
    """Never changed: whatever adds to them has done so."""


PAGES = Kept[_Page](500)
Respond = Callable[[HttpRequest], HttpResponseBase]


def visitors(get_response: Respond) -> Respond:
    """Middleware: answer visitors from the cache. Whoever has a cookie or a token is no visitor."""

    def respond(request: HttpRequest) -> HttpResponseBase:
        if not _is_visit(request):
            answer = get_response(request)
            if request.COOKIES:
                answer.headers.setdefault("Cache-Control", "private, no-cache")
            return answer
        try:
            found = key(request)
        except DatabaseError:  # the page says so itself, or needs no database
            return get_response(request)
        if kept := PAGES.get(found):
            return _unless_known(request, kept)
        response = get_response(request)
        if may_be_kept(response):
            response.headers.setdefault("Cache-Control", "public, no-cache")
            patch_vary_headers(response, ("Accept", "Cookie"))
            PAGES.keep(found, _Page(response.content, ResponseHeaders(response.headers)))
        return response

    return respond


def _is_visit(request: HttpRequest) -> bool:
    return (
        request.method == "GET"
        and not request.COOKIES
        and "HTTP_AUTHORIZATION" not in request.META
        and (not settings.SIGN_IN_HEADER or settings.SIGN_IN_HEADER not in request.headers)
        and not request.path.startswith(NEVER)
        and not settings.DEBUG
    )


def key(request: HttpRequest) -> Hashable:
    """Of an address with everything that its page follows from."""
    asked = (
        request.scheme,
        request.get_host(),
        request.path,
        request.META.get("QUERY_STRING", ""),
        request.META.get("HTTP_ACCEPT", "")[:500],
    )
    counters = _counters()
    # so that a page need not ask for notices while there has never been one
    request.has_notices = NOTICES in dict(counters)  # type: ignore[attr-defined]  # ours
    return asked, tuple(counters), timezone.localdate(), engine.status()


@prepared
def _counters() -> QuerySet[Counter, Any]:
    """How far everything has come."""
    return Counter.objects.filter(name__in=COUNTERS).order_by("name").values_list("name", "value")


def may_be_kept(response: HttpResponseBase) -> TypeGuard[HttpResponse]:
    return (
        isinstance(response, HttpResponse)
        and response.status_code == 200
        and not response.cookies
        and len(response.content) <= LONGEST
        and "private" not in response.get("Cache-Control", "")
        and "no-store" not in response.get("Cache-Control", "")
    )


def _unless_known(request: HttpRequest, page: _Page) -> HttpResponseBase:
    """The kept page, or 304 where the visitor's own copy is the same."""
    kept = HttpResponse(page.body)
    kept.headers = page.headers
    if request.META.keys().isdisjoint(CONDITIONS):
        return kept
    answer = get_conditional_response(request, etag=kept.get("ETag"), response=kept)
    return answer if answer is not None else kept
