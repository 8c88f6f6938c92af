"""One tap in a letter. Mail scanners follow links, so a link by itself does nothing: it asks, and
the button does it. Where the browser is known to be the reader's, the tap is enough."""

from __future__ import annotations

import hmac

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.crypto import salted_hmac
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from broadsheet.community.limits import Refused
from broadsheet.digests import actions, links, taps
from broadsheet.digests.models import State, Subscription
from broadsheet.papers.models import Paper
from broadsheet.web.errors import NotHere
from broadsheet.web.paper import named

COOKIE = "letters"
YEAR = 365 * 24 * 3600


@never_cache
@require_safe
def paper(request: HttpRequest, token: str, slug: str) -> HttpResponse:
    """All that can be said of a paper, as the plain-text letter leads to it."""
    subscription, found = _opened(token, slug)
    return _page(request, subscription, found, token)


@never_cache
def tap(request: HttpRequest, token: str, slug: str, what: str) -> HttpResponse:
    """Asks; does it where the button was pressed, or where the reader is known to be here."""
    if what not in taps.WHATS:
        raise NotHere("There is no such link in a letter.")
    subscription, found = _opened(token, slug)
    interest = request.GET.get("of", "")
    is_sent = request.method == "POST"
    if not is_sent and not _is_theirs(request, subscription):
        return _page(request, subscription, found, token, asked=what)
    try:
        if request.POST.get("do") == "undo":
            taps.take_back(subscription, found.id, what, interest)
            return _known(_page(request, subscription, found, token, undone=what), subscription)
        taps.tap(subscription, found.id, what, interest)
    except Refused as reason:
        return _refused(request, reason)
    page = _page(request, subscription, found, token, done=what)
    return _known(page, subscription) if is_sent else page


@never_cache
@require_safe
def followed(request: HttpRequest, slug: str) -> HttpResponse:
    """Counts that a link of some letter was followed, and leads on to the paper."""
    found = named(slug)
    actions.count_followed()
    return redirect("paper", found.slug)


def _opened(token: str, slug: str) -> tuple[Subscription, Paper]:
    subscription = links.opened_lasting(token, "tap")
    if subscription is None or subscription.state == State.ENDED:
        raise NotHere("This link is no longer valid, or was copied in part.")
    return subscription, named(slug)


def _page(
    request: HttpRequest,
    subscription: Subscription,
    found: Paper,
    token: str,
    *,
    asked: str = "",
    done: str = "",
    undone: str = "",
) -> HttpResponse:
    whats = {
        what: words
        for what, words in taps.WHATS.items()
        if what != "save" or subscription.reader_id is not None
    }
    context = {
        "paper": found,
        "token": token,
        "whats": whats,
        "asked": asked,
        "done": done,
        "undone": undone,
        "query": f"?{request.GET.urlencode()}" if request.GET.get("of") else "",
        "saved": taps.SAVED,
    }
    return render(request, "letters/tap.html", context)


def _refused(request: HttpRequest, reason: Refused) -> HttpResponse:
    context = {"title": "Not done", "message": reason.message}
    return render(request, "letters/answer.html", context, status=reason.status)


def _is_theirs(request: HttpRequest, subscription: Subscription) -> bool:
    """Whether a person with this mailbox is at this browser, and looks now. Machines that follow
    links have no cookies; a browser that fetches ahead says so."""
    if settings.MODE == "read-only":
        return False
    if any("prefetch" in request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose")):
        return False
    if subscription.reader_id is not None and request.user.pk == subscription.reader_id:
        return True
    kept = request.COOKIES.get(COOKIE, "")
    try:
        mark = signing.Signer(salt="letters.browser").unsign(kept)
    except signing.BadSignature:
        return False
    return hmac.compare_digest(mark, _mark(subscription))


def _known(response: HttpResponse, subscription: Subscription) -> HttpResponse:
    """Know this browser the next time."""
    value = signing.Signer(salt="letters.browser").sign(_mark(subscription))
    response.set_cookie(
        COOKIE,
        value,
        max_age=YEAR,
        path="/letters/",
        httponly=True,
        samesite="Lax",
        secure=settings.IS_SECURE,
    )
    return response


def _mark(subscription: Subscription) -> str:
    """Of the mailbox, which it does not tell."""
    return salted_hmac("letters.mailbox", subscription.address, algorithm="sha256").hexdigest()
