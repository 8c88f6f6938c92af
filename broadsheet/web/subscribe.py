"""The page where anyone asks for a letter, and a look at one before asking."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from broadsheet.digests import actions, contents, letter, times, wanted
from broadsheet.digests.actions import Wishes
from broadsheet.digests.models import About, Rhythm, Subscription
from broadsheet.digests.wanted import Unusable
from broadsheet.web import addresses

MOST_ASKED = 30
"""Forms that one address of the network may send in `WITHIN` seconds."""
WITHIN = 600
LETTER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""A letter carries its styles with it, and nothing else."""


class WishForm(forms.Form):
    """When, and how much."""

    rhythm = forms.ChoiceField(choices=Rhythm.choices)
    days = forms.TypedMultipleChoiceField(
        coerce=int, required=False, choices=list(enumerate(times.DAYS))
    )
    monthday = forms.IntegerField(min_value=1, max_value=31, required=False)
    hour = forms.IntegerField(min_value=0, max_value=23)
    zone = forms.CharField(max_length=64)
    at_most = forms.IntegerField(min_value=1, max_value=50)
    always = forms.BooleanField(required=False)

    def clean_zone(self) -> str:
        zone = str(self.cleaned_data["zone"]).strip()
        if zone not in available_timezones():
            raise forms.ValidationError("Write a time zone such as Europe/Berlin or UTC.")
        return zone

    def clean(self) -> dict[str, Any]:
        monthly = self.cleaned_data.get("rhythm") == Rhythm.MONTHLY
        if not monthly and not self.cleaned_data.get("days"):
            self.add_error("days", "Choose at least one day.")
        return self.cleaned_data

    def wishes(self) -> Wishes:
        """What a valid form asks for; a weekly letter comes on the first of its days."""
        told = self.cleaned_data
        days = sorted(told["days"])[:1] if told["rhythm"] == Rhythm.WEEKLY else told["days"]
        return Wishes(
            rhythm=told["rhythm"],
            weekdays=sum(1 << day for day in days) or 127,
            monthday=told["monthday"] or 1,
            hour=told["hour"],
            zone=told["zone"],
            at_most=told["at_most"],
            only_with_papers=not told["always"],
        )


class AskForm(WishForm):
    address = forms.EmailField(max_length=254, error_messages={"required": "Write your address."})


@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """The form; sent, always the same answer, whoever the address belongs to."""
    asked = request.POST if request.method == "POST" else request.GET
    subject, problem = _subject(asked.get("about", ""), asked.get("name", ""), asked.get("of", ""))
    form = AskForm(request.POST) if request.method == "POST" else None
    status = 200
    if form is not None and settings.EMAIL_HOST and not problem and form.is_valid():
        if not _is_too_often(request):
            return _asked(request, subject, form)
        problem, status = "Many letters were asked for from here. Try again in ten minutes.", 429
    elif form is not None:
        status = 400
    context = {
        "subject": subject,
        "title": contents.title(subject) if subject.about else "",
        "problem": problem,
        "errors": _sentences(form),
        "asked": asked,
        "can_send": bool(settings.EMAIL_HOST),
        "previewed": address(subject, "letter-preview"),
        **choices_of(request.POST if form is not None else None, subject),
    }
    return render(request, "subscribe.html", context, status=status)


@never_cache
@require_safe
def preview(request: HttpRequest) -> HttpResponse:
    """The letter as it would come today."""
    subject, problem = _subject(*(request.GET.get(part, "") for part in ("about", "name", "of")))
    if problem:
        context = {"title": "No letter", "message": problem}
        return render(request, "letters/answer.html", context, status=400)
    return as_letter(request, subject)


def as_letter(request: HttpRequest, subject: Subscription) -> HttpResponse:
    """A letter in a browser, without links that would end anything."""
    now = timezone.now()
    found = contents.picks(subject, now - times.period(subject))
    shown = letter.shown(subject, found, now) | {"change": "", "end": ""}
    response = render(request, "letters/papers.html", shown)
    response.headers["Content-Security-Policy"] = LETTER_POLICY
    return response


def address(subject: Subscription, view: str = "subscribe") -> str:
    """The page where this can be subscribed to, or looked at."""
    return addresses.letter(subject.about, subject.name, subject.filters, view)


def choices_of(sent: Any, subject: Subscription) -> dict[str, Any]:  # noqa: ANN401  a QueryDict
    """What the fields of the form show: as sent, else as the subscription has it."""
    names = ("rhythm", "monthday", "hour", "zone", "at_most")
    now = {name: str(getattr(subject, name)) for name in names}
    days = [day for day, on in enumerate(times.bits(subject.weekdays)) if on]
    always = not subject.only_with_papers
    if sent is not None:
        now |= {name: sent.get(name, "") for name in names}
        days = [int(day) for day in sent.getlist("days") if day.isdecimal()]
        always = bool(sent.get("always"))
    return {
        "wish": now | {"days": days, "always": always},
        "abouts": About.choices,
        "rhythms": Rhythm.choices,
        "weekdays": list(enumerate(times.DAYS)),
        "zones": sorted(available_timezones()),
    }


def _asked(request: HttpRequest, subject: Subscription, form: AskForm) -> HttpResponse:
    subject.address = form.cleaned_data["address"]
    wishes = form.wishes()
    for name in Wishes.__dataclass_fields__:
        setattr(subject, name, getattr(wishes, name))
    actions.ask(subject)
    message = (
        "If this address can have the letter, a mail is on its way to it. "
        "Open it and say yes; without that nothing else is sent."
    )
    return render(
        request, "letters/answer.html", {"title": "Look at your mail", "message": message}
    )


def _subject(about: str, name: str, filters: str) -> tuple[Subscription, str]:
    """What is asked for, and what is wrong with it."""
    try:
        return wanted.about(about or About.TRENDING, name, filters), ""
    except Unusable as reason:
        known = about if about in About.values else About.TRENDING
        return Subscription(about=known, name=name[:500], zone=settings.TIME_ZONE), str(reason)


def _sentences(form: forms.Form | None) -> dict[str, str]:
    return {name: str(said[0]) for name, said in form.errors.items()} if form is not None else {}


def _is_too_often(request: HttpRequest) -> bool:
    """Counts in this process alone, under a fingerprint and for ten minutes."""
    peer = request.META.get("REMOTE_ADDR", "")
    key = "asked-" + blake2b(peer.encode(), digest_size=16).hexdigest()
    cache.add(key, 0, WITHIN)
    return cache.incr(key) > MOST_ASKED
