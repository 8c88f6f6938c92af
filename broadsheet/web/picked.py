"""Papers picked for a reader: of all interests or of one, by day, as page, feed and shared link."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from broadsheet.feeds.spans import day_of
from broadsheet.interests import actions, picks, sharing, teachers
from broadsheet.interests.models import Interest
from broadsheet.interests.picks import Pick
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from broadsheet.web import syndication
from broadsheet.web.ballots import ballot
from broadsheet.web.errors import NotHere
from broadsheet.web.syndication import FEED_ITEMS, Feed, Format
from broadsheet.web.writing import for_readers

SHARED = 30
"""Papers on the page of a shared interest."""


@for_readers
def for_you(request: HttpRequest, reader: Reader, day: str = "") -> HttpResponse:
    """The picks of a day for all interests together; without a day those of the newest."""
    mine = list(Interest.objects.of(reader.pk))
    awake = [one for one in mine if not one.paused]
    return _page(request, awake, day, mine, "for-you", ())


@for_readers
def one(request: HttpRequest, reader: Reader, key: str, day: str = "") -> HttpResponse:
    """The picks of a day for one interest."""
    mine = list(Interest.objects.of(reader.pk))
    chosen = [one for one in mine if one.key == key]
    if not chosen:
        raise NotHere("There is no interest of yours at this address.")
    return _page(request, chosen, day, mine, "interest", (key,))


@never_cache
def feed(request: HttpRequest, token: str, form: Format) -> HttpResponse:
    """The newest picks as a feed, for whoever has its secret address: its reader's own programs."""
    if not (reader := sharing.fed(token)):
        raise NotHere("There is no feed at this address. It may have been renewed.")
    interests = Interest.objects.of(reader.pk).filter(paused=False)
    if key := request.GET.get("interest", "").replace("\0", ""):
        interests = interests.filter(key=key)
    known = list(interests)
    if key and not known:
        raise NotHere("There is no interest at this address.")
    found = picks.newest(known, FEED_ITEMS)
    told = {pick.paper_id: pick.reason for pick in found}
    title = known[0].name if key else "For you"
    address = reverse("interest", args=[key]) if key else reverse("for-you")
    papers = Paper.objects.cards([pick.paper_id for pick in found])
    response = syndication.respond(request, Feed(title, address, papers, told), form)
    response["Cache-Control"] = "private, no-cache"
    response["X-Robots-Tag"] = "noindex"
    return response


@never_cache
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """What is picked for an interest, for whoever was given its link: without what taught it."""
    if not (interest := sharing.linked(token)):
        raise NotHere("Nothing is shared at this address. The link may have been ended.")
    found = picks.newest([interest], SHARED)
    papers = Paper.objects.cards([pick.paper_id for pick in found])
    context = {
        "interest": interest,
        "papers": papers,
        "reasons": {pick.paper_id: picks.told_to_others(pick) for pick in found},
        "ballot": ballot(request, papers),
    }
    response = render(request, "interest_shared.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response


def _page(
    request: HttpRequest,
    chosen: Sequence[Interest],
    asked: str,
    mine: Sequence[Interest],
    name: str,
    parts: tuple[str, ...],
) -> HttpResponse:
    days = picks.days(chosen)
    day = _day(asked, days)
    found = picks.on_day(chosen, day) if day else []
    best = max((pick.score for pick in found), default=0.0)
    papers = Paper.objects.cards([pick.paper_id for pick in found])
    _note_shown(request, found)
    context: dict[str, Any] = {
        "interests": mine,
        "interest": chosen[0] if name == "interest" else None,
        "teachers": teachers.sentence(chosen[0]) if name == "interest" else "",
        "papers": papers,
        "picks": {pick.paper_id: pick for pick in found},
        "fits": {pick.paper_id: fit(pick, best) for pick in found},
        "span": day_of(day) if day else None,
        "ballot": ballot(request, papers),
        "token": get_token(request),
        **_beside(day, days, name, parts),
    }
    return render(request, "picked.html", context)


def _note_shown(request: HttpRequest, found: Sequence[Pick]) -> None:
    """So that no letter tells of it again. It is the one thing that looking at a page writes; a
    browser that only loads ahead, and a site that can only be read, write nothing."""
    new = [(pick.interest.pk, pick.paper_id) for pick in found if not pick.is_shown]
    ahead = "prefetch" in request.headers.get("Sec-Purpose", "")
    if new and request.method == "GET" and not ahead and settings.MODE != "read-only":
        actions.show(new)


def _day(asked: str, days: Sequence[date]) -> date | None:
    if not asked:
        return days[0] if days else None
    try:
        return date.fromisoformat(asked)
    except ValueError:
        raise NotHere("A day is written as in 2025-12-15.") from None


def _beside(
    day: date | None, days: Sequence[date], name: str, parts: tuple[str, ...]
) -> dict[str, Any]:
    """The nearest days before and after with picks, and their addresses."""
    earlier = max((other for other in days if day and other < day), default=None)
    later = min((other for other in days if day and other > day), default=None)
    return {
        which: (day_of(other), reverse(f"{name}-day", args=[*parts, other.isoformat()]))
        if other
        else None
        for which, other in (("earlier", earlier), ("later", later))
    }


def fit(pick: Pick, best: float) -> str:
    """How well a pick fits, in tenths of the best of its day: `7 of 10`."""
    return f"{max(1, round(10 * pick.score / best)) if best > 0 else 1} of 10"
