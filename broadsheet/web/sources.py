"""The page of the sources: where papers come from, and for operators what can be done about it."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from broadsheet.harvests import actions, choosing
from broadsheet.harvests.configured import chosen
from broadsheet.harvests.standing import standings, teller_standings
from broadsheet.readers.models import Reader
from broadsheet.sources import known
from broadsheet.web.errors import NotHere

DEEDS = {"run": actions.run_now, "pause": actions.pause}
NAMES = {
    "run": "let it be asked now",
    "pause": "paused",
    "backfill": "asked for days",
    "rest": "paused days",
    "go-on": "let days go on",
    "end": "ended days",
}
"""What the log of operators says."""


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _do(request)
    told = {
        "standings": standings(),
        "tellers": teller_standings(),
        "kinds": known.kinds().values(),
        "gone": _gone() if request.user.is_staff else [],
        "may_act": request.user.is_staff,
    }
    response = render(request, "sources.html", told)
    # it tells of this minute
    response["Cache-Control"] = "private, no-cache"
    return response


def _gone() -> list[str]:
    """What was added here and is no source any more: its package is gone."""
    return [word for word, source in chosen() if source is None]


def _do(request: HttpRequest) -> HttpResponse:
    """Run or pause a source or a backfill. Raises PermissionDenied for whoever is not staff."""
    if not request.user.is_staff:
        raise PermissionDenied
    try:
        with transaction.atomic():
            done = _done(request.POST)
            if done:
                _note(request.user, request.POST)
    except (actions.CannotError, ValueError) as reason:
        context = {"message": str(reason), "back": request.path}
        return render(request, "refused.html", context, status=400)
    if not done:
        raise NotHere("There is no such source here, or nothing that can be done with it so.")
    return redirect("sources")


def _note(by: Reader, asked: QueryDict) -> None:
    days = f" {asked.get('first')} to {asked.get('last')}" if "first" in asked else ""
    what = asked.get("source") or f"backfill {asked.get('backfill')}"
    choosing.note(by, NAMES[asked.get("do", "")], f"{what}{days}")


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
