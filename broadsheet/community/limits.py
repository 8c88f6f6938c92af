"""Who may write, and how much: counted in rows, so that it holds over several processes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from broadsheet.community.models import Act, Ban, Verb
from broadsheet.readers.models import Reader

NEW_FOR = timedelta(days=1)
"""How long an account is new and may do less."""
NEWCOMERS_SHARE = 5
"""The part of each limit that a new account has: one of so many."""


class Allowance(NamedTuple):
    times: int
    within: timedelta


HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ALLOWED = {
    Verb.VOTE: Allowance(300, HOUR),
    Verb.WITHDRAW: Allowance(300, HOUR),
    Verb.COMMENT: Allowance(25, HOUR),
    Verb.EDIT: Allowance(60, HOUR),
    Verb.FLAG: Allowance(50, DAY),
    Verb.COLLECT: Allowance(600, HOUR),
    Verb.INVITE: Allowance(20, DAY),
    Verb.REACT: Allowance(300, HOUR),
    Verb.KEEP: Allowance(600, HOUR),
    Verb.FOLLOW: Allowance(300, HOUR),
}


class Refused(Exception):  # noqa: N818  says what is the matter
    """A write that is not allowed. `message` is a sentence for the reader."""

    def __init__(self, message: str, status: int = 403) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


def spend(reader: Reader, verb: Verb, paper_id: int | None = None) -> Act:
    """Write down that `reader` does this now. Within a transaction, whose end frees the reader
    for the next one: so a hundred requests at once count as well as one after the other.

    Raises:
        Refused: the reader is banned or gone, or has done it as often as is allowed.
    """
    now = timezone.now()
    found = admitted(reader, now)
    _refuse_too_many(found, verb, now)
    return Act.objects.create(reader=found, verb=verb, paper_id=paper_id, at=now)


def admitted(reader: Reader, now: datetime) -> Reader:
    """The reader, whose row is held until the end of the transaction: without that two requests
    would count the same acts. Raises Refused where the reader is banned or gone."""
    known = Reader.objects.select_for_update(no_key=True).filter(pk=reader.pk, is_active=True)
    found = known.first()
    if not found:
        raise Refused("This account can no longer write here.")
    refuse_banned(found, now)
    return found


def share(times: int, reader: Reader, now: datetime) -> int:
    """How much of a limit the reader has: of a new account's, a part, but once at least."""
    is_new = now - reader.date_joined < NEW_FOR
    return max(1, times // NEWCOMERS_SHARE) if is_new else times


def refuse_banned(reader: Reader, now: datetime) -> None:
    ban = Ban.objects.in_force(now).filter(reader=reader).first()
    if ban:
        end = f"until {ban.until:%d %B %Y, %H:%M} UTC" if ban.until else "for good"
        raise Refused(f"You are banned from writing {end}: {ban.reason}")


def allowance(reader: Reader, verb: Verb, now: datetime) -> Allowance:
    times, within = ALLOWED[verb]
    return Allowance(share(times, reader, now), within)


def _refuse_too_many(reader: Reader, verb: Verb, now: datetime) -> None:
    times, within = allowance(reader, verb, now)
    recent = Act.objects.filter(reader=reader, verb=verb, at__gt=now - within)
    if recent.count() >= times:
        span = "hour" if within == HOUR else "day"
        raise Refused(f"That is enough for one {span}. Please come back later.", 429)
