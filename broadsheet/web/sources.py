"""The page of the sources: where papers come from, and for operators what can be done about it."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
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
    """Run or pause a source or a backfill. Raises PermissionDenied for whoever is not staff."""
    if not request.user.is_staff:
        raise PermissionDenied
    try:
        done = _done(request.POST)
    except (actions.CannotError, ValueError) as reason:
        context = {"message": str(reason), "back": request.path}
        return render(request, "refused.html", context, status=400)
    if not done:
        raise NotHere("There is no such source here, or nothing that can be done with it so.")
    return redirect("sources")


def _done(asked: QueryDict) -> bool:
    """Whether it could be done. Raises CannotError, and ValueError for what is no day."""
    do, name = asked.get("do", ""), asked.get("source", "")[:120]
    if do in DEEDS:
        return DEEDS[do](name)
    if do == "backfill":
        return bool(actions.backfill(name, _day(asked, "first"), _day(asked, "last")))
    number = asked.get("backfill", "")
    if not number.isdecimal() or len(number) > 18:
        return False
    if do == "end":
        return actions.drop_backfill(int(number))
    is_known = do in ("rest", "go-on")
    return is_known and actions.set_backfill_paused(int(number), paused=do == "rest")


def _day(asked: QueryDict, name: str) -> date:
    try:
        return date.fromisoformat(asked.get(name, ""))
    except ValueError:
        raise ValueError("A day looks like 2025-12-01.") from None
