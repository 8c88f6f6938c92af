"""When the next letter is due, by the clock on the reader's wall."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import compress
from typing import Protocol
from zoneinfo import ZoneInfo

LOOK_AHEAD = 370
"""Days among which a next one is always found."""


class Wish(Protocol):
    """What of a subscription says when."""

    rhythm: str
    weekdays: int
    monthday: int
    hour: int
    zone: str


def next_after(wish: Wish, moment: datetime) -> datetime:
    """The first due moment later than `moment`, in UTC.

    An hour that the clock skips in spring is the one after it; one that comes twice in autumn
    counts the first time. However long ago the last letter was, there is one next.
    """
    zone = ZoneInfo(wish.zone)
    today = moment.astimezone(zone).date()
    due = (_at(day, wish.hour, zone) for day in _days(today) if _is_chosen(wish, day))
    return next(found for found in due if found > moment)


def period(wish: Wish) -> timedelta:
    """How far back a first letter looks."""
    return {"monthly": timedelta(days=31), "weekly": timedelta(days=7)}.get(
        wish.rhythm, timedelta(days=1)
    )


def in_words(wish: Wish) -> str:
    """`every day at 07:00 (Europe/Berlin)`."""
    if wish.rhythm == "monthly":
        when = f"on day {wish.monthday} of each month"
    elif wish.weekdays & 0b1111111 == 0b1111111:
        when = "every day"
    elif wish.weekdays & 0b1111111 == 0b0011111:
        when = "Monday to Friday"
    else:
        chosen = compress(DAYS, bits(wish.weekdays))
        when = f"on {', '.join(chosen)}"
    return f"{when} at {wish.hour:02}:00 ({wish.zone})"


DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def bits(weekdays: int) -> list[bool]:
    return [bool(weekdays >> day & 1) for day in range(7)]


def _days(first: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range(LOOK_AHEAD))


def _is_chosen(wish: Wish, day: date) -> bool:
    if wish.rhythm == "monthly":
        return day.day == min(wish.monthday, monthrange(day.year, day.month)[1])
    return bits(wish.weekdays)[day.weekday()]


def _at(day: date, hour: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(hour), zone).astimezone(UTC)
