"""The pages on which readers say what they want to hear of, and look at what was learned."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse

from broadsheet.community.desks import State
from broadsheet.community.limits import Refused
from broadsheet.community.shelves import Collection
from broadsheet.interests import (
    actions,
    asking,
    carrying,
    evidence,
    learning,
    library,
    sharing,
    teachers,
)
from broadsheet.interests.actions import Wishes
from broadsheet.interests.models import Apart, Asked, Interest, Origin
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from broadsheet.web.paper import named
from broadsheet.web.syndication import FORMATS, NAMES
from broadsheet.web.writing import back, for_readers, writes

EXAMPLES = 100
"""Papers that taught an interest, on one page."""
FIELDS = (
    (Asked.WORD, "Words that should be there", "as river delta; each on a line of its own"),
    (Asked.KEYWORD, "Keywords", "as the keyword pages call them"),
    (Asked.AUTHOR, "Authors to follow", "full names, each on a line of its own"),
    (Asked.CATEGORY, "Categories", "as cs.LG, or a whole field as cs"),
    (Asked.NOT_WORD, "Words to leave out", "papers with one of them never come"),
    (Asked.NOT_AUTHOR, "Authors to leave out", ""),
)
"""Fields of the form with a value on each line: kind, label, help."""


@for_readers
def all_of_them(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The reader's interests in order, with what can be done with each, and the private feed."""
    feed = sharing.feed(reader)
    context = {
        "interests": [(one, _link(request, one)) for one in Interest.objects.of(reader.pk)],
        "feeds": [
            (NAMES[form], request.build_absolute_uri(reverse("picks-feed", args=[feed, form])))
            for form in FORMATS
            if feed
        ],
        "token": get_token(request),
    }
    return render(request, "interests.html", context)


@for_readers
def create(request: HttpRequest, reader: Reader) -> HttpResponse:
    """A new interest, by its form or by a first step: questions or a library."""
    if request.method == "POST":
        first = request.POST.get("first", "")
        made = actions.create(reader, _wishes(request))
        learning.learn(made, patient=False)
        known = {"ask": "interest-ask", "library": "interest-library"}
        return redirect(known.get(first, "interest"), made.key)
    return render(request, "interest_form.html", _form(request, reader, None))


@for_readers
def change(request: HttpRequest, reader: Reader, key: str) -> HttpResponse:
    if request.method == "POST":
        actions.change(reader, key, _wishes(request))
        return redirect("interest", key)
    return render(request, "interest_form.html", _form(request, reader, actions.own(reader, key)))


@writes
def do(request: HttpRequest, reader: Reader, key: str) -> HttpResponse:
    """Pause, order, share, empty or delete."""
    match request.POST.get("do"):
        case "pause":
            actions.pause(reader, key)
        case "resume":
            actions.pause(reader, key, paused=False)
        case "up":
            actions.move_up(reader, key)
        case "share":
            actions.share(reader, key)
        case "unshare":
            actions.share(reader, key, shared=False)
        case "forget" | "remove" if not request.POST.get("sure"):
            raise Refused("Please mark that you are sure: this cannot be brought back.", 400)
        case "forget":
            actions.forget_everything(reader, key)
        case "remove":
            actions.remove(reader, key)
        case _:
            raise Refused("Please choose what to do.", 400)
    return back(request, reverse("interests"))


@writes
def renew(request: HttpRequest, reader: Reader) -> HttpResponse:
    actions.renew_feed(reader)
    return redirect("interests")


@writes
def teach(request: HttpRequest, reader: Reader, key: str) -> HttpResponse:
    """What the reader says of a paper: more, less, seen, or that none of it counts."""
    paper = named(request.POST.get("paper", ""))
    said = request.POST.get("say", "")
    if said == "nothing":
        actions.unteach(reader, key, paper.id)
    else:
        actions.teach(reader, key, paper.id, said)
    return back(request, reverse("interest", args=[key]))


@writes
def wish(request: HttpRequest, reader: Reader, key: str) -> HttpResponse:
    """Follow or mute a name or a word."""
    kind, _, value = request.POST.get("wish", "").partition(" ")
    actions.wish(reader, key, kind, value)
    return back(request, reverse("interest", args=[key]))


@for_readers
def paste(request: HttpRequest, reader: Reader, key: str) -> HttpResponse:
    """A library by which the interest is taught, pasted."""
    interest = actions.own(reader, key)
    context: dict[str, Any] = {"interest": interest, "token": get_token(request), "told": None}
    if request.method == "POST":
        told = library.add(reader, key, request.POST.get("library", ""))
        learning.learn(actions.own(reader, key), patient=False)
        context |= {"told": told, "papers": Paper.objects.in_order(told.here[:EXAMPLES])}
    return render(request, "interest_library.html", context)


