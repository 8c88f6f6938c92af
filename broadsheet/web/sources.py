"""The page of the sources: where papers come from, and for operators what can be done about it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from broadsheet.harvests import actions
from broadsheet.harvests.standing import standings
from broadsheet.sources import known
from broadsheet.web.errors import NotHere

DEEDS = {"run": actions.run_now, "pause": actions.pause}


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _do(request)
    told = {
        "standings": standings(),
        "kinds": known.kinds().values(),
        "may_act": request.user.is_staff,
    }
    response = render(request, "sources.html", told)
    # it tells of this minute
    response["Cache-Control"] = "private, no-cache"
    return response


def _do(request: HttpRequest) -> HttpResponse:
    """Run or pause a source. Raises PermissionDenied for whoever is not staff."""
    if not request.user.is_staff:
        raise PermissionDenied
    deed = DEEDS.get(request.POST.get("do", ""))
    name = request.POST.get("source", "")[:120]
    if not deed or not deed(name):
        raise NotHere("There is no such source here, or nothing that can be done with it so.")
    return redirect("sources")
