"""Claims: "this is my paper", what authors may set, and the pages on which moderators decide."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse

from broadsheet.community.limits import Refused
from broadsheet.contributions import claims, curation, links
from broadsheet.contributions.crediting import author_links
from broadsheet.contributions.models import Claim, Curator, State
from broadsheet.contributions.proofs import proof
from broadsheet.exports import whole
from broadsheet.papers.models import Paper
from broadsheet.papers.records import LinkKind
from broadsheet.readers.models import Reader
from broadsheet.web.errors import NotHere
from broadsheet.web.moderation import for_moderators
from broadsheet.web.paper import named
from broadsheet.web.writing import for_readers

FIELDS = {
    "code": (LinkKind.CODE, "Code", "https://github.com/…"),
    "project": (LinkKind.PROJECT, "Project page", "https://…"),
    "video": (LinkKind.MEDIA, "Video", "https://…"),
}
"""The links of authors: name in the form, kind, label, example."""
WAITING = 200


@for_readers
def claim(request: HttpRequest, reader: Reader, slug: str) -> HttpResponse:
    """Say that one is an author of this paper."""
    paper = named(slug)
    if request.method != "POST":
        return _question(request, reader, paper)
    author, words = (request.POST.get(name, "") for name in ("author", "words"))
    try:
        made = claims.claim(reader, paper.id, author, words)
    except Refused as reason:
        return _question(request, reader, paper, author, words, reason)
    if made.state == State.CONFIRMED:
        messages.success(request, "You stand as an author of this paper.")
        return redirect("paper", paper.slug)
    messages.success(request, "The moderators will look at it; their answer stands here.")
    return redirect("account-contributions")


@for_readers
def paper_links(request: HttpRequest, reader: Reader, slug: str) -> HttpResponse:
    """An author sets the code, the project page and a video of a paper."""
    paper = named(slug)
    if not links.is_author(reader, paper.id):
        raise NotHere("There is no page at this address.")
    known = author_links([paper.id])[paper.id]
    values = {name: known.get(kind, "") for name, (kind, _, _) in FIELDS.items()}
    problem = None
    if request.method == "POST":
        values = {name: request.POST.get(name, "") for name in FIELDS}
        try:
            links.set_links(reader, paper.id, {FIELDS[name][0]: values[name] for name in FIELDS})
            return redirect("paper", paper.slug)
        except Refused as reason:
            problem = reason
    context = {
        "paper": paper,
        "fields": [(name, label, hint, values[name]) for name, (_, label, hint) in FIELDS.items()],
        "problem": problem.message if problem else "",
        "token": get_token(request),
    }
    return render(request, "author_links.html", context, status=problem.status if problem else 200)


@for_moderators
def queue(request: HttpRequest, _moderator: Reader) -> HttpResponse:
    """Claims that wait for a decision, the oldest first; and those that stand."""
    context = {
        "waiting": list(Claim.objects.waiting()[:WAITING]),
        "confirmed": Claim.objects.confirmed()
        .select_related("reader", "paper")
        .order_by("-decided_at")[:WAITING],
    }
    return render(request, "claims.html", context)


@for_moderators
def decide(request: HttpRequest, moderator: Reader, number: int) -> HttpResponse:
    """Confirm or refuse a claim, or end one that was confirmed."""
    known = Claim.objects.select_related("reader", "paper").filter(pk=number).first()
    if not known:
        raise NotHere("There is no claim at this address.")
    if request.method == "POST":
        _decide(moderator, known, request.POST.get("decision", ""), request.POST.get("reason", ""))
        return redirect("claims")
    choices = {
        State.WAITING: [("confirm", "Confirm"), ("refuse", "Refuse")],
        State.CONFIRMED: [("revoke", "End this claim")],
    }
    context = {
        "claim": known,
        "choices": choices.get(State(known.state), []),
        "token": get_token(request),
    }
    return render(request, "claim_decision.html", context)


@for_moderators
def curators(request: HttpRequest, moderator: Reader) -> HttpResponse:
    """Who may put papers on any day; give and take it."""
    if request.method == "POST":
        handle, reason = (request.POST.get(name, "") for name in ("handle", "reason"))
        is_end = request.POST.get("decision") == "dismiss"
        (curation.dismiss if is_end else curation.appoint)(moderator, handle, reason)
        return redirect("curators")
    known = Curator.objects.select_related("reader").order_by("since")
    context = {"curators": known, "token": get_token(request)}
    return render(request, "curators.html", context | {"handle": request.GET.get("handle", "")})


def _decide(moderator: Reader, known: Claim, decision: str, reason: str) -> None:
    if decision == "revoke":
        claims.revoke(moderator, known.pk, reason)
    elif decision in ("confirm", "refuse"):
        claims.decide(moderator, known.pk, reason, is_author=decision == "confirm")
    else:
        raise Refused("Please choose what to do.", 400)


def _question(
    request: HttpRequest,
    reader: Reader,
    paper: Paper,
    author: str = "",
    words: str = "",
    problem: Refused | None = None,
) -> HttpResponse:
    known = Claim.objects.filter(paper=paper, reader=reader).first()
    shown = proof(reader, paper.id)
    [told] = whole.load([paper.id])
    context = {
        "paper": paper,
        "known": known,
        "shown": shown,
        "way": shown.way.label if shown else "",
        "names": told.authors,
        "may_ask": claims.may_ask(known),
        "author": author,
        "words": words,
        "problem": problem.message if problem else "",
        "back": reverse("paper", args=[paper.slug]),
        "token": get_token(request),
    }
    return render(request, "claim.html", context, status=problem.status if problem else 200)