@for_readers
def ask(request: HttpRequest, reader: Reader, key: str) -> HttpResponse:
    """One paper after the other, each answer a POST, for as long as the reader likes."""
    interest = actions.own(reader, key)
    if request.method == "POST":
        paper = named(request.POST.get("paper", ""))
        actions.teach(reader, key, paper.id, request.POST.get("say", ""), Origin.ASKED)
        if not interest.offers.exists():  # later the worker follows
            learning.learn(actions.own(reader, key), patient=False)
        return redirect("interest-ask", key)
    question = asking.next_question(interest)
    asked = [question.paper_id] if question.paper_id is not None else []
    context = {
        "interest": interest,
        "paper": next(iter(Paper.objects.cards(asked)), None),
        "answered": question.answered,
        "yes": question.yes,
        "enough": asking.ENOUGH,
        "token": get_token(request),
    }
    return render(request, "interest_ask.html", context)


@writes
def bring(request: HttpRequest, reader: Reader) -> HttpResponse:
    """An interest that was exported here or elsewhere."""
    made, _ = carrying.bring(reader, request.POST.get("interest", "").encode())
    return redirect("interest", made.key)


@for_readers
def take(request: HttpRequest, reader: Reader, key: str) -> HttpResponse:
    """An interest as a file."""
    packed = carrying.packed(actions.own(reader, key))
    response = HttpResponse(packed, content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="interest.json"'
    return response


@for_readers
def learned(request: HttpRequest, reader: Reader) -> HttpResponse:
    """What is known of the reader, for the reader alone: words and papers, with their weights."""
    mine = list(Interest.objects.of(reader.pk))
    asked = request.GET.get("interest", "")
    shown = next((one for one in mine if one.key == asked), mine[0] if mine else None)
    context: dict[str, Any] = {
        "interests": mine,
        "shown": shown,
        "apart": Apart.objects.filter(reader=reader).exists(),
        "token": get_token(request),
    }
    if shown:
        examples = shown.examples.order_by("-id").select_related("paper").defer("vector")
        pages = Paginator(examples, EXAMPLES)
        context |= {
            "teachers": teachers.told(shown),
            "words": shown.learned.get("words", []),
            "weights": shown.learned.get("papers", {}),
            "page": pages.get_page(request.GET.get("page")),
        }
    return render(request, "account_interests.html", context)


@writes
def stand_apart(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Whether what the reader keeps may shape the picks of others."""
    actions.stand_apart(reader, apart=request.POST.get("do") == "end")
    return redirect("account-interests")


@writes
def forget(request: HttpRequest, reader: Reader, key: str, number: int) -> HttpResponse:
    actions.forget(reader, key, number)
    return back(request, reverse("account-interests"))


def _wishes(request: HttpRequest) -> Wishes:
    """What the form says; what is no number is as it was."""
    told = request.POST
    asked = tuple(
        (kind.value, line.strip())
        for kind, _, _ in FIELDS
        for line in told.get(kind.value, "").splitlines()
        if line.strip()
    )
    return Wishes(
        name=told.get("name", "") or "My interest",
        about=told.get("about", ""),
        uses_votes=bool(told.get("uses_votes")),
        uses_follows=bool(told.get("uses_follows")),
        reading=tuple(told.getlist("reading")),
        collections=tuple(told.getlist("collections")),
        others=_number(told.get("others", ""), 20),
        tries=_number(told.get("tries", ""), 2),
        asked=asked,
    )


def _number(told: str, otherwise: int) -> int:
    return int(told) if told.isascii() and told.isdecimal() and len(told) < 4 else otherwise


def _form(request: HttpRequest, reader: Reader, interest: Interest | None) -> dict[str, Any]:
    wishes = interest.wishes.order_by("id").values_list("kind", "value") if interest else []
    lines = {kind.value: "" for kind, _, _ in FIELDS}
    for kind, value in wishes:
        lines[kind] += f"{value}\n"
    return {
        "interest": interest,
        "fields": FIELDS,
        "lines": lines,
        "offered": evidence.on_offer(reader.pk),
        "states": State.choices,
        "collections": Collection.objects.filter(owner=reader)
        .annotate(papers=Count("items"))
        .order_by("-changed_at"),
        "chosen": {one.pk for one in interest.collections.all()} if interest else set(),
        "token": get_token(request),
    }


def _link(request: HttpRequest, interest: Interest) -> str:
    token = sharing.link(interest)
    return request.build_absolute_uri(reverse("interest-shared", args=[token])) if token else ""
