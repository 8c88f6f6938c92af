"""One mail with notices: headers, plain text and HTML."""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from broadsheet.digests.letter import WHOLE_LINES
from broadsheet.digests.links import whole
from broadsheet.notices import links
from broadsheet.notices.models import Bundle, Kind, Notice

SHOWN = 30
"""Notices that a mail tells in full; of more it says how many."""
EXCERPT = 280
"""Characters of a comment."""


def of_notices(bundle: Bundle, address: str, notices: list[Notice], now: datetime) -> EmailMessage:
    """All notices of a bundle, with a link for each kind that ends its mails."""
    kinds = list(dict.fromkeys(Kind(notice.kind) for notice in notices))
    message = EmailMessage(WHOLE_LINES)
    first = notices[0].subject
    more = f" and {len(notices) - 1} more" if len(notices) > 1 else ""
    message["Subject"] = f"{first if len(first) <= 120 else f'{first[:119]}…'}{more}"
    message["From"] = settings.DEFAULT_FROM_EMAIL
    message["To"] = Address(addr_spec=address)
    message["Date"] = format_datetime(now)
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    message["Message-ID"] = f"<notices-{bundle.pk}-{bundle.reader_id}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["List-Unsubscribe"] = f"<{links.to_end(bundle.reader, kinds)}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["List-Id"] = f"{settings.SITE_NAME} <notices.{host}>"
    message["Precedence"] = "bulk"
    context = {
        "reader": bundle.reader,
        "told": [_told(notice) for notice in notices[:SHOWN]],
        "left": len(notices) - SHOWN if len(notices) > SHOWN else 0,
        "ends": [(kind.label, links.to_end(bundle.reader, [kind])) for kind in kinds],
        "all": whole(reverse("notices")),
        "choices": whole(reverse("account-notices")),
    }
    message.set_content(render_to_string("letters/notices.txt", context))
    html = render_to_string("letters/notices.html", context)
    message.add_alternative(html, subtype="html")
    return message


def _told(notice: Notice) -> tuple[str, str, str]:
    """Subject, whole address, and the beginning of a comment."""
    text = " ".join(notice.comment.text.split()) if notice.comment else ""
    text = text if len(text) <= EXCERPT else f"{text[: EXCERPT - 1]}…"
    return notice.subject, whole(notice.address), text
