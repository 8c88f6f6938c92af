"""Moderation: the public log for everybody, the queue and the decisions for moderators."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from broadsheet.community import moderation
from broadsheet.community.limits import Refused
from broadsheet.community.models import Comment, Decision, Flag, Lock
from broadsheet.readers.models import Reader
from broadsheet.web.comment_text import html
from broadsheet.web.errors import NotHere
from broadsheet.web.paper import named
from broadsheet.web.talk import writer
from broadsheet.web.writing import P, View, Write, for_readers

PAGE = 50
LONGEST_BAN = 3650
"""Days."""
ON_COMMENT: dict[str, Callable[[Reader, int, str], Decision]] = {
    "hide": moderation.hide,
    "restore": moderation.restore,
    "dismiss": moderation.dismiss,
}


def log(request: HttpRequest) -> HttpResponse:
    """Every decision of the moderators with its reason, the newest first."""
    before = request.GET.get("before", "")
    decisions = Decision.objects.select_related("by", "paper").order_by("-id")
    if before:
        decisions = decisions.filter(id__lt=_number(before))
    page = list(decisions[: PAGE + 1])
    context = {
        "decisions": page[:PAGE],
        "following": page[PAGE - 1].pk if len(page) > PAGE else None,
        "is_moderator": request.user.is_authenticated and request.user.is_staff,
    }
    response = render(request, "moderation.html", context)
    response["Cache-Control"] = "private, no-cache"
    return response


def for_moderators(view: Write[P]) -> View[P]:
    """A page that does not exist for anybody else."""

    def answer(
        request: HttpRequest, reader: Reader, /, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponse:
        if not reader.is_staff:
            raise NotHere("There is no page at this address.")
        return view(request, reader, *args, **kwargs)

    return for_readers(answer)


@for_moderators
def queue(request: HttpRequest, _moderator: Reader) -> HttpResponse:
    """Comments that readers have flagged, those with the oldest flag first."""
    flags = Flag.objects.waiting().select_related("comment__reader", "comment__paper")
    waiting: dict[int, tuple[Comment, list[str]]] = {}
    for flag in flags.order_by("id")[:500]:
        _, reasons = waiting.setdefault(flag.comment_id, (flag.comment, []))
        reasons.append(flag.get_why_display())
    shown = [
        (one, writer(one), html(one.text), sorted(set(reasons)), len(reasons))
        for one, reasons in waiting.values()
    ]
    return render(request, "queue.html", {"waiting": shown})


@for_moderators
def comment(request: HttpRequest, moderator: Reader, number: int) -> HttpResponse:
    """Decide about one comment."""
    known = Comment.objects.select_related("paper", "reader").filter(pk=number).first()
    if not known:
        raise NotHere("There is no comment at this address.")
    if request.method == "POST":
        decide = ON_COMMENT.get(request.POST.get("decision", ""))
        if not decide:
            raise Refused("Please choose what to do.", 400)
        decide(moderator, number, request.POST.get("reason", ""))
        return redirect("moderation-queue")
    choices = [("restore", "Show it again")] if known.hidden else [("hide", "Hide it")]
    if Flag.objects.waiting().filter(comment=known).exists():
        choices.append(("dismiss", "Leave it as it is"))
    about = {"writer": writer(known), "body": html(known.text)}
    return decision_page(request, "Decide about a comment", choices, known.paper.slug, about)


@for_moderators
def paper(request: HttpRequest, moderator: Reader, slug: str) -> HttpResponse:
    """Close or open the discussion of a paper."""
    found = named(slug)
    if request.method == "POST":
        is_closing = request.POST.get("decision") == "lock"
        change = moderation.lock if is_closing else moderation.unlock
        change(moderator, found.id, request.POST.get("reason", ""))
        return redirect("paper", found.slug)
    is_locked = Lock.objects.filter(paper=found).exists()
    choices = [("unlock", "Open the discussion")] if is_locked else [("lock", "Close it")]
    return decision_page(request, "The discussion of a paper", choices, found.slug)


@for_moderators
def ban(request: HttpRequest, moderator: Reader) -> HttpResponse:
    """Ban a reader for some days or for good, or lift a ban."""
    if request.method == "POST":
        handle, reason = (request.POST.get(name, "") for name in ("handle", "reason"))
        if request.POST.get("decision") == "unban":
            moderation.unban(moderator, handle, reason)
        else:
            days = request.POST.get("days", "").strip()
            moderation.ban(moderator, handle, reason, _end(days) if days else None)
        return redirect("moderation")
    choices = [("ban", "Ban"), ("unban", "Lift the ban")]
    extra = {"handle": request.GET.get("handle", "")}
    return decision_page(request, "Ban a reader", choices, "", extra)


def _end(days: str) -> datetime:
    if not days.isdecimal() or not 1 <= int(days) <= LONGEST_BAN:
        raise Refused(f"Days are a number from 1 to {LONGEST_BAN:,}, or empty for good.", 400)
    return timezone.now() + timedelta(days=int(days))


def decision_page(
    request: HttpRequest,
    title: str,
    choices: list[tuple[str, str]],
    slug: str,
    extra: dict[str, Any] | None = None,
) -> HttpResponse:
    """The page on which a moderator says what and why."""
    context = {
        "title": title,
        "choices": choices,
        "back": f"{reverse('paper', args=[slug])}#comments" if slug else reverse("moderation"),
        "token": get_token(request),
        "body": "",
        "writer": "",
        "handle": None,
        "days": True,
        "about": "",
    }
    return render(request, "decision.html", context | (extra or {}))


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise NotHere("This part of the log does not exist.")
    return int(text)
