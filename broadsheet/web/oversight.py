"""Pages of moderators about votes that look odd, spam and notices; and the notices themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils import timezone
from markupsafe import Markup

from broadsheet.community import oddities, oversight
from broadsheet.community.limits import Refused
from broadsheet.community.models import Decision
from broadsheet.community.oddities import Cast, Report
from broadsheet.integrity.models import SiteNotice
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from broadsheet.web.comment_text import html
from broadsheet.web.moderation import decision_page, for_moderators
from broadsheet.web.paper import named

ON_VOTES: dict[str, Callable[[Reader, int, list[int], str], Decision]] = {
    "uncount": oversight.uncount,
    "count": oversight.count_again,
}


def notices_for(request: HttpRequest) -> list[Markup]:
    """What is to be read on every page today."""
    if not getattr(request, "has_notices", True):
        return []
    return [html(notice.text) for notice in SiteNotice.objects.shown_on(timezone.localdate())]


@for_moderators
def odd_votes(request: HttpRequest, _moderator: Reader) -> HttpResponse:
    """Papers whose votes look odd, and why."""
    reports = oddities.odd_papers()
    papers = Paper.objects.in_bulk([report.paper_id for report in reports])
    found = [(papers[report.paper_id], report) for report in reports]
    return render(request, "odd_votes.html", {"found": found, "days": oddities.SINCE.days})


@for_moderators
def votes(request: HttpRequest, moderator: Reader, slug: str) -> HttpResponse:
    """The votes for one paper with the evidence, and what to do about them."""
    paper = named(slug)
    if request.method == "POST":
        if not (decide := ON_VOTES.get(request.POST.get("decision", ""))):
            raise Refused("Please choose what to do.", 400)
        chosen = [int(key) for key in request.POST.getlist("vote") if key.isdecimal()]
        decide(moderator, paper.id, chosen, request.POST.get("reason", ""))
        return redirect("moderation-paper-votes", paper.slug)
    report = oddities.votes_of(paper.id)
    context = {
        "paper": paper,
        "report": report,
        "rows": [(cast, *_evidence(cast, report)) for cast in report.casts],
        "token": get_token(request),
    }
    return render(request, "paper_votes.html", context)


@for_moderators
def spam(request: HttpRequest, moderator: Reader) -> HttpResponse:
    """Mark an account as spam, or take the mark away."""
    if request.method == "POST":
        is_marking = request.POST.get("decision") == "spam"
        decide = oversight.mark_spam if is_marking else oversight.unmark_spam
        decide(moderator, request.POST.get("handle", ""), request.POST.get("reason", ""))
        return redirect("moderation")
    choices = [("spam", "Mark as spam"), ("no-spam", "Take the mark away")]
    extra = {
        "handle": request.GET.get("handle", ""),
        "days": False,
        "about": "All comments of the account are hidden, its votes are left uncounted, and it can "
        "write no more. Taking the mark away brings everything back.",
    }
    return decision_page(request, "Mark an account as spam", choices, "", extra)


@for_moderators
def notices(request: HttpRequest, moderator: Reader) -> HttpResponse:
    """The notices on every page: put one up, take one down."""
    if request.method == "POST":
        if gone := request.POST.get("gone", ""):
            reason = request.POST.get("reason", "")
            oversight.take_down_notice(moderator, int(gone) if gone.isdecimal() else 0, reason)
        else:
            until = _day(request.POST.get("until", ""))
            oversight.put_up_notice(moderator, request.POST.get("text", ""), until)
        return redirect("moderation-notices")
    shown = SiteNotice.objects.shown_on(timezone.localdate())
    context = {
        "notices": [(notice, html(notice.text)) for notice in shown],
        "today": timezone.localdate(),
        "latest": timezone.localdate() + oversight.LONGEST_SHOWN,
        "token": get_token(request),
    }
    return render(request, "site_notices.html", context)


def _evidence(cast: Cast, report: Report) -> tuple[str, list[str]]:
    """The letter that stands for a vote's network, and the names of the oddities it is part of."""
    known = list(dict.fromkeys(it.network for it in report.casts if it.network))
    shared = [it for it in known if sum(other.network == it for other in report.casts) > 1]
    letter = _letter(shared.index(cast.network)) if cast.network in shared else ""
    return letter, [it.name for it in report.oddities if cast.reader_id in it.readers]


def _letter(number: int) -> str:
    """A to Z, then A1 and so on."""
    return chr(ord("A") + number % 26) + (str(number // 26) if number >= 26 else "")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused("Please say through which day the notice stays.", 400) from None
