"""The page of a search, its help, and what it suggests while a query is typed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from broadsheet.feeds import finding
from broadsheet.notices.models import About
from broadsheet.papers.models import Paper
from broadsheet.search import engine, same_works
from broadsheet.search.marks import Marks, marks
from broadsheet.search.query import Query, Sort, parse
from broadsheet.search.results import Hit, Results, Status
from broadsheet.search.suggest import Kind, Suggestion
from broadsheet.web import addresses, narrowing
from broadsheet.web.ballots import ballot
from broadsheet.web.cards import count
from broadsheet.web.errors import NotHere
from broadsheet.web.following import button
from broadsheet.web.paper import by_other_name
from broadsheet.web.syndication import FEED_ITEMS, Feed, Format, alternates, respond

PAGE = 30
LAST_PAGE = 2 * engine.DEPTH // PAGE + 1
CLOSE, VERY_CLOSE = 0.45, 0.65
"""Cosines from which a paper is called close to a query."""
WORDS_TOLD = 6


@dataclass(frozen=True, slots=True)
class Found:
    """A paper, and why it is there."""

    paper: Paper
    why: str


def results(request: HttpRequest) -> HttpResponse:
    """Thirty papers of the ranking; the way to the paper itself where the query names one."""
    query = parse(*(request.GET.get(name, "") for name in ("q", "sort", "w")))
    number = page_number(request.GET.get("page", "1"))
    if query.name and (named := by_other_name(query.name)):
        return redirect("paper", named.slug)
    found = finding.search(query, limit=PAGE, offset=(number - 1) * PAGE, counting=True)
    status = engine.status()
    sought = marks(query)
    cards = _with_reasons(found.hits, sought)
    context = {
        "query": query,
        "is_empty_site": not status.papers,
        "number": number,
        "total": found.total,
        "marks": sought,
        "found": cards,
        "ballot": ballot(request, [one.paper for one in cards]),
        "pages": _pages(query, number, found.total),
        "remarks": [*query.remarks, *found.remarks] if not query.problem else [],
        "meant": _meant(query, number),
        "others": same_works.others(hit.paper_id for hit in found.hits),
        "is_cut": query.order is Sort.RELEVANCE and found.total >= engine.DEPTH,
        "notes": _notes(found, status),
        **_ways(query, found),
        "follow": button(request, About.SEARCH, query.text) if found.hits else "",
        "letter": addresses.letter("search", query.text),
        "alternates": alternates(reverse("papers"), f"?{urlencode({'q': query.text})}"),
    }
    return render(request, "search.html", context)


def suggest(request: HttpRequest) -> HttpResponse:
    """Completions of `q` as JSON: a list of `{kind, text, address}`."""
    found = engine.suggestions(request.GET.get("q", ""))
    return JsonResponse([_suggested(one) for one in found], safe=False)


def _suggested(one: Suggestion) -> dict[str, str]:
    if one.kind is Kind.TITLE:
        address = reverse("paper", args=[one.slug])
    else:
        wish = f'au:"{one.text}"'.replace('""', '"') if one.kind is Kind.AUTHOR else one.text
        address = f"{reverse('papers')}{narrowing.address(Query(wish))}"
    return {"kind": one.kind, "text": one.text, "address": address}


def _ways(query: Query, found: Results) -> dict[str, Any]:
    return {
        "orders": narrowing.orders(query),
        "balances": narrowing.balances(query) if found.meaning or query.balance == 0 else [],
        "chosen": narrowing.chosen(query),
        "groups": narrowing.groups(query, found.counts),
        "address": narrowing.address,
    }


def _pages(query: Query, number: int, total: int) -> dict[str, str]:
    """The addresses of the pages before and after; empty where there is none."""
    has_more = total > number * PAGE and number < LAST_PAGE
    return {
        "prev": narrowing.address(query, page=number - 1) if number > 1 else "",
        "next": narrowing.address(query, page=number + 1) if has_more else "",
    }


def _with_reasons(hits: list[Hit], sought: Marks) -> list[Found]:
    by_id = {hit.paper_id: hit for hit in hits}
    papers = Paper.objects.cards(list(by_id))
    return [Found(paper, _why(paper, by_id[paper.id], sought)) for paper in papers]


def _why(paper: Paper, hit: Hit, sought: Marks) -> str:
    """Which words of the query a paper has, and how near it is in meaning."""
    texts = (paper.title, paper.abstract, paper.summary, *paper.keywords, *paper.first_names)
    heard = sought.heard(texts)
    reasons = []
    if heard:
        more = "" if len(heard) <= WORDS_TOLD else " …"
        reasons.append(f"has {', '.join(heard[:WORDS_TOLD])}{more}")
    if hit.closeness is not None:
        degrees = ((VERY_CLOSE, "very close"), (CLOSE, "close"), (-1.0, "near"))
        degree = next(word for least, word in degrees if hit.closeness >= least)
        reasons.append(f"{degree} in meaning ({hit.closeness:.2f})")
    return "; ".join(reasons)


def _meant(query: Query, number: int) -> Query | None:
    """The query that was probably meant, where it would find much more."""
    text = engine.correction(query) if number == 1 and not query.problem else ""
    return Query(text, sort=query.sort, balance=query.balance) if text else None


def _notes(found: Results, status: Status) -> list[str]:
    """What a reader should know about how complete the answer is."""
    papers = count(status.papers, "paper")
    notes: list[str] = []
    if not status.papers:
        return notes
    if found.plain:
        return [found.note]
    if status.indexed < status.papers:
        notes.append(f"{status.indexed:,} of {papers} can be found so far; the rest follow soon.")
    if status.model and status.embedded < status.papers:
        notes.append(
            f"Search by meaning is getting ready: {status.embedded:,} of {papers} so far. "
            "Words find the others."
        )
    elif found.note:
        notes.append(found.note)
    elif status.drafts:
        notes.append(
            f"Search by meaning knows {count(status.drafts, 'paper')} by title alone so far; "
            "their abstracts follow."
        )
    return notes


def feed(request: HttpRequest, form: Format) -> HttpResponse:
    """The best papers for a query as a feed."""
    query = parse(request.GET.get("q", ""))
    found = finding.search(query, limit=FEED_ITEMS)
    papers = Paper.objects.cards([hit.paper_id for hit in found.hits])
    address = f"{reverse('papers')}?{urlencode({'q': query.text})}"
    return respond(request, Feed(f"Search: {query.text}", address, papers), form)


def page_number(text: str) -> int:
    if text.isascii() and text.isdecimal() and 1 <= int(text[:9]) <= LAST_PAGE:
        return int(text)
    raise NotHere(f"A search has pages 1 to {LAST_PAGE}.")
