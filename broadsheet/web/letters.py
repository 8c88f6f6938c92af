"""Pages behind the links of a letter. A link shows; only a button changes something, for mail
scanners follow links. The exception is RFC 8058: a POST to the link that ends a letter ends it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from broadsheet.digests import actions, channels, chats, contents, links, seals, times
from broadsheet.digests.channels import Unusable
from broadsheet.digests.models import Channel, Kind, Letter, State, Subscription
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from broadsheet.web import subscribe, syndication
from broadsheet.web.errors import NotHere
from broadsheet.web.subscribe import WishForm
from broadsheet.web.syndication import Feed, Format
from broadsheet.web.writing import for_readers

GONE = "This link is no longer valid, or was copied in part. Subscribe again to get a new one."
LONGEST_REST = timedelta(days=366)
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
    if action == "channels":
        return _channels(request, token, subscription)
    if action == "pause":
        return _pause(request, token, subscription)
    if action == "resume":
        actions.resume(subscription)
    elif action == "stop":
        actions.end(subscription)
    elif action == "renew":
        actions.renew_links(subscription)
        token = links.token(subscription, "change")
    else:
        raise NotHere("There is no such button.")
    return redirect("letter", token)


@never_cache
@for_readers
def mine(request: HttpRequest, reader: Reader) -> HttpResponse:
    """All letters of an account, on one page."""
    theirs = Subscription.objects.of(reader).prefetch_related("channels")
    letters = [
        {
            "subject": subscription,
            "title": contents.title(subscription),
            "when": times.in_words(subscription),
            "token": links.token(subscription, "change"),
            "channels": subscription.channels.all(),
        }
        for subscription in theirs
    ]
    return render(request, "account_letters.html", {"letters": letters})


@require_safe
def feed(request: HttpRequest, token: str, form: Format) -> HttpResponse:
    """The papers of the latest letters, for whoever was given the address."""
    subscription = links.opened_lasting(token, "feed")
    if subscription is None or subscription.state not in (State.ACTIVE, State.PAUSED):
        raise NotHere(GONE)
    reasons: dict[int, str] = {}
    for told_of, told in subscription.letters.of_papers().values_list("papers", "reasons")[:30]:
        for paper_id, reason in zip(told_of, told, strict=False):
            reasons.setdefault(paper_id, reason)
    papers = Paper.objects.cards(list(reasons)[: syndication.FEED_ITEMS])
    address = subscribe.address(subscription)
    shown = Feed(contents.title(subscription), address, papers, reasons)
    response = syndication.respond(request, shown, form)
    response["Cache-Control"] = "private, max-age=300"
    response["Referrer-Policy"] = "no-referrer"
    return response


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


def _pause(request: HttpRequest, token: str, subscription: Subscription) -> HttpResponse:
    """For a time, or until a day: what comes meanwhile is in the first letter after it."""
    rest = request.POST.get("rest", "")
    if rest in RESTS:
        length = RESTS[rest]
        actions.pause(subscription, timezone.now() + length if length else None)
        return redirect("letter", token)
    zone = ZoneInfo(subscription.zone)
    try:
        day = date.fromisoformat(request.POST.get("until", ""))
        until = datetime.combine(day, time(0), zone)
    except (ValueError, OverflowError):
        until = timezone.now()
    if not timezone.now() < until < timezone.now() + LONGEST_REST:
        said = "Choose a day after today, within a year."
        return _page(request, token, subscription, said, status=400)
    actions.pause(subscription, until)
    return redirect("letter", token)


def _channels(request: HttpRequest, token: str, subscription: Subscription) -> HttpResponse:
    number = request.POST.get("channel", "")
    chosen = int(number) if number.isdecimal() and len(number) < 18 else 0
    match request.POST.get("do"):
        case "add":
            try:
                channels.add(subscription, request.POST.get("address", ""))
            except Unusable as reason:
                return _page(request, token, subscription, str(reason), status=400)
        case "remove":
            channels.remove(subscription, chosen)
        case "again":
            channels.try_again(subscription, chosen)
        case _:
            raise NotHere("There is no such button.")
    return redirect("letter", token)


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
        "tomorrow": timezone.localdate() + timedelta(days=1),
        "again": subscribe.address(subscription),
        "previewed": subscribe.address(subscription, "letter-preview"),
        "can_send": bool(settings.EMAIL_HOST),
        "feeds": {
            name: links.to_feed(subscription, form) for form, name in syndication.NAMES.items()
        },
        "channels": [_shown(channel) for channel in subscription.channels.order_by("id")],
        "services": [service.name for service in chats.SERVICES],
        "most_channels": channels.MOST,
        **subscribe.choices_of(
            request.POST if status == 400 and "rhythm" in request.POST else None, subscription
        ),
    }
    return render(request, "letters/letter.html", context, status=status)


def _shown(channel: Channel) -> dict[str, object]:
    """A channel with its last answers; its address is a secret, and not shown again."""
    letters = Letter.objects.filter(channel=channel).order_by("-id")
    return {
        "channel": channel,
        "key": seals.shown_key(channel) if channel.kind == Kind.WEBHOOK else "",
        "answers": letters.exclude(answer="", finished_at=None)[:5],
    }


def _opened(token: str, purpose: str, within: timedelta | None = None) -> Subscription:
    found = links.opened(token, purpose, within)
    if found is None:
        raise NotHere(GONE)
    return found
