"""The letter itself: headers, plain text and HTML of one message."""

from __future__ import annotations

from datetime import date, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from broadsheet.digests import contents, links, times
from broadsheet.digests.contents import Pick
from broadsheet.digests.models import Letter, State, Subscription

WHOLE_LINES = SMTP.clone(max_line_length=900)
"""Headers are not folded: a link that is cut into encoded words ends no letter."""
EXCERPT = 320
"""Characters of an abstract."""


def of_papers(letter: Letter, picks: list[Pick], now: datetime) -> EmailMessage:
    """The letter of papers, with all ways to stop it."""
    subscription = letter.subscription
    message = _message(letter, _subject(subscription, picks), now)
    end = links.to_end(subscription)
    message["List-Unsubscribe"] = f"<{end}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["List-Id"] = f"{settings.SITE_NAME} <{subscription.about}.letters.{_host()}>"
    message["Precedence"] = "bulk"
    context = shown(subscription, picks, now)
    message.set_content(render_to_string("letters/papers.txt", context))
    html = render_to_string("letters/papers.html", context)
    message.add_alternative(html, subtype="html")
    return message


def to_confirm(letter: Letter, now: datetime) -> EmailMessage:
    """Asks whether the address wants it, or says that it has it already."""
    subscription = letter.subscription
    message = _message(letter, f"Your letter from {settings.SITE_NAME}", now)
    context = {
        "title": contents.title(subscription),
        "when": times.in_words(subscription),
        "is_known": subscription.state != State.ASKED,
        "confirm": links.to_confirm(subscription),
        "change": links.to_change(subscription),
    }
    message.set_content(render_to_string("letters/confirm.txt", context))
    return message


def shown(subscription: Subscription, picks: list[Pick], now: datetime) -> dict[str, Any]:
    """What the templates of a letter show; the preview in a browser is made of the same."""
    return {
        "title": contents.title(subscription),
        "day": _day(subscription, now),
        "picks": picks,
        "when": times.in_words(subscription),
        "excerpt": EXCERPT,
        "whole": links.whole,
        "change": links.to_change(subscription),
        "end": links.to_end(subscription),
        "home": links.whole("/"),
    }


def _subject(subscription: Subscription, picks: list[Pick]) -> str:
    first = picks[0].paper.title if picks else "nothing new"
    more = f" and {len(picks) - 1} more" if len(picks) > 1 else ""
    return f"{contents.title(subscription)}: {_cut(first, 90)}{more}"


def _message(letter: Letter, subject: str, now: datetime) -> EmailMessage:
    """With a Message-ID that is the same however often this letter is written: a mailbox that got
    it twice can tell."""
    message = EmailMessage(WHOLE_LINES)
    message["Subject"] = " ".join(subject.split())
    message["From"] = settings.DEFAULT_FROM_EMAIL
    message["To"] = Address(addr_spec=letter.subscription.address)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<letter-{letter.pk}-{letter.subscription.key}@{_host()}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    return message


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def _day(subscription: Subscription, now: datetime) -> date:
    return timezone.localtime(now, ZoneInfo(subscription.zone)).date()


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
