"""The letter itself: headers, plain text and HTML of one message."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from datetime import date, datetime
from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import css_inline
from django.conf import settings
from django.template.loader import get_template, render_to_string
from django.utils import timezone
from markupsafe import Markup

from broadsheet.digests import contents, links, times
from broadsheet.digests.models import About, Letter, State, Subscription
from broadsheet.digests.picks import Section
from broadsheet.papers.models import Paper
from broadsheet.papers.text import plain


class KnownHeaders(HeaderRegistry):
    """The library makes a new class for each header of each letter; one for each name does."""

    def __getitem__(self, name: str) -> type[Any]:
        found = _CLASSES.get(name)
        if found is None:
            found = _CLASSES[name] = super().__getitem__(name)
        return found


_CLASSES: dict[str, type[Any]] = {}
WHOLE_LINES = SMTP.clone(max_line_length=900, cte_type="7bit", header_factory=KnownHeaders())
"""Headers are not folded: a link that is cut into encoded words ends no letter. All is ASCII on its
way: what no server rewrites keeps its signature."""
EXCERPT = 320
"""Characters of an abstract."""
WIDTH = 72
"""Columns of plain text."""
KEPT_BLOCKS = 5_000

INLINER = css_inline.CSSInliner(
    keep_style_tags=False,
    keep_at_rules=True,
    load_remote_stylesheets=False,
    minify_css=True,
)
"""Mail programs that drop style sheets still show styles; what is for phones and the dark stays."""


@dataclass(frozen=True, slots=True)
class Block:
    """What every letter says of one paper."""

    html: Markup
    text: str
    address: str


class Press:
    """Prints letters; what is the same in many of them is set once."""

    def __init__(self) -> None:
        self._blocks: dict[int, Block] = {}

    def of_papers(self, letter: Letter, sections: list[Section], now: datetime) -> bytes:
        """The letter of papers, with all ways to stop it."""
        subscription = letter.subscription
        message = _message(letter, _subject(subscription, sections), now)
        message["List-Unsubscribe"] = f"<{links.to_end(subscription)}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message["List-Id"] = f"{settings.SITE_NAME} <{subscription.about}.letters.{_host()}>"
        message["Precedence"] = "bulk"
        message["References"] = f"<letters-{subscription.key}@{_host()}>"
        context = self.shown(subscription, sections, now)
        message.set_content(get_template("letters/papers.txt").render(context))
        message.add_alternative(self.html(context), subtype="html")
        return message.as_bytes()

    def shown(
        self, subscription: Subscription, sections: list[Section], now: datetime
    ) -> dict[str, Any]:
        """What the templates of a letter show; the preview in a browser is made of the same."""
        return {
            "title": contents.title(subscription),
            "day": _day(subscription, now),
            "sections": sections,
            "blocks": {
                pick.paper.id: self._block(pick.paper) for part in sections for pick in part.picks
            },
            "taps": links.to_papers(subscription),
            "can_save": subscription.reader_id is not None,
            "when": times.in_words(subscription),
            "change": links.to_change(subscription),
            "end": links.to_end(subscription),
            "home": links.whole("/"),
            "is_counted": settings.LETTER_COUNTS,
        }

    def html(self, context: dict[str, Any]) -> str:
        """The page of a letter, its styles where they apply, in ASCII: no mail server changes a
        byte of it, so a signature stays whole."""
        inlined = INLINER.inline(get_template("letters/papers.html").render(context))
        return inlined.encode("ascii", "xmlcharrefreplace").decode()

    def _block(self, paper: Paper) -> Block:
        if paper.id not in self._blocks:
            if len(self._blocks) >= KEPT_BLOCKS:
                self._blocks.clear()
            address = links.to_paper(paper.slug)
            context = {"paper": paper, "address": address, "excerpt": EXCERPT}
            html = Markup(render_to_string("letters/_paper.html", context))  # noqa: S704  our template
            self._blocks[paper.id] = Block(html, _text(paper), address)
        return self._blocks[paper.id]


def to_confirm(letter: Letter, now: datetime) -> bytes:
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
    return message.as_bytes()


def _text(paper: Paper) -> str:
    return textwrap.fill(
        plain(paper.title), WIDTH, subsequent_indent="    ", break_long_words=False
    )


def _subject(subscription: Subscription, sections: list[Section]) -> str:
    count = sum(len(section.picks) for section in sections)
    first = plain(sections[0].picks[0].paper.title) if count else "nothing new"
    more = f" and {count - 1} more" if count > 1 else ""
    if subscription.about == About.INTERESTS:
        return f"{_cut(first, 110)}{more}"
    return f"{contents.title(subscription)}: {_cut(first, 90)}{more}"


def _message(letter: Letter, subject: str, now: datetime) -> EmailMessage:
    """With a Message-ID that is the same however often this letter is written: a mailbox that got
    it twice can tell."""
    message = EmailMessage(WHOLE_LINES)
    message["Subject"] = " ".join(subject.split())
    message["From"] = settings.DEFAULT_FROM_EMAIL
    message["To"] = Address(addr_spec=letter.subscription.mailbox)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = message_id(letter)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    return message


def message_id(letter: Letter) -> str:
    """`<letter-12-key@papers.example.org>`: by it a letter that comes back is known again."""
    return f"<letter-{letter.pk}-{letter.subscription.key}@{_host()}>"


def _host() -> str:
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def _day(subscription: Subscription, now: datetime) -> date:
    return timezone.localtime(now, ZoneInfo(subscription.zone)).date()


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
