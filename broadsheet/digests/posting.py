"""Letters on their way to webhooks and chats.

Unlike mail these may be told twice: a receiver knows a webhook it has by its id, and an answer that
did not come in time means another attempt. One that fails letter after letter is left alone.
"""

from __future__ import annotations

import hmac
import logging
import secrets
import time
from base64 import b64encode
from hashlib import sha256

import msgspec
from django.conf import settings
from django.db.models import F
from django.utils import timezone

from broadsheet.digests import chats, contents, handover, links, outbox, seals
from broadsheet.digests.models import Channel, Kind, Letter, Stage
from broadsheet.digests.picks import Section
from broadsheet.fetching import FetchError, Manners, post
from broadsheet.papers.text import plain

log = logging.getLogger(__name__)

ATTEMPTS = 8
"""After 2, 4, 8 ... minutes: about four hours."""
IN_A_CHAT = 15
"""Papers that one message tells of."""
HARMLESS = str.maketrans(
    {"@": "@\u200b", "<": "‹", ">": "›", "[": "(", "]": ")", "*": "∗"}
    | {"_": "＿", "`": "’", "~": "∼", "|": "∣"}
)
"""A title must not call everybody in a chat, be a link of its own, or begin what has no end, for
then Telegram takes nothing."""


def deliver() -> int:
    """Tell all channels what waits for them; returns how many took it."""
    worker, taken = secrets.token_hex(8), 0
    letters = Letter.objects.for_channels().select_related("subscription__reader", "channel")
    for batch in handover.batches(letters, worker):
        taken += sum(_tell(claimed, worker) for claimed in batch)
    return taken


def _tell(claimed: Letter, worker: str) -> bool:
    channel = claimed.channel
    if channel is None or channel.is_given_up or not outbox.is_wanted(claimed):
        return handover.finish(claimed, worker, Stage.DROPPED)
    since = claimed.since or timezone.now()
    try:
        sections = contents.sections(claimed.subscription, since, channel.pk)
        if not sections and claimed.subscription.only_with_papers:
            return handover.finish(claimed, worker, Stage.EMPTY)
        said, is_taken, is_final = _said(claimed, channel, sections)
    except FetchError as fault:
        said, is_taken, is_final = str(fault), False, False
    except Exception as fault:  # noqa: BLE001  one channel must not hold up the others
        # without its address, which is a secret
        log.warning("Letter %d was not told: %s", claimed.pk, type(fault).__name__)
        said, is_taken, is_final = "It could not be told.", False, False
    if not is_taken:
        return _not_taken(claimed, channel, worker, said, 1 if is_final else ATTEMPTS)
    papers = [pick.paper.id for section in sections for pick in section.picks]
    Channel.objects.filter(pk=channel.pk).update(failures=0)
    handover.finish(claimed, worker, Stage.SENT, said, papers=papers)
    return True


def _said(claimed: Letter, channel: Channel, sections: list[Section]) -> tuple[str, bool, bool]:
    """What the other side answered, whether it took it, and whether asking again is no use."""
    address = seals.opened(channel.sealed)
    if not address:
        return "The site's key has changed: take this away and add it again.", False, False
    title = contents.title(claimed.subscription)
    if channel.kind == Kind.CHAT:
        answer = chats.tell(address, title, in_chat(sections))
        return str(answer), answer.is_taken, answer.is_final
    body = as_json(claimed, sections)
    manners = Manners(settings.CONTACT, allow_loopback=settings.ALLOW_LOOPBACK_WEBHOOKS)
    got = post(address, body, signed(claimed, channel, body), manners)
    return f"It answered {got.status}.", got.is_taken, False


def _not_taken(claimed: Letter, channel: Channel, worker: str, said: str, attempts: int) -> bool:
    if claimed.attempts + 1 >= attempts:
        Channel.objects.filter(pk=channel.pk).update(failures=F("failures") + 1)
    return handover.put_off(claimed, worker, said, attempts)


def signed(claimed: Letter, channel: Channel, body: bytes) -> dict[str, str]:
    """Headers as Standard Webhooks has them: HMAC-SHA256 over id, time and body."""
    number, now = f"letter_{claimed.pk}", str(int(time.time()))
    text = f"{number}.{now}.".encode() + body
    mark = b64encode(hmac.digest(seals.signing_key(channel), text, sha256)).decode()
    return {
        "Content-Type": "application/json",
        "webhook-id": number,
        "webhook-timestamp": now,
        "webhook-signature": f"v1,{mark}",
    }


def as_json(claimed: Letter, sections: list[Section]) -> bytes:
    return msgspec.json.encode(
        {
            "type": "letter.papers",
            "timestamp": timezone.now().isoformat(),
            "data": {
                "title": contents.title(claimed.subscription),
                "about": claimed.subscription.about,
                "name": claimed.subscription.name,
                "since": claimed.since.isoformat() if claimed.since else None,
                "sections": [_section(section) for section in sections],
            },
        }
    )


def _section(section: Section) -> dict[str, object]:
    papers = [
        {
            "id": pick.paper.slug,
            "url": links.to_paper(pick.paper.slug),
            "title": pick.paper.title,
            "authors": pick.paper.first_names,
            "abstract": pick.paper.abstract,
            "votes": pick.paper.votes,
            "reason": pick.reason,
        }
        for pick in section.picks
    ]
    return {"title": section.title, "papers": papers}


def in_chat(sections: list[Section]) -> str:
    """Markdown: a line for each paper, the best first."""
    lines, left = [], IN_A_CHAT
    for section in sections:
        if section.title and left:
            lines.append(f"**{section.title.translate(HARMLESS)}**")
        for pick in section.picks[:left]:
            title = plain(pick.paper.title).translate(HARMLESS)
            reason = pick.reason.translate(HARMLESS)
            lines.append(f"- [{title}]({links.to_paper(pick.paper.slug)}): {reason}")
            left -= 1
    return "\n".join(lines) or "Nothing new."
