"""Helpers for tests of formats: read bytes, tell Records from Rejected."""

from __future__ import annotations

import io

import pytest

from broadsheet.papers.records import Record, Rejected, TruncatedInput
from broadsheet.sources import FORMATS, Options


def read(name: str, data: bytes, saved_year: int | None = None) -> list[Record | Rejected]:
    """Everything that a format finds in `data`."""
    return list(FORMATS[name].records(io.BytesIO(data), Options(saved_year)))


def read_cut(name: str, data: bytes) -> list[Record | Rejected]:
    """Everything that comes before the TruncatedInput which must come."""
    found: list[Record | Rejected] = []
    with pytest.raises(TruncatedInput):
        found.extend(FORMATS[name].records(io.BytesIO(data), Options()))
    return found


def one_record(name: str, data: bytes) -> Record:
    """The only Record in `data`."""
    (found,) = read(name, data)
    assert isinstance(found, Record), found
    return found


def one_rejected(name: str, data: bytes) -> Rejected:
    """The only Rejected in `data`."""
    (found,) = read(name, data)
    assert isinstance(found, Rejected), found
    return found


def titles(found: list[Record | Rejected]) -> list[str]:
    """Titles of Records, `!` for each Rejected."""
    return [one.title if isinstance(one, Record) else "!" for one in found]
