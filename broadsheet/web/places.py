"""Where a page of a list by time ends, as it stands in an address: microseconds and a number."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from broadsheet.web.errors import NotHere

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICRO = timedelta(microseconds=1)


def text(at: datetime, key: int) -> str:
    return f"{(at - EPOCH) // MICRO}.{key}"


def parse(place: str) -> tuple[datetime, int]:
    """Raises NotHere for what is no place."""
    micros, _, key = place.partition(".")
    try:
        return EPOCH + int(micros[:20]) * MICRO, int(key[:18])
    except (ValueError, OverflowError):
        raise NotHere("This part of the list does not exist.") from None
