"""The page where anyone asks for a letter, and a look at one before asking."""

from __future__ import annotations

from hashlib import blake2b
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from broadsheet.digests import actions, contents, links, times, wanted
from broadsheet.digests.actions import Wishes
from broadsheet.digests.letter import Press
from broadsheet.digests.models import About, Rhythm, Subscription
from broadsheet.digests.wanted import Unusable
from broadsheet.interests.models import Interest
from broadsheet.readers.models import Reader
from broadsheet.web import addresses
from broadsheet.web.accounts import reader_of

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
    least_votes = forms.IntegerField(min_value=0, max_value=1_000_000, required=False)
    always = forms.BooleanField(required=False)
    by_mail = forms.ChoiceField(choices=[("1", ""), ("0", "")], required=False)

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
            least_votes=told["least_votes"] or 0,
            only_with_papers=not told["always"],
            by_mail=told["by_mail"] != "0",
        )


class AskForm(WishForm):
    """Of somebody without an account."""

    address = forms.EmailField(max_length=254, error_messages={"required": "Write your address."})


@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """The form. Sent without an account, always the same answer, whoever the address belongs to."""
    reader = reader_of(request)
    subject, problem = _subject(request)
    form = _form(request, reader)
    status = 200
    if form is not None and not problem and form.is_valid() and _can_be_sent(form):
        answer = _kept(subject, form, reader) if reader else _asked(request, subject, form)
        if isinstance(answer, HttpResponse):
            return answer
        problem, status = answer, 429
    elif form is not None:
        status = 400
    asked = request.POST if form is not None else request.GET
    interests = Interest.objects.of(reader.pk) if reader is not None else []
    context = {
        "subject": subject,
        "title": contents.title(subject) if subject.about else "",
        "problem": problem,
        "errors": _sentences(form),
        "asked": asked,
        "me": reader,
        "interests": interests,
        "chosen": subject.name.split() if subject.about == About.INTERESTS else [],
        "can_send": bool(settings.EMAIL_HOST),
        "previewed": address(subject, "letter-preview"),
        **choices_of(request.POST if form is not None else None, subject),
    }
    return render(request, "subscribe.html", context, status=status)


@never_cache
@require_safe
def preview(request: HttpRequest) -> HttpResponse:
    """The letter as it would come today."""
    subject, problem = _subject(request)
    if problem:
        context = {"title": "No letter", "message": problem}
        return render(request, "letters/answer.html", context, status=400)
    return as_letter(subject)


def as_letter(subject: Subscription) -> HttpResponse:
    """A letter in a browser, without links that would change anything."""
    now, press = timezone.now(), Press()
    found = contents.sections(subject, now - times.period(subject))
    shown = press.shown(subject, found, now) | {"change": "", "end": "", "taps": ""}
    response = HttpResponse(press.html(shown))
    response.headers["Content-Security-Policy"] = LETTER_POLICY
    return response


def address(subject: Subscription, view: str = "subscribe") -> str:
    """The page where this can be subscribed to, or looked at."""
    return addresses.letter(subject.about, subject.name, subject.filters, view)


def choices_of(sent: Any, subject: Subscription) -> dict[str, Any]:  # noqa: ANN401  a QueryDict
    """What the fields of the form show: as sent, else as the subscription has it."""
    names = ("rhythm", "monthday", "hour", "zone", "at_most", "least_votes")
    now = {name: str(getattr(subject, name)) for name in names}
    days = [day for day, on in enumerate(times.bits(subject.weekdays)) if on]
    always = not subject.only_with_papers
    if sent is not None:
        now |= {name: sent.get(name, "") for name in names}
        days = [int(day) for day in sent.getlist("days") if day.isdecimal()]
        always = bool(sent.get("always"))
    has_account = subject.reader_id is not None
    return {
        "wish": now | {"days": days, "always": always, "by_mail": subject.by_mail},
        "abouts": [one for one in About.choices if one[0] != About.INTERESTS or has_account],
        "rhythms": Rhythm.choices,
        "weekdays": list(enumerate(times.DAYS)),
        "zones": sorted(available_timezones()),
    }


def _asked(request: HttpRequest, subject: Subscription, form: WishForm) -> HttpResponse | str:
    """Always the same answer, unless too many come from one place."""
    if _is_too_often(request):
        return "Many letters were asked for from here. Try again in ten minutes."
    subject.address = form.cleaned_data["address"]
    _set(subject, form)
    subject.by_mail = True
    actions.ask(subject)
    message = (
        "If this address can have the letter, a mail is on its way to it. "
        "Open it and say yes; without that nothing else is sent."
    )
    return render(
        request, "letters/answer.html", {"title": "Look at your mail", "message": message}
    )


def _kept(subject: Subscription, form: WishForm, reader: Reader) -> HttpResponse | str:
    """A reader's own address is known: nothing has to be asked by mail. Else what is wrong."""
    _set(subject, form)
    kept = actions.keep(reader, subject)
    if kept is None:
        return f"One reader can have {actions.MOST_OF_A_READER} letters. End one first."
    return redirect("letter", links.token(kept, "change"))


def _form(request: HttpRequest, reader: Reader | None) -> WishForm | None:
    if request.method != "POST":
        return None
    return WishForm(request.POST) if reader is not None else AskForm(request.POST)


def _can_be_sent(form: WishForm) -> bool:
    return bool(settings.EMAIL_HOST) or form.cleaned_data["by_mail"] == "0"


def _set(subject: Subscription, form: WishForm) -> None:
    wishes = form.wishes()
    for name in Wishes.__dataclass_fields__:
        setattr(subject, name, getattr(wishes, name))


def _subject(request: HttpRequest) -> tuple[Subscription, str]:
    """What is asked for, and what is wrong with it."""
    asked = request.POST if request.method == "POST" else request.GET
    about, name, filters = (asked.get(part, "") for part in ("about", "name", "of"))
    if about == About.INTERESTS:
        name = " ".join(asked.getlist("interest")) or name
    reader = reader_of(request)
    try:
        found = wanted.about(about or About.TRENDING, name, filters, reader)
        found.reader = reader
        return found, ""
    except Unusable as reason:
        known = about if about in About.values else About.TRENDING
        facts = {"about": known, "name": name[:500], "reader": reader}
        return Subscription(zone=settings.TIME_ZONE, **facts), str(reason)


def _sentences(form: forms.Form | None) -> dict[str, str]:
    return {name: str(said[0]) for name, said in form.errors.items()} if form is not None else {}


def _is_too_often(request: HttpRequest) -> bool:
    """Counts in this process alone, under a fingerprint and for ten minutes."""
    peer = request.META.get("REMOTE_ADDR", "")
    key = "asked-" + blake2b(peer.encode(), digest_size=16).hexdigest()
    cache.add(key, 0, WITHIN)
    return cache.incr(key) > MOST_ASKED
