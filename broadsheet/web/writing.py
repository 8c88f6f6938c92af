"""What every page that writes has in common: who may, how it answers, where it leads back."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from broadsheet.community.limits import Refused
from broadsheet.readers.models import Reader
from broadsheet.web.ballots import sign_in

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
Write = Callable[Concatenate[HttpRequest, Reader, P], HttpResponse]


def writes(view: Write[P]) -> View[P]:
    """A view for POST alone, which gets the reader who signed in."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return for_readers(view)(request, *args, **kwargs)

    return answer


def for_readers(view: Write[P]) -> View[P]:
    """A view for those who signed in. What is refused is a page with its sentence, or for a script
    the sentence alone; nobody's copy of the answer is kept."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not isinstance(request.user, Reader):
            return _stranger(request)
        try:
            response = view(request, request.user, *args, **kwargs)
        except Refused as reason:
            response = _refused(request, reason)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return answer


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "") == "application/json"


def back(request: HttpRequest, otherwise: str) -> HttpResponse:
    """To where the reader came from, if that is on this site."""
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, {request.get_host()}, require_https=request.is_secure()
    )
    return redirect(wanted if is_ours else otherwise)


def _stranger(request: HttpRequest) -> HttpResponse:
    reason = Refused("Please sign in first.", 401 if wants_json(request) else 403)
    there = sign_in(request.path if request.method == "GET" else request.POST.get("next", "/"))
    if wants_json(request) or not there:
        return _refused(request, reason)
    return redirect(there)


def _refused(request: HttpRequest, reason: Refused) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"error": reason.message}, status=reason.status)
    context = {"message": reason.message, "back": _referrer(request)}
    return render(request, "refused.html", context, status=reason.status)


def _referrer(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else "/papers"
