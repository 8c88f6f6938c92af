"""Papers like a text that somebody has, or like several papers together."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from broadsheet.papers.models import Paper
from broadsheet.search import engine
from broadsheet.search.results import Hit
from broadsheet.web.cards import count
from broadsheet.web.paper import by_other_name

LONGEST = 5_000
SHOWN = 30
MOST_PAPERS = 20


@csrf_exempt  # it reads only: POST is here because a paragraph is too long for an address
def page(request: HttpRequest) -> HttpResponse:
    """A form for a text of up to `LONGEST` characters, and what is like it; with `?like=` papers
    that are near to all of those."""
    text = " ".join((request.POST.get("text") or request.GET.get("text", "")).split())
    liked, unknown = _liked(request.GET.getlist("like"))
    context = {
        "text": text,
        "longest": LONGEST,
        "liked": liked,
        "problem": _problem(text, unknown),
        "papers": [],
        "note": "",
        "asked": bool(text or liked),
    }
    if liked:
        hits = engine.similar_to([paper.id for paper in liked], SHOWN)
        context["papers"] = _papers(hits)
    elif text and len(text) <= LONGEST:
        found = engine.similar_to_text(text, SHOWN)
        context |= {"papers": _papers(found.hits), "note": found.note}
    return render(request, "similar.html", context)


def _papers(hits: list[Hit]) -> list[Paper]:
    return Paper.objects.cards([hit.paper_id for hit in hits])


def _liked(names: list[str]) -> tuple[list[Paper], list[str]]:
    """The papers of these names, each once, and the names that no paper here has."""
    liked, unknown = dict[int, Paper](), []
    for name in names[:MOST_PAPERS]:
        name = name.replace("\0", "")
        if paper := by_other_name(name):
            liked[paper.id] = paper
        else:
            unknown.append(name[:60])
    return list(liked.values()), unknown


def _problem(text: str, unknown: list[str]) -> str:
    if unknown:
        return f"No paper here is called {', '.join(unknown)}."
    if len(text) > LONGEST:
        most = f"{LONGEST:,}"
        return (
            f"A text has at most {most} characters; this one has {count(len(text), 'character')}."
        )
    return ""
