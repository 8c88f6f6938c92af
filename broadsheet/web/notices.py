"""What a reader is told: the list, how to be told, and the links that end mails."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from broadsheet.notices import links, telling
from broadsheet.notices.models import Kind, Notice, Way
from broadsheet.papers.prepared import prepared
from broadsheet.readers.models import Reader
from broadsheet.web import places
from broadsheet.web.accounts import me
from broadsheet.web.errors import NotHere
from broadsheet.web.writing import writes

PAGE = 40
MOST_COUNTED = 99
EXCERPT = 280


def unread(reader: Reader) -> int:
    """How many notices wait for a reader, up to one more than is shown; one query."""
    return len(_unread(reader.pk))


@prepared
def _unread(reader_id: int) -> QuerySet[Notice, Any]:
    return Notice.objects.shown_to(reader_id).unread().values_list("id")[: MOST_COUNTED + 1]


@never_cache
@login_required
def page(request: HttpRequest) -> HttpResponse:
    """The newest first; `after` is the place where the page before ended."""
    notices = Notice.objects.shown_to(me(request).pk).newest_first()
    if after := request.GET.get("after", ""):
        notices = notices.after_place(*places.parse(after))
    found = list(notices.select_related("comment", "actor")[: PAGE + 1])
    shown = found[:PAGE]
    context = {
        "notices": [(notice, _excerpt(notice)) for notice in shown],
        "after": after,
        "following": places.text(shown[-1].at, shown[-1].pk) if len(found) > PAGE else "",
        "has_unread": any(notice.read_at is None for notice in shown),
    }
    return render(request, "notices.html", context)


@writes
def read(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Mark all as read, those of one page, or one; one that is opened leads to what it tells of."""
    asked = request.POST.get("notice", "")
    if not asked:
        telling.read(reader)
        return redirect("notices")
    mine = Notice.objects.shown_to(reader.pk)
    notice = mine.filter(pk=int(asked[:18])).first() if asked.isdecimal() else None
    if not notice:
        raise NotHere("There is no notice of yours at this address.")
    telling.read(reader, [notice.pk])
    return redirect(notice.address if request.POST.get("do") == "open" else "notices")


@never_cache
@login_required
def choices(request: HttpRequest) -> HttpResponse:
    """How to be told of each kind."""
    reader = me(request)
    if request.method == "POST":
        return _choose(request)
    said = dict(reader.wishes.values_list("kind", "way"))
    context = {
        "kinds": [(kind, said.get(kind, Way.SITE.value)) for kind in Kind],
        "ways": Way.choices,
        "can_send": bool(settings.EMAIL_HOST),
        "morning": telling.MORNING,
        "zone": settings.TIME_ZONE,
    }
    return render(request, "account_notices.html", context)


@csrf_exempt
@never_cache
def end(request: HttpRequest, token: str) -> HttpResponse:
    """The link in a mail's header and foot: a program's POST ends it at once (RFC 8058)."""
    found = links.opened(token)
    if not found:
        raise NotHere("This link is no longer valid, or was copied in part.")
    reader, kinds = found
    if request.method == "POST":
        telling.end_mail(reader, kinds)
    names = [kind.label for kind in kinds]
    context = {"names": names, "is_over": request.method == "POST"}
    return render(request, "notices_end.html", context)


@writes
def _choose(request: HttpRequest, reader: Reader) -> HttpResponse:
    asked = {kind: request.POST.get(kind, "") for kind in Kind}
    telling.choose(reader, {kind: Way(way) for kind, way in asked.items() if way in Way.values})
    messages.success(request, "Your choice is saved.")
    return redirect("account-notices")


def _excerpt(notice: Notice) -> str:
    text = " ".join(notice.comment.text.split()) if notice.comment else ""
    return text if len(text) <= EXCERPT else f"{text[: EXCERPT - 1]}…"
