"""Hugging Face's daily papers on the network, day by day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import ClassVar

import msgspec

from broadsheet.fetching import FetchError
from broadsheet.papers.records import Record, Rejected, SourceError
from broadsheet.sources import fields, hf_daily
from broadsheet.sources.lines import excerpt
from broadsheet.sources.source import Asking, Kind, Page

BASE = "https://huggingface.co/api/daily_papers"
FIRST_TIME = timedelta(days=7)
VOTES_MOVE = timedelta(days=3)
"""For so long a day is asked again, since its votes and comments still change."""
MOST = 100
"""Papers in one answer."""

_items = msgspec.json.Decoder(list[msgspec.Raw]).decode


@dataclass(frozen=True, slots=True)
class DailyPapers:
    """The cursor is the last day that was saved."""

    name: str = "hf-daily"
    title: str = "Hugging Face daily papers"
    base: str = BASE
    every: timedelta = timedelta(hours=1)
    by_days: ClassVar[bool] = True

    def records_since(self, cursor: str, asking: Asking) -> Iterator[Page]:
        done = date.fromisoformat(cursor) if cursor else None
        if asking.first and asking.last:
            first, last = (done + timedelta(days=1) if done else asking.first), asking.last
        else:
            last = asking.today
            first = max(
                (done or last - FIRST_TIME) - VOTES_MOVE, date(2023, 5, 4)
            )  # the first day that there was
        day = first
        while day <= last:
            yield Page(list(self._papers_of(day, asking)), str(day))
            day += timedelta(days=1)

    def _papers_of(self, day: date, asking: Asking) -> Iterator[Record | Rejected]:
        make = partial(hf_daily.record, day=day)
        for number, raw in enumerate(self._items_of(day, asking), 1):
            yield fields.taken(make, f"{day}, item {number}", bytes(raw))

    def _items_of(self, day: date, asking: Asking) -> list[msgspec.Raw]:
        try:
            answer = asking.fetch.get(f"{self.base}?date={day}&limit={MOST}")
            return _items(answer.body)
        except FetchError as failure:
            if failure.status == 400 and day >= asking.today:
                return []  # our day may begin before theirs
            raise
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            told = excerpt(str(error))
            raise SourceError(f"Hugging Face's answer for {day} is not whole: {told}") from None


def make(parameter: str) -> DailyPapers:
    if parameter:
        raise ValueError("hf-daily takes nothing behind its name")
    return DailyPapers()


KIND = Kind("hf-daily", "Hugging Face daily papers", make, "hf-daily")
