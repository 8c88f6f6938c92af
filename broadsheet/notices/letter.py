"""One mail with notices: headers, plain text and HTML."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from broadsheet.digests import mime, styled
from broadsheet.digests.links import whole
from broadsheet.notices import links
from broadsheet.notices.models import Bundle, Kind, Notice

SHOWN = 30
"""Notices that a mail tells in full; of more it says how many."""
EXCERPT = 280
"""Characters of a comment."""


def of_notices(bundle: Bundle, address: str, notices: list[Notice], now: datetime) -> bytes:
    """All notices of a bundle, with a link for each kind that ends its mails."""
    kinds = list(dict.fromkeys(Kind(notice.kind) for notice in notices))
    first = notices[0].subject
    more = f" and {len(notices) - 1} more" if len(notices) > 1 else ""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    headers = {
        "Subject": f"{first if len(first) <= 120 else f'{first[:119]}…'}{more}",
        "From": mime.mailbox(settings.DEFAULT_FROM_EMAIL),
        "To": mime.in_ascii(address),
        "Date": format_datetime(now),
        "Message-ID": f"<notices-{bundle.pk}-{bundle.reader_id}@{host}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "List-Unsubscribe": f"<{links.to_end(bundle.reader, kinds)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": f"{mime.encoded(settings.SITE_NAME)} <notices.{host}>",
        "Precedence": "bulk",
    }
    context = {
        "reader": bundle.reader,
        "told": [_told(notice) for notice in notices[:SHOWN]],
        "left": len(notices) - SHOWN if len(notices) > SHOWN else 0,
        "ends": [(kind.label, links.to_end(bundle.reader, [kind])) for kind in kinds],
        "all": whole(reverse("notices")),
        "choices": whole(reverse("account-notices")),
    }
    text = render_to_string("letters/notices.txt", context)
    html = styled.ascii_only(render_to_string("letters/notices.html", context))
    return mime.message(headers, text, html)


def _told(notice: Notice) -> tuple[str, str, str]:
    """Subject, whole address, and the beginning of a comment."""
    text = " ".join(notice.comment.text.split()) if notice.comment else ""
    text = text if len(text) <= EXCERPT else f"{text[: EXCERPT - 1]}…"
    return notice.subject, whole(notice.address), text
