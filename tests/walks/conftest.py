"""A real Chromium for walks."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30_000
"""Milliseconds until what is expected must be seen: a busy machine may load a model meanwhile."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium by BROADSHEET_TEST_CHROMIUM or as found on the path; skips where there is none."""
    program = os.environ.get("BROADSHEET_TEST_CHROMIUM") or shutil.which("chromium")
    if not program:
        pytest.skip("Chromium is not installed; on Debian: apt-get install chromium")
    # playwright keeps an event loop running in this thread, in which Django would refuse to work
    with pytest.MonkeyPatch.context() as environment, sync_playwright() as playwright:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        expect.set_options(timeout=PATIENCE)
        chromium = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core by BROADSHEET_TEST_AXE or from node_modules; skips without it."""
    installed = ROOT / "node_modules" / "axe-core" / "axe.min.js"
    file = Path(os.environ.get("BROADSHEET_TEST_AXE") or installed)
    if not file.is_file():
        pytest.skip("axe-core is not installed: npm ci")
    return file.read_text("utf-8")
