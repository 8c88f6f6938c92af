"""For operators: sources switched on and off, their hours and keys, and the log of who did what."""

from __future__ import annotations

from typing import cast

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from broadsheet.harvests import choosing
from broadsheet.harvests.actions import CannotError
from broadsheet.harvests.configured import chosen
from broadsheet.harvests.models import Source
from broadsheet.harvests.operating import Deed, Key
from broadsheet.readers.models import Reader
from broadsheet.sources import known
from broadsheet.sources.source import Kind
from broadsheet.web.errors import NotHere
from broadsheet.web.runs import private, require_operator

SHOWN = 200
HOURS = [("", "at its own times"), *((str(hour), f"{hour:02}:00") for hour in range(24))]


class SourceForm(forms.Form):
    """What a kind of source asks for, by its own description."""

    parameter = forms.CharField(max_length=known.LONGEST_NAME)
    hour = forms.TypedChoiceField(
        choices=HOURS, coerce=int, empty_value=None, required=False, label="When it is asked"
    )

    def __init__(self, kind: Kind, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # what a request holds
        if kind.asks is None:
            del self.fields["parameter"]
            return
        field = self.fields["parameter"]
        field.label = kind.asks.label
        example = kind.example.partition(":")[2]
        field.help_text = f"{kind.asks.hint} For example {example}".strip()


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """Choose a kind of source, then say what it asks for."""
    require_operator(request)
    wanted = request.GET.get("kind", "")
    if not wanted:
        kinds = sorted(known.kinds().values(), key=lambda kind: kind.title.casefold())
        return private(render(request, "source_kinds.html", {"kinds": kinds}))
    kind = known.kinds().get(wanted)
    if not kind:
        raise NotHere("There is no such kind of source.")
    form = SourceForm(kind, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        try:
            choosing.add(_by(request), kind.name, told.get("parameter", ""), told["hour"])
            return redirect("sources")
        except CannotError as reason:
            form.add_error("parameter" if "parameter" in form.fields else None, str(reason))
    context = {"kind": kind, "form": form, "token": get_token(request)}
    status = 400 if form.is_bound else 200
    return private(render(request, "source_new.html", context, status=status))


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """The hour of one source; and taking away one that was added here."""
    require_operator(request)
    name = request.GET.get("source", "").replace("\0", "")
    added = name in [word for word, _ in chosen()]
    if not added and name not in settings.SOURCES:
        raise NotHere("There is no such source here.")
    if request.method == "POST":
        try:
            _changed(request, name)
            return redirect("sources")
        except CannotError as reason:
            refusal = {"message": str(reason), "back": request.get_full_path()}
            return render(request, "refused.html", refusal, status=400)
    row = Source.objects.filter(name=name).first()
    hour = "" if row is None or row.hour is None else str(row.hour)
    context = {"name": name, "added": added, "hours": HOURS, "hour": hour}
    return private(render(request, "source_change.html", context | {"token": get_token(request)}))


def _changed(request: HttpRequest, name: str) -> None:
    hour = request.POST.get("hour", "")
    if request.POST.get("do") == "remove":
        choosing.remove(_by(request), name)
    elif hour in dict(HOURS):
        choosing.set_hour(_by(request), name, int(hour) if hour else None)
    else:
        raise CannotError("An hour is 0 to 23.")


@require_http_methods(["GET", "HEAD", "POST"])
def source_keys(request: HttpRequest) -> HttpResponse:
    """Keys for sources: whether there is one, and a field for another. None is ever shown."""
    require_operator(request)
    if request.method == "POST":
        key = "" if request.POST.get("do") == "forget" else request.POST.get("key", "")
        try:
            choosing.keep_key(_by(request), request.POST.get("name", ""), key)
            return redirect("source-keys")
        except CannotError as reason:
            refusal = {"message": str(reason), "back": request.path}
            return render(request, "refused.html", refusal, status=400)
    kept = dict(Key.objects.values_list("name", "since"))
    rows = [
        (name, about, name in settings.SOURCE_KEYS, kept.get(name))
        for name, about in choosing.key_names().items()
    ]
    context = {"rows": rows, "token": get_token(request)}
    return private(render(request, "source_keys.html", context))


@require_http_methods(["GET", "HEAD"])
def log(request: HttpRequest) -> HttpResponse:
    """Who did what to the sources, the newest first."""
    require_operator(request)
    deeds = Deed.objects.select_related("by").order_by("-id")[:SHOWN]
    return private(render(request, "source_log.html", {"deeds": deeds}))


def _by(request: HttpRequest) -> Reader:
    return cast(Reader, request.user)
