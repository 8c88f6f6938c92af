"""Fixtures of this room."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contributions import sources


@pytest.fixture
def world() -> Iterator[sources.World]:
    with sources.world() as told:
        yield told
