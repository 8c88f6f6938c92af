"""Sources that are on this machine, and asked without pauses."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.test import override_settings


@pytest.fixture(autouse=True)
def local_sources() -> Iterator[None]:
    with override_settings(ALLOW_LOOPBACK_SOURCES=True, CONTACT="papers@example.org"):
        yield


@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    """The address of an empty database like the one that the tests run on."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield f"sqlite:///{tmp_path / 'killed.sqlite3'}"
        return
    name = f"killed_{uuid4().hex[:8]}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}".encode())
        yield url.rpartition("/")[0] + "/" + name
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
