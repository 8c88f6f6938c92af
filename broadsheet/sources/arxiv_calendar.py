"""When arXiv announces papers, so that its silence on a weekend alarms nobody.

https://info.arxiv.org/help/availability.html
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")
ANNOUNCED = time(20)
NO_EVENING = (4, 5)
"""Friday and Saturday."""
ONE_DAY = timedelta(days=1)


def newest_announcement(now: datetime) -> datetime:
    """The latest moment up to `now` at which arXiv has surely announced papers."""
    there = now.astimezone(NEW_YORK)
    day = there.date() if there.time() >= ANNOUNCED else there.date() - ONE_DAY
    while day.weekday() in NO_EVENING or may_be_holiday(day):
        day -= ONE_DAY
    return datetime.combine(day, ANNOUNCED, NEW_YORK)


def may_be_holiday(day: date) -> bool:
    """Whether arXiv may be silent on the evening of `day`: a federal holiday of the United
    States, the day after Thanksgiving, and the days around the turn of the year."""
    if (day.month, day.day) >= (12, 24) or (day.month, day.day) == (1, 1):
        return True
    return day in _holidays(day.year)


def _holidays(year: int) -> set[date]:
    thanksgiving = _weekday(year, 11, 3, 4)
    moving = {
        _weekday(year, 1, 0, 3),
        _weekday(year, 2, 0, 3),
        _weekday(year, 6, 0, 1) - timedelta(days=7),  # the last Monday of May
        _weekday(year, 9, 0, 1),
        _weekday(year, 10, 0, 2),
        thanksgiving,
        thanksgiving + ONE_DAY,
    }
    fixed = (date(year, 6, 19), date(year, 7, 4), date(year, 11, 11))
    return moving | {_observed(day) for day in fixed} | set(fixed)


def _weekday(year: int, month: int, weekday: int, number: int) -> date:
    """The `number`th such weekday of a month; Monday is 0."""
    first = date(year, month, 1)
    ahead = (weekday - first.weekday()) % 7
    return first + timedelta(days=ahead + 7 * (number - 1))


def _observed(day: date) -> date:
    """A holiday on Saturday is kept on Friday, one on Sunday on Monday."""
    return day + timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0))
