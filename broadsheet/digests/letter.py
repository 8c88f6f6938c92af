"""The letter itself: headers, plain text and HTML of one message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import get_template, render_to_string
from django.utils import timezone
from markupsafe import Markup

from broadsheet.digests import contents, links, mime, styled, times
from broadsheet.digests.models import About, Letter, State, Subscription
from broadsheet.digests.picks import Section
from broadsheet.papers.models import Paper
from broadsheet.papers.text import plain

EXCERPT = 320
"""Characters of an abstract."""
WIDTH = 72
"""Columns of plain text."""
KEPT_BLOCKS = 5_000


@dataclass(frozen=True, slots=True)
class Block:
    """What every letter says of one paper."""

    html: Markup
    text: str
    address: str


class Press:
    """Prints letters; what is the same in many of them is set once."""

    def __init__(self) -> None:
        self._blocks: dict[tuple[int, bool], Block] = {}

    def of_papers(
        self, letter: Letter, mailbox: str, sections: list[Section], now: datetime
    ) -> bytes:
        """The letter of papers, with all ways to stop it."""
        subscription = letter.subscription
        site = mime.encoded(settings.SITE_NAME)
        headers = _headers(letter, mailbox, _subject(subscription, sections), now) | {
            "List-Unsubscribe": f"<{links.to_end(subscription)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-Id": f"{site} <{subscription.about}.letters.{_host()}>",
            "Precedence": "bulk",
            "References": f"<letters-{subscription.key}@{_host()}>",
        }
        context = self.shown(subscription, sections, now)
        text = get_template("letters/papers.txt").render(context)
        return mime.message(headers, text, self.html(context))

    def shown(
        self, subscription: Subscription, sections: list[Section], now: datetime
    ) -> dict[str, Any]:
        """What the templates of a letter show; the preview in a browser is made of the same."""
        papers = [pick.paper for section in sections for pick in section.picks]
        return {
            "title": contents.title(subscription),
            "day": _day(subscription, now),
            "sections": sections,
            "count": len(papers),
            "ahead": " · ".join(plain(paper.title) for paper in papers[1:4]),
            "blocks": {
                paper.id: self._block(paper, is_lead=paper is papers[0]) for paper in papers
            },
            "taps": links.to_papers(subscription),
            "can_save": subscription.reader_id is not None,
            "when": times.in_words(subscription),
            "change": links.to_change(subscription),
            "end": links.to_end(subscription),
            "home": links.whole("/"),
            "wrapped": wrapped,
            "is_counted": settings.LETTER_COUNTS,
        }

    def html(self, context: dict[str, Any]) -> str:
        """The page of a letter, its styles where they apply, in ASCII: no mail server changes a
        byte of it, so a signature stays whole."""
        return styled.ascii_only(styled.template("letters/papers.html").render(context))

    def _block(self, paper: Paper, is_lead: bool) -> Block:
        """The first paper of a letter stands larger."""
        if (paper.id, is_lead) not in self._blocks:
            if len(self._blocks) >= KEPT_BLOCKS:
                self._blocks.clear()
            self._blocks[paper.id, is_lead] = _set(paper, is_lead)
        return self._blocks[paper.id, is_lead]


def to_confirm(letter: Letter, mailbox: str, now: datetime) -> bytes:
    """Asks whether the address wants it, or says that it has it already."""
    subscription = letter.subscription
    headers = _headers(letter, mailbox, f"Your letter from {settings.SITE_NAME}", now)
    context = {
        "title": contents.title(subscription),
        "when": times.in_words(subscription),
        "is_known": subscription.state != State.ASKED,
        "confirm": links.to_confirm(subscription),
        "change": links.to_change(subscription),
    }
    return mime.message(headers, render_to_string("letters/confirm.txt", context))


def _set(paper: Paper, is_lead: bool) -> Block:
    """A paper as HTML and as text: title, names, and the beginning of what it is about."""
    address = links.to_paper(paper.slug)
    context = {"paper": paper, "address": address, "excerpt": EXCERPT, "is_lead": is_lead}
    html = styled.template("letters/_paper.html").render(context)
    text = render_to_string("letters/_paper.txt", context | {"wrapped": wrapped}).rstrip()
    return Block(Markup(styled.ascii_only(html)), text, address)  # noqa: S704  our template


def wrapped(text: str, indent: str = "    ") -> str:
    """In lines of at most `WIDTH` where words allow it, all but the first indented; ten times as
    fast as the library, which looks for hyphens and tabs."""
    return f"\n{indent}".join(_lines(text, WIDTH - len(indent)))


def _lines(text: str, width: int) -> Iterator[str]:
    line = ""
    for word in text.split():
        if line and len(line) + len(word) >= width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


def _subject(subscription: Subscription, sections: list[Section]) -> str:
    count = sum(len(section.picks) for section in sections)
    first = plain(sections[0].picks[0].paper.title) if count else "nothing new"
    more = f" and {count - 1} more" if count > 1 else ""
    if subscription.about == About.INTERESTS:
        return f"{_cut(first, 110)}{more}"
    return f"{contents.title(subscription)}: {_cut(first, 90)}{more}"


def _headers(letter: Letter, mailbox: str, subject: str, now: datetime) -> dict[str, str]:
    """With a Message-ID that is the same however often this letter is written: a mailbox that got
    it twice can tell."""
    return {
        "Subject": " ".join(subject.split()),
        "From": mime.mailbox(settings.DEFAULT_FROM_EMAIL),
        "To": mime.in_ascii(mailbox),
        "Date": format_datetime(now),
        "Message-ID": message_id(letter),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }


def message_id(letter: Letter) -> str:
    """`<letter-12-key@papers.example.org>`: by it a letter that comes back is known again."""
    return f"<letter-{letter.pk}-{letter.subscription.key}@{_host()}>"


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def _day(subscription: Subscription, now: datetime) -> date:
    return timezone.localtime(now, ZoneInfo(subscription.zone)).date()


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
