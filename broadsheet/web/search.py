"""The page of a search."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from broadsheet.papers.models import Paper
from broadsheet.search import engine
from broadsheet.search.engine import Results, Status
from broadsheet.search.query import parse
from broadsheet.web.cards import count
from broadsheet.web.errors import NotHere
from broadsheet.web.paper import by_other_name
from broadsheet.web.syndication import FEED_ITEMS, Feed, Format, alternates, respond

PAGE = 30
LAST_PAGE = 2 * engine.DEPTH // PAGE + 1


def results(request: HttpRequest) -> HttpResponse:
    """Thirty papers of the ranking; the way to the paper itself where the query names one."""
    query = parse(request.GET.get("q", ""))
    number = page_number(request.GET.get("page", "1"))
    if query.name and (named := by_other_name(query.name)):
        return redirect("paper", named.slug)
    found = engine.search(query, limit=PAGE, offset=(number - 1) * PAGE)
    status = engine.status()
    context = {
        "query": query,
        "is_empty_site": not status.papers,
        "number": number,
        "total": found.total,
        "papers": Paper.objects.for_cards().in_order([hit.paper_id for hit in found.hits]),
        "has_more": found.total > number * PAGE,
        "notes": _notes(found, status),
        "alternates": alternates(reverse("papers"), f"?{urlencode({'q': query.text})}"),
    }
    return render(request, "search.html", context)


def _notes(found: Results, status: Status) -> list[str]:
    """What a reader should know about how complete the answer is."""
    papers = count(status.papers, "paper")
    notes: list[str] = []
    if not status.papers:
        return notes
    if status.indexed < status.papers:
        notes.append(f"{status.indexed:,} of {papers} can be found so far; the rest follow soon.")
    if status.model and status.embedded < status.papers:
        notes.append(
            f"Search by meaning is getting ready: {status.embedded:,} of {papers} so far. "
            "Words find the others."
        )
    elif found.note:
        notes.append(found.note)
    return notes


def feed(request: HttpRequest, form: Format) -> HttpResponse:
    """The best papers for a query as a feed."""
    query = parse(request.GET.get("q", ""))
    found = engine.search(query, limit=FEED_ITEMS)
    papers = Paper.objects.for_cards().in_order([hit.paper_id for hit in found.hits])
    address = f"{reverse('papers')}?{urlencode({'q': query.text})}"
    return respond(request, Feed(f"Search: {query.text}", address, papers), form)


def page_number(text: str) -> int:
    if text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= LAST_PAGE:
        return int(text)
    raise NotHere(f"A search has pages 1 to {LAST_PAGE}.")
