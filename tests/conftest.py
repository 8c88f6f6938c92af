"""Fixtures that every room shares."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from django.test import override_settings
from hypothesis import settings as hypothesis_settings

from broadsheet.interests import windows
from broadsheet.search import embedding
from broadsheet.web import caching, sheets
from tests.search.papers import WordEncoder

# how long an example takes says nothing on a busy machine
hypothesis_settings.register_profile("broadsheet", deadline=None)
hypothesis_settings.load_profile("broadsheet")

COMPLETE = "BROADSHEET_TEST_COMPLETE"
"""Set to 1 where every program that tests want is installed: a skip for want of one fails then."""
RECORDED = "recorded data not found"
FORBIDDEN = "that takes root"
"""No program that could be installed is missing: the machine does not allow it."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if (
        report.skipped
        and not hasattr(report, "wasxfail")
        and os.environ.get(COMPLETE) == "1"
        and not any(reason in str(report.longrepr) for reason in (RECORDED, FORBIDDEN))
    ):
        report.outcome = "failed"
    return report


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of recorded real data; tests that need it skip where it is absent."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("BROADSHEET_TEST_DATA", beside))
    if not folder.is_dir():
        pytest.skip(f"{RECORDED} at {folder}; set BROADSHEET_TEST_DATA to run this")
    return folder


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path) -> Iterator[None]:
    """Each test starts without an index, rejects and kept pages, and leaves none behind."""
    caching.PAGES.clear()
    sheets.KEPT.clear()
    windows.forget()
    with override_settings(INDEX=tmp_path / "index", REJECTS=tmp_path / "rejects"):
        yield


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> WordEncoder:
    """The stand-in for a model, in its place."""
    stand_in = WordEncoder()
    monkeypatch.setattr(embedding, "encoder", lambda: stand_in)
    monkeypatch.setattr(embedding, "availability", lambda: (stand_in.label, ""))
    embedding.forget_queries()
    return stand_in
