"""What moderators can do about papers that are one work, or were taken for one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse

from broadsheet.community import merging
from broadsheet.community.limits import Refused
from broadsheet.papers.models import Paper
from broadsheet.papers.works import Joining
from broadsheet.readers.models import Reader
from broadsheet.web.errors import NotHere
from broadsheet.web.moderation import for_moderators
from broadsheet.web.paper import named


@for_moderators
def works(request: HttpRequest, moderator: Reader, slug: str) -> HttpResponse:
    """Which papers were made one with this one; join another, or part the last."""
    paper = named(slug)
    if request.method == "POST":
        _decide(request, moderator, paper)
        return redirect("paper", paper.slug)
    context = {
        "paper": paper,
        "joinings": list(Joining.objects.standing().filter(paper=paper).order_by("-id")),
        "latest": Joining.objects.latest_of(paper.id),
        "token": get_token(request),
        "back": reverse("paper", args=[paper.slug]),
    }
    return render(request, "works.html", context)


def _decide(request: HttpRequest, moderator: Reader, paper: Paper) -> None:
    reason = request.POST.get("reason", "")
    if request.POST.get("decision") == "part":
        latest = Joining.objects.latest_of(paper.id)
        if not latest or str(latest.pk) != request.POST.get("joining"):
            raise NotHere("These papers are parted already, or another was joined since.")
        merging.part(moderator, latest.pk, reason)
        return
    other = Paper.objects.called(request.POST.get("other", "").strip()[:300])
    if not other:
        raise Refused("There is no such paper here. Give its address, arXiv id or DOI.", 400)
    merging.join(moderator, paper.id, other.id, reason)
