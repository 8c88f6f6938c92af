"""When letters are due, by clocks that jump."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.digests.times import in_words, next_after, period


@dataclass
class Wish:
    rhythm: str = "daily"
    weekdays: int = 127
    monthday: int = 1
    hour: int = 7
    zone: str = "Europe/Berlin"


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]  # parts of a date


@pytest.mark.parametrize(
    ("wish", "now", "due"),
    [
        (Wish(), utc(2025, 12, 17, 5, 59), utc(2025, 12, 17, 6)),
        (Wish(), utc(2025, 12, 17, 6), utc(2025, 12, 18, 6)),
        # summer time began on 30 March: seven o'clock comes an hour earlier
        (Wish(), utc(2025, 3, 29, 7), utc(2025, 3, 30, 5)),
        # 02:00 did not exist on that day, 03:00 stands in
        (Wish(hour=2), utc(2025, 3, 29, 12), utc(2025, 3, 30, 1)),
        # 02:00 came twice on 26 October: the first counts, and the second makes no letter
        (Wish(hour=2), utc(2025, 10, 25, 12), utc(2025, 10, 26, 0)),
        (Wish(hour=2), utc(2025, 10, 26, 0), utc(2025, 10, 27, 1)),
        # Fridays only
        (Wish("weekly", weekdays=0b0010000), utc(2025, 12, 17), utc(2025, 12, 19, 6)),
        # a February has no 31st
        (Wish("monthly", monthday=31), utc(2025, 2, 1), utc(2025, 2, 28, 6)),
        (Wish(zone="Pacific/Kiritimati", hour=0), utc(2025, 12, 17, 9), utc(2025, 12, 17, 10)),
    ],
)
def test_the_next_letter_is_due_by_the_readers_clock(
    wish: Wish, now: datetime, due: datetime
) -> None:
    assert next_after(wish, now) == due


@given(
    st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1)),  # noqa: DTZ001  its zone is added
    st.sampled_from(["daily", "weekly", "monthly"]),
    st.integers(1, 127),
    st.integers(1, 31),
    st.integers(0, 23),
    st.sampled_from(["UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_there_is_always_a_next_and_it_is_later(
    now: datetime, rhythm: str, weekdays: int, monthday: int, hour: int, zone: str
) -> None:
    wish = Wish(rhythm, weekdays, monthday, hour, zone)
    moment = now.replace(tzinfo=UTC)
    due = next_after(wish, moment)
    assert moment < due <= moment + timedelta(days=32)
    assert next_after(wish, due) > due


def test_it_is_told_in_words() -> None:
    assert in_words(Wish()) == "every day at 07:00 (Europe/Berlin)"
    assert in_words(Wish(weekdays=0b0011111, zone="UTC")) == "Monday to Friday at 07:00 (UTC)"
    assert in_words(Wish("weekly", weekdays=0b101)) == (
        "on Monday, Wednesday at 07:00 (Europe/Berlin)"
    )
    assert in_words(Wish("monthly", monthday=9)).startswith("on day 9 of each month at 07:00")


def test_a_first_letter_looks_back_as_far_as_its_rhythm() -> None:
    assert [period(Wish(rhythm)).days for rhythm in ("daily", "weekly", "monthly")] == [1, 7, 31]
