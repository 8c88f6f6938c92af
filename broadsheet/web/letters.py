"""Pages behind the links of a letter. A link shows; only a button changes something, for mail
scanners follow links. The exception is RFC 8058: a POST to the link that ends a letter ends it."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from broadsheet.digests import actions, contents, links, times
from broadsheet.digests.models import State, Subscription
from broadsheet.web import subscribe
from broadsheet.web.errors import NotHere
from broadsheet.web.subscribe import WishForm

GONE = "This link is no longer valid, or was copied in part. Subscribe again to get a new one."
RESTS = {"week": timedelta(days=7), "month": timedelta(days=30), "open": None}


@never_cache
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Asks; the button makes it so and shows the letter's own page."""
    subscription = _opened(token, "confirm", links.CONFIRM_WITHIN)
    if request.method == "POST":
        actions.confirm(subscription)
    if subscription.state != State.ASKED:
        return redirect("letter", links.token(subscription, "change"))
    context = {
        "title": contents.title(subscription),
        "when": times.in_words(subscription),
        "at_most": subscription.at_most,
    }
    return render(request, "letters/confirm.html", context)


@never_cache
def letter(request: HttpRequest, token: str) -> HttpResponse:
    """How a letter stands, with everything that can be done about it."""
    return _page(request, token, _opened(token, "change"))


@never_cache
@require_POST
def change(request: HttpRequest, token: str, action: str) -> HttpResponse:
    """One of the buttons of that page."""
    subscription = _opened(token, "change")
    if action == "now":
        sent = actions.send_now(subscription)
        said = (
            "One is on its way." if sent else "There were five today. Tomorrow there can be more."
        )
        return _page(request, token, subscription, said)
    if action == "wishes":
        return _wishes(request, token, subscription)
    if action == "pause" and (rest := request.POST.get("rest", "")) in RESTS:
        length = RESTS[rest]
        actions.pause(subscription, timezone.now() + length if length else None)
    elif action == "resume":
        actions.resume(subscription)
    elif action == "stop":
        actions.end(subscription)
    else:
        raise NotHere("There is no such button.")
    return redirect("letter", token)


@csrf_exempt
@never_cache
def end(request: HttpRequest, token: str) -> HttpResponse:
    """The link in the letter's header and foot. A program's POST ends it at once (RFC 8058)."""
    subscription = _opened(token, "end")
    if request.method == "POST":
        actions.end(subscription)
    context = {"title": contents.title(subscription), "is_over": subscription.state == State.ENDED}
    return render(request, "letters/end.html", context)


def _wishes(request: HttpRequest, token: str, subscription: Subscription) -> HttpResponse:
    form = WishForm(request.POST)
    if form.is_valid():
        actions.change(subscription, form.wishes())
        return _page(request, token, subscription, "Kept.")
    said = " ".join(str(sentences[0]) for sentences in form.errors.values())
    return _page(request, token, subscription, said, status=400)


def _page(
    request: HttpRequest, token: str, subscription: Subscription, said: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "subject": subscription,
        "title": contents.title(subscription),
        "when": times.in_words(subscription),
        "said": said,
        "token": token,
        "rests": {"week": "For a week", "month": "For a month", "open": "Until I come back"},
        "again": subscribe.address(subscription),
        "previewed": subscribe.address(subscription, "letter-preview"),
        **subscribe.choices_of(request.POST if status == 400 else None, subscription),
    }
    return render(request, "letters/letter.html", context, status=status)


def _opened(token: str, purpose: str, within: timedelta | None = None) -> Subscription:
    found = links.opened(token, purpose, within)
    if found is None:
        raise NotHere(GONE)
    return found
