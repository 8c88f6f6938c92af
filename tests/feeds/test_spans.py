"""Days, weeks and months, and how they stand in addresses."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.feeds.spans import SPANS, Kind, parse, week_of


@pytest.mark.parametrize(
    ("kind", "key", "first", "last", "title"),
    [
        ("day", "2025-12-15", date(2025, 12, 15), date(2025, 12, 15), "Monday 15 December 2025"),
        ("week", "2025-W50", date(2025, 12, 8), date(2025, 12, 14), "Week 50 of 2025"),
        ("week", "2026-W53", date(2026, 12, 28), date(2027, 1, 3), "Week 53 of 2026"),
        ("month", "2024-02", date(2024, 2, 1), date(2024, 2, 29), "February 2024"),
    ],
)
def test_a_key_names_a_span(kind: Kind, key: str, first: date, last: date, title: str) -> None:
    span = parse(kind, key)
    assert (span.first, span.last, span.title, span.key) == (first, last, title, key)


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("day", "2025-02-29"),
        ("day", "2025-2-03"),
        ("day", "2025-12-15\n"),
        ("day", "٢٠٢٥-١٢-١٥"),
        ("day", "0000-01-01"),
        ("week", "2025-W53"),
        ("week", "2025-50"),
        ("month", "2025-13"),
        ("month", "2025-12-15"),
        ("month", ""),
    ],
)
def test_what_is_not_in_the_calendar_is_refused(kind: Kind, key: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse(kind, key)


@given(
    st.dates(min_value=date(1, 1, 8), max_value=date(9999, 12, 20)),
    st.sampled_from(["day", "week", "month"]),
)
def test_every_span_holds_its_day_and_is_read_back_from_its_key(day: date, kind: Kind) -> None:
    span = SPANS[kind](day)
    assert span.first <= day <= span.last
    assert parse(kind, span.key) == span


def test_a_week_has_seven_days_from_monday() -> None:
    week = week_of(date(2025, 1, 1))
    assert week.key == "2025-W01"
    assert week.first == date(2024, 12, 30)
    assert week.last - week.first == timedelta(days=6)


def test_a_day_is_told_in_brief() -> None:
    assert parse("day", "2025-12-05").brief == "Fri 5 Dec 2025"
