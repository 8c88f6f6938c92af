"""Papers by mail in a real browser, with a real mailbox: asked for, confirmed, read, ended."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from broadsheet.digests import jobs as letters
from tests.digests.conftest import Mailbox, mailbox
from tests.walks.test_reading import DESK, PHONE, papers, walk

__all__ = ["mailbox", "papers"]

pytestmark = pytest.mark.django_db(transaction=True)


def text_of(box: Mailbox, kind: str = "plain") -> str:
    body = box.letters[-1][1].get_body((kind,))
    assert body is not None
    return str(body.get_content())


def link_in(text: str, before: str) -> str:
    found = re.search(rf"{before} https://papers\.example\.org(\S+)", text)
    assert found, text
    return found[1]


def look(page: Page, name: str, axe: str) -> None:
    """No fault that axe knows; a picture where BROADSHEET_TEST_PICTURES names a folder."""
    page.evaluate(axe)
    found = page.evaluate("axe.run().then(result => result.violations.map(one => one.help))")
    assert found == []
    if folder := os.environ.get("BROADSHEET_TEST_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.usefixtures("papers")
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_stranger_gets_a_letter_and_ends_it(
    browser: Browser, live_server: LiveServer, mailbox: Mailbox, axe: str, width: int
) -> None:
    with walk(browser, live_server, width) as visit:
        page = visit.page
        page.goto("/papers/newest")
        page.get_by_role("link", name="Mail", exact=True).click()
        visit.looks_right("Papers by mail")
        look(page, f"subscribe-{width}", axe)
        page.get_by_label("Your address").fill("ada@example.org")
        page.get_by_label("Time zone").fill("Europe/Berlin")
        page.get_by_role("button", name="Subscribe").click()
        visit.looks_right("Look at your mail")
        letters.send_due()

        page.goto(link_in(text_of(mailbox), "Yes, send it:"))
        look(page, f"confirm-{width}", axe)
        page.get_by_role("button", name="Yes, send it").click()
        visit.looks_right("Your letter: New papers")
        look(page, f"letter-page-{width}", axe)
        page.get_by_role("button", name="Send me one now").click()
        expect(page.get_by_role("status")).to_have_text("One is on its way.")
        letters.send_due()
        assert "Springs of yesterday" in text_of(mailbox)

        page.goto(link_in(text_of(mailbox), "Stop it:"))
        page.get_by_role("button", name="Stop it").click()
        visit.looks_right("No more letters")
        assert visit.faults == []


@pytest.mark.usefixtures("papers")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_letter_fits_and_can_be_read(
    browser: Browser, live_server: LiveServer, axe: str, width: int, scheme: str
) -> None:
    with walk(browser, live_server, width, "dark" if scheme == "dark" else "light") as visit:
        visit.page.goto("/letters/preview?about=all")
        visit.looks_right("New papers")
        assert visit.page.get_by_role("heading", level=2).count() == 10
        look(visit.page, f"preview-{width}-{scheme}", axe)
