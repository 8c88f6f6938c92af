"""When arXiv announces, and when nobody should expect it to."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from broadsheet.sources.arxiv_calendar import NEW_YORK, may_be_holiday, newest_announcement


@pytest.mark.parametrize(
    ("now", "newest"),
    [
        ("2025-12-10 21:00", "2025-12-10"),  # a Wednesday evening
        ("2025-12-10 19:59", "2025-12-09"),
        ("2025-12-12 23:00", "2025-12-11"),  # Friday: that of Thursday
        ("2025-12-13 23:00", "2025-12-11"),  # Saturday
        ("2025-12-14 19:00", "2025-12-11"),
        ("2025-12-14 20:00", "2025-12-14"),  # Sunday evening
        ("2025-11-28 22:00", "2025-11-26"),  # after Thanksgiving
        ("2025-12-31 22:00", "2025-12-23"),
        ("2026-01-04 22:00", "2026-01-04"),
        ("2026-05-25 22:00", "2026-05-24"),  # Memorial Day
    ],
)
def test_the_newest_announcement(now: str, newest: str) -> None:
    found = newest_announcement(datetime.fromisoformat(now).replace(tzinfo=NEW_YORK))
    assert (found.date(), found.hour) == (date.fromisoformat(newest), 20)


def test_holidays_of_a_year() -> None:
    days = ["01-19", "02-16", "05-25", "06-19", "07-03", "09-07", "10-12", "11-11", "11-26"]
    assert all(may_be_holiday(date.fromisoformat(f"2026-{day}")) for day in days)
    assert not may_be_holiday(date(2026, 5, 18))
    assert not may_be_holiday(date(2026, 12, 23))
