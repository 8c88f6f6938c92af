"""The reading list, and writing what a reader keeps alone about a paper."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from broadsheet.community import keeping
from broadsheet.community.desks import LONGEST_NOTE, Note, Reading, State
from broadsheet.exports.forms import FORMS
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from broadsheet.web import export, places
from broadsheet.web.accounts import me
from broadsheet.web.ballots import ballot
from broadsheet.web.cards import count
from broadsheet.web.errors import NotHere
from broadsheet.web.paper import named
from broadsheet.web.writing import back, for_readers, wants_json, writes

PAGE = 30
MOST_IN_A_FILE = 500
STATES = State.choices


@writes
def keep(request: HttpRequest, reader: Reader, slug: str) -> HttpResponse:
    """A state of reading; an empty one takes the paper off the list."""
    paper = named(slug)
    state = request.POST.get("state", "")
    keeping.set_state(reader, paper.id, state)
    if wants_json(request):
        return JsonResponse({"state": state})
    return back(request, reverse("paper", args=[paper.slug]))


@for_readers
def note(request: HttpRequest, reader: Reader, slug: str) -> HttpResponse:
    """A page to write a note on, and what it sends."""
    paper = named(slug)
    if request.method == "POST":
        keeping.write_note(reader, paper.id, request.POST.get("text", ""))
        return redirect(f"{reverse('paper', args=[paper.slug])}#my-note")
    written = Note.objects.filter(reader=reader, paper=paper)
    text = written.values_list("text", flat=True).first() or ""
    context = {"paper": paper, "text": text, "token": get_token(request), "longest": LONGEST_NOTE}
    return render(request, "note.html", context)


@never_cache
@login_required
def reading(request: HttpRequest, form: str = "") -> HttpResponse:
    """The reading list, all of it or one state, the last put there first."""
    reader, state = me(request), request.GET.get("state", "")
    if state and state not in State.values:
        raise NotHere("Papers are to read, being read, or read.")
    mine = Reading.objects.of(reader.pk, state)
    if form:
        ids = list(mine.values_list("paper_id", flat=True)[:MOST_IN_A_FILE])
        return export.stream(request, "Reading list", ids, form)
    if after := request.GET.get("after", ""):
        mine = mine.after_place(*places.parse(after))
    found = list(mine.values_list("paper_id", "since", "state")[: PAGE + 1])
    shown = found[:PAGE]
    papers = Paper.objects.cards([paper_id for paper_id, _, _ in shown])
    counts = Reading.objects.counts(reader.pk)
    context = {
        "papers": papers,
        "states": {paper_id: state for paper_id, _, state in shown},
        "noted": _noted(reader, papers),
        "choices": STATES,
        "tabs": [("", "All", sum(counts.values()))]
        + [(value, name, counts.get(value, 0)) for value, name in STATES],
        "state": state,
        "after": after,
        "following": places.text(shown[-1][1], shown[-1][0]) if len(found) > PAGE else "",
        "ballot": ballot(request, papers),
        "forms": FORMS,
        "tally": count(sum(counts.values()), "paper"),
    }
    return render(request, "account_reading.html", context)


def _noted(reader: Reader, papers: list[Paper]) -> set[int]:
    mine = Note.objects.filter(reader=reader, paper__in=papers)
    return set(mine.values_list("paper_id", flat=True))
