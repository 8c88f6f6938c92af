"""Bringing papers: submit one, put one on a day as a curator, and what became of one's own."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from broadsheet.community.limits import Refused
from broadsheet.contributions import curation, lookups, submissions
from broadsheet.contributions.models import Chosen, Claim, Lookup, Submission
from broadsheet.exports import whole
from broadsheet.feeds.spans import day_of
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from broadsheet.web.accounts import me
from broadsheet.web.cards import day as in_words
from broadsheet.web.errors import NotHere
from broadsheet.web.paper import named
from broadsheet.web.writing import for_readers

SHOWN = 200


@for_readers
def submit(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Look a paper up, see whether it is the right one, put it on today's page."""
    if request.method == "POST":
        do = _place if request.POST.get("do") == "place" else _look_up
        return do(request, reader)
    if slug := request.GET.get("paper"):
        return _confirmation(request, reader, named(slug))
    return _question(request)


@for_readers
def place(request: HttpRequest, reader: Reader, slug: str) -> HttpResponse:
    """A curator chooses the day of a paper, or takes it away again."""
    if not curation.is_curator(reader):
        raise NotHere("There is no page at this address.")
    paper = named(slug)
    if request.method == "POST":
        reason = request.POST.get("reason", "")
        if request.POST.get("do") == "away":
            curation.take_away(reader, paper.id, reason)
        else:
            curation.place(reader, paper.id, _chosen_day(request.POST.get("day", "")), reason)
        return redirect("paper", paper.slug)
    context = {
        "paper": paper,
        "chosen": Chosen.objects.filter(paper=paper).first(),
        "today": timezone.localdate(),
        "token": get_token(request),
    }
    return render(request, "place.html", context)


@never_cache
@login_required
def own(request: HttpRequest) -> HttpResponse:
    """What a reader brought, and what became of it."""
    key = me(request).pk
    open_lookups = Lookup.objects.by(key).exclude(paper__submission__isnull=False)
    context = {
        "submissions": Submission.objects.by(key)[:SHOWN],
        "lookups": open_lookups[:SHOWN],
        "claims": Claim.objects.by(key)[:SHOWN],
    }
    return render(request, "account_contributions.html", context)


def _look_up(request: HttpRequest, reader: Reader) -> HttpResponse:
    told = request.POST.get("name", "")
    try:
        paper = lookups.look_up(reader, told)
    except Refused as reason:
        return _question(request, told, reason)
    return redirect(f"{reverse('submit')}?{urlencode({'paper': paper.slug})}")


def _place(request: HttpRequest, reader: Reader) -> HttpResponse:
    paper = named(request.POST.get("paper", ""))
    note, media = (request.POST.get(name, "") for name in ("note", "media"))
    try:
        submissions.submit(reader, paper.id, note, media)
    except Refused as reason:
        return _confirmation(request, reader, paper, reason, note, media)
    messages.success(request, "Thank you: the paper stands on today’s page.")
    return redirect("paper", paper.slug)


def _question(request: HttpRequest, name: str = "", problem: Refused | None = None) -> HttpResponse:
    context: dict[str, Any] = {
        "name": name,
        "problem": problem.message if problem else "",
        "days": settings.SUBMISSION_DAYS,
        "times": settings.SUBMISSIONS_A_DAY,
        "token": get_token(request),
    }
    return render(request, "submit.html", context, status=problem.status if problem else 200)


def _confirmation(
    request: HttpRequest,
    reader: Reader,
    paper: Paper,
    problem: Refused | None = None,
    note: str = "",
    media: str = "",
) -> HttpResponse:
    obstacle = submissions.before(reader, paper)
    [known] = whole.load([paper.id])
    context = {
        "paper": paper,
        "names": known.authors,
        "obstacle": obstacle,
        "there": reverse("day", args=[day_of(obstacle.day).key])
        if obstacle and obstacle.day
        else "",
        "there_name": in_words(obstacle.day) if obstacle and obstacle.day else "",
        "problem": problem.message if problem and not obstacle else "",
        "note": note,
        "media": media,
        "token": get_token(request),
    }
    status = problem.status if problem else 200
    return render(request, "submit_confirm.html", context, status=status)


def _chosen_day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Refused("Please choose a day, written as 2025-12-15.", 400) from None
