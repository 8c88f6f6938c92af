"""Voting for a paper, and taking the vote back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from broadsheet.community import actions, marks
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from broadsheet.web.paper import named
from broadsheet.web.writing import back, wants_json, writes


@writes
def vote(request: HttpRequest, reader: Reader, slug: str) -> HttpResponse:
    """The button says what it wants, so that a second click changes nothing."""
    paper = named(slug)
    if request.POST.get("vote") == "withdraw":
        actions.withdraw_vote(reader, paper.id)
    else:
        actions.cast_vote(reader, paper.id)
    if wants_json(request):
        return JsonResponse(_now(reader, paper))
    return back(request, reverse("paper", args=[paper.slug]))


def _now(reader: Reader, paper: Paper) -> dict[str, object]:
    paper.refresh_from_db(fields=["votes"])
    return {"votes": paper.votes, "voted": bool(marks.voted_for(reader.pk, [paper.id]))}
