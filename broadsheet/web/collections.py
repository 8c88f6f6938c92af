"""Collections: pages of everybody's, of one as page, feed and file, and of putting papers in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse

from broadsheet.community import collecting, editors
from broadsheet.community.limits import Refused
from broadsheet.community.shelves import Collection, Reach
from broadsheet.exports.forms import FORMS
from broadsheet.notices.models import Kind
from broadsheet.notices.telling import notify
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from broadsheet.web import export, syndication
from broadsheet.web.ballots import ballot
from broadsheet.web.errors import NotHere
from broadsheet.web.paper import named
from broadsheet.web.syndication import FEED_ITEMS, Feed, Format
from broadsheet.web.writing import for_readers, writes

SHOWN, STEPS = 100, 50


def everybodys(request: HttpRequest) -> HttpResponse:
    """The public collections, the last changed first, and the reader's own."""
    context: dict[str, Any] = {
        "public": Collection.objects.public().select_related("owner")[:SHOWN],
        "mine": [],
        "invited": [],
        "reader_id": request.user.pk,
    }
    if request.user.is_authenticated:
        known = Collection.objects.select_related("owner").order_by("-changed_at")
        asked = known.filter(editors__reader=request.user, editors__since=None)
        context |= {
            "mine": known.edited_by(request.user.pk),
            "invited": asked,
            "token": get_token(request),
        }
    return _unkept(render(request, "collections.html", context))


def one(request: HttpRequest, key: str, form: Format | None = None) -> HttpResponse:
    """One collection in its order; private ones exist for their owners alone."""
    known = Collection.objects.visible_to(request.user.pk).select_related("owner")
    found = known.filter(key=key.replace("\0", "")).first()
    if not found:
        raise NotHere("There is no collection at this address.")
    placed = found.items.order_by("position").values_list("paper_id", "note")
    if form in FORMS:
        ids = [paper_id for paper_id, _ in placed]
        return _unkept(export.stream(request, found.title, ids, form))
    address = reverse("collection", args=[key])
    if form:
        newest = found.items.order_by("-position").values_list("paper_id", flat=True)
        papers = Paper.objects.cards(list(newest[:FEED_ITEMS]))
        return _unkept(syndication.respond(request, Feed(found.title, address, papers), form))
    notes = dict(placed)
    papers = Paper.objects.cards(list(notes))
    context = {
        "collection": found,
        "papers": papers,
        "notes": notes,
        **_shared(request, found),
        "ballot": ballot(request, papers),
        "reaches": Reach.choices,
        "forms": FORMS,
        "alternates": syndication.alternates(address),
    }
    return _unkept(render(request, "collection.html", context))


def _shared(request: HttpRequest, found: Collection) -> dict[str, Any]:
    """Who edits it beside its owner, and what this reader may do."""
    reader_id = request.user.pk
    known = found.editors.select_related("reader").order_by("invited_at")
    everyone = list(known) if reader_id or found.reach != Reach.PRIVATE else []
    active = [one for one in everyone if one.since]
    mine = next((one for one in everyone if one.reader_id == reader_id), None)
    is_mine = found.owner_id == reader_id
    may_edit = is_mine or bool(mine and mine.since)
    steps = found.steps.select_related("by", "paper").order_by("-id")
    return {
        "is_mine": is_mine,
        "may_edit": may_edit,
        "is_invited": bool(mine and not mine.since),
        "editors": active,
        "asked": [one for one in everyone if not one.since] if is_mine else [],
        "steps": steps[:STEPS] if may_edit and everyone else [],
    }


@writes
def share(request: HttpRequest, reader: Reader, key: str) -> HttpResponse:
    """Invite an editor or dismiss one; say yes to an invitation, no to it, or leave."""
    handle = request.POST.get("handle", "")
    match request.POST.get("do"):
        case "invite":
            guest = editors.invite(reader, key, handle)
            _tell(reader, guest, key)
            messages.success(request, f"{guest} is asked. The collection waits for a yes.")
        case "dismiss":
            editors.dismiss(reader, key, handle)
        case "accept":
            editors.accept(reader, key)
        case "leave":
            editors.leave(reader, key)
            return redirect("collections")
        case _:
            raise Refused("Please choose what to do.", 400)
    return redirect("collection", key)


def _tell(owner: Reader, guest: Reader, key: str) -> None:
    """Tell the invited once, however often they are invited."""
    title = Collection.objects.values_list("title", flat=True).get(key=key)
    notify(
        guest,
        Kind.COLLECTION,
        f"{owner} invites you to edit the collection “{title}”",
        reverse("collection", args=[key]),
        actor=owner,
        mark=f"collection-{key}",
    )


@for_readers
def create(request: HttpRequest, reader: Reader) -> HttpResponse:
    if request.method == "POST":
        made = collecting.create(reader, *_told(request))
        return redirect("collection", made.key)
    context = {"reaches": Reach.choices, "token": get_token(request)}
    return render(request, "collection_new.html", context)


@writes
def change(request: HttpRequest, reader: Reader, key: str) -> HttpResponse:
    """Another name, description or reach; or the end of it."""
    if request.POST.get("do") == "remove":
        if not request.POST.get("sure"):
            raise Refused(
                "Please mark that you are sure: the collection cannot be brought back.", 400
            )
        collecting.remove(reader, key)
        return redirect("collections")
    collecting.change(reader, key, *_told(request))
    return redirect("collection", key)


@writes
def items(request: HttpRequest, reader: Reader, key: str) -> HttpResponse:
    """Move a paper up, take it out, or write a note to it."""
    paper = named(request.POST.get("paper", ""))
    match request.POST.get("do"):
        case "up":
            collecting.move_up(reader, key, paper.id)
        case "out":
            collecting.take_out(reader, key, paper.id)
        case "note":
            collecting.put(reader, key, paper.id, request.POST.get("note", ""))
        case _:
            raise Refused("Please choose what to do.", 400)
    return redirect("collection", key)


@for_readers
def collect(request: HttpRequest, reader: Reader, slug: str) -> HttpResponse:
    """Put a paper into one of the reader's collections, or into a new one."""
    paper = named(slug)
    if request.method == "POST":
        key = request.POST.get("collection", "")
        if not key:
            key = collecting.create(reader, request.POST.get("title", "")).key
        collecting.put(reader, key, paper.id, request.POST.get("note", ""))
        return redirect("collection", key)
    mine = Collection.objects.edited_by(reader.pk).order_by("-changed_at")
    context: dict[str, Any] = {"paper": paper, "mine": mine, "token": get_token(request)}
    return render(request, "collect.html", context)


def _told(request: HttpRequest) -> tuple[str, str, str]:
    told = request.POST
    return told.get("title", ""), told.get("about", ""), told.get("reach", "private")


def _unkept(response: HttpResponse) -> HttpResponse:
    """Collections do not follow from the changes of papers, by which pages are kept."""
    response["Cache-Control"] = "private, no-cache"
    return response
