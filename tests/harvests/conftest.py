"""Sources that are on this machine, and asked without pauses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import override_settings


@pytest.fixture(autouse=True)
def local_sources() -> Iterator[None]:
    with override_settings(ALLOW_LOOPBACK_SOURCES=True, CONTACT="papers@example.org"):
        yield
