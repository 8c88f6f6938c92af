"""The daily page, and the pages of a week and of a month."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from broadsheet.contributions import crediting
from broadsheet.feeds import choice as choices
from broadsheet.feeds import lists, spans
from broadsheet.feeds.choice import Choice, UnusableChoice
from broadsheet.feeds.lists import Place
from broadsheet.feeds.spans import SPANS, Kind, Span
from broadsheet.papers.kinds import DayBasis
from broadsheet.papers.models import Paper
from broadsheet.search import same_works
from broadsheet.web import search, syndication
from broadsheet.web.ballots import ballot
from broadsheet.web.errors import NotHere
from broadsheet.web.remembering import with_remembered
from broadsheet.web.sheets import shared, show_people
from broadsheet.web.syndication import Feed, Format


@with_remembered
@shared
def papers(request: HttpRequest, form: Format | None = None) -> HttpResponse:
    """The newest day that has papers; with `?q=`, a search."""
    if "q" in request.GET:
        return search.feed(request, form) if form else search.results(request)
    today = timezone.localdate()
    span = lists.nearest(spans.day_of(today), today)
    if form:
        return _feed(request, span, form)
    if not span:
        return _empty(request)
    return _page(request, span)


@with_remembered
@shared
def span_page(
    request: HttpRequest, kind: Kind, key: str, form: Format | None = None
) -> HttpResponse:
    """The page of one day, week or month; where it has no papers, the way to the nearest."""
    try:
        asked = spans.parse(kind, key)
    except ValueError:
        raise NotHere(f"There is no {kind} “{key}” in the calendar.") from None
    if form:
        return _feed(request, asked, form)
    span = lists.nearest(asked, timezone.localdate())
    if not span:
        return _empty(request)
    if span != asked:
        return redirect(f"{address(span)}?asked={asked.key}")
    return _page(request, span)


def address(span: Span) -> str:
    return reverse(span.kind, args=[span.key])


def _page(request: HttpRequest, span: Span) -> HttpResponse:
    today = timezone.localdate()
    after = _place(request.GET.get("after", ""))
    choice, problem = _choice(request)
    everything = lists.papers_in(span, today).filter(choice.conditions())
    page, following = lists.page_of(everything, after)
    chosen = choices.query(choice)
    submitters = crediting.submitters([paper.id for paper in page])
    curators = crediting.curators(span.first) if span.kind == "day" else []
    show_people(request, [*submitters.values(), *curators])
    context = {
        "choice": choice,
        "chosen": chosen,
        "problem": problem,
        "here": address(span) + chosen,
        "onward": choices.query(choice, ("after", str(following or ""))),
        "alternates": syndication.alternates(address(span), chosen),
        "span": span,
        "address": address(span),
        "papers": page,
        "ballot": ballot(request, page),
        "others": same_works.others(paper.id for paper in page),
        "submitters": submitters,
        "curators": curators,
        "total": everything.count(),
        "after": after,
        "following": following,
        "earlier": lists.earlier(span),
        "later": lists.later(span, today),
        "spans": _around(span, today),
        "address_of": address,
        "asked": _asked(request, span),
        "is_shelf": all(paper.day_basis == DayBasis.SHELF for paper in page),
    }
    return render(request, "feed.html", context)


def _choice(request: HttpRequest) -> tuple[Choice, str]:
    """The filters in the address, or none and why they cannot be used."""
    try:
        return choices.parse(dict(request.GET.lists())), ""
    except UnusableChoice as reason:
        return Choice(), str(reason)


def _feed(request: HttpRequest, span: Span | None, form: Format) -> HttpResponse:
    if not span:
        return syndication.respond(request, Feed("Newest papers", reverse("papers"), []), form)
    choice, problem = _choice(request)
    if problem:
        raise NotHere(problem)
    everything = lists.papers_in(span, timezone.localdate()).filter(choice.conditions())
    found, _ = lists.page_of(everything, None, syndication.FEED_ITEMS)
    feed = Feed(span.title, address(span) + choices.query(choice), found)
    return syndication.respond(request, feed, form)


def _around(span: Span, today: date) -> list[Span]:
    """The day, the week and the month of the newest papers of a span that has papers."""
    newest = Paper.objects.newest_day(min(span.last, today)) if span.kind != "day" else None
    return [make(newest or span.first) for make in SPANS.values()]


def _place(text: str) -> Place | None:
    try:
        return Place.parse(text) if text else None
    except ValueError:
        raise NotHere("This part of the list does not exist.") from None


def _asked(request: HttpRequest, span: Span) -> Span | None:
    """The span that a reader had asked for before being led here because it has no papers."""
    try:
        asked = spans.parse(span.kind, request.GET.get("asked", ""))
    except ValueError:
        return None
    return asked if asked != span else None


def _empty(request: HttpRequest) -> HttpResponse:
    return render(request, "empty.html", {"undated": Paper.objects.exists()})
