"""For operators: the runs of a source, and what one of them could not use."""

from __future__ import annotations

from typing import cast

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from broadsheet.harvests import actions, choosing
from broadsheet.harvests.models import Run
from broadsheet.readers.models import Reader
from broadsheet.web.errors import NotHere

PAGE = 50


@require_http_methods(["GET", "HEAD"])
def newest(request: HttpRequest) -> HttpResponse:
    """The runs of a source, the newest first."""
    require_operator(request)
    name, before = request.GET.get("source", "")[:120], request.GET.get("before", "")
    runs = Run.objects.filter(source=name.replace("\0", "")).newest_first()
    if before.isdecimal() and len(before) < 19:
        runs = runs.filter(id__lt=int(before))
    found = list(runs[: PAGE + 1])
    following = found[PAGE - 1].pk if len(found) > PAGE else None
    context = {"name": name, "runs": found[:PAGE], "following": following}
    return private(render(request, "runs.html", context))


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One run with what it could not use; as POST, the source is asked for it again."""
    require_operator(request)
    run = Run.objects.filter(pk=number).first()
    if not run:
        raise NotHere("There is no such run.")
    if request.method == "POST":
        try:
            with transaction.atomic():
                actions.retry(run.pk)
                by = cast(Reader, request.user)
                choosing.note(by, "tried a run again", f"{run.source_id}, run {run.pk}")
        except actions.CannotError as reason:
            refusal = {"message": str(reason), "back": request.path}
            return render(request, "refused.html", refusal, status=400)
        return redirect("sources")
    rejects = list(run.rejects.order_by("id"))
    context = {"run": run, "rejects": rejects, "open": any(not one.retried for one in rejects)}
    return private(render(request, "run.html", context))


def require_operator(request: HttpRequest) -> None:
    if not request.user.is_staff:
        raise PermissionDenied


def private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-cache"
    return response
