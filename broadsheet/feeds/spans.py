"""A day, an ISO week or a month: the stretches of time that have a page."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Kind = Literal["day", "week", "month"]


@dataclass(frozen=True, slots=True)
class Span:
    """All days from `first` to `last`, both included."""

    kind: Kind
    first: date
    last: date

    @property
    def key(self) -> str:
        """How the span stands in an address: `2025-12-15`, `2025-W50` or `2025-12`."""
        if self.kind == "week":
            year, week, _ = self.first.isocalendar()
            return f"{year:04}-W{week:02}"
        return self.first.isoformat()[: 10 if self.kind == "day" else 7]

    @property
    def title(self) -> str:
        """`Monday 15 December 2025`, `Week 50 of 2025` or `December 2025`."""
        if self.kind == "week":
            year, week, _ = self.first.isocalendar()
            return f"Week {week} of {year}"
        if self.kind == "month":
            return f"{self.first:%B} {self.first.year}"
        return f"{self.first:%A} {self.first.day} {self.first:%B} {self.first.year}"

    @property
    def brief(self) -> str:
        """`Mon 15 Dec 2025`; weeks and months as in `title`."""
        if self.kind == "day":
            return f"{self.first:%a} {self.first.day} {self.first:%b} {self.first.year}"
        return self.title


def day_of(day: date) -> Span:
    return Span("day", day, day)


def week_of(day: date) -> Span:
    """The ISO week of `day`, Monday to Sunday."""
    monday = day - timedelta(days=day.weekday())
    return Span("week", monday, monday + timedelta(days=6))


def month_of(day: date) -> Span:
    _, days = monthrange(day.year, day.month)
    return Span("month", day.replace(day=1), day.replace(day=days))


SPANS: dict[Kind, Callable[[date], Span]] = {"day": day_of, "week": week_of, "month": month_of}
_KEYS: dict[Kind, str] = {
    "day": r"(\d{4})-(\d\d)-(\d\d)",
    "week": r"(\d{4})-W(\d\d)",
    "month": r"(\d{4})-(\d\d)",
}


def parse(kind: Kind, key: str) -> Span:
    """The span that `key` names; raises ValueError where there is no such day, week or month."""
    found = re.fullmatch(_KEYS[kind], key, re.ASCII)
    if not found:
        raise ValueError(f"not a {kind}: {key!r}")
    year, *rest = (int(part) for part in found.groups())
    if kind == "week":
        return week_of(date.fromisocalendar(year, rest[0], 1))
    return SPANS[kind](date(year, rest[0], rest[1] if kind == "day" else 1))
