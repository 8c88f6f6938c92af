"""Papers by mail in a real browser, with a real mailbox: asked for, confirmed, read, ended."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from broadsheet.digests import jobs as letters
from broadsheet.interests.models import Interest, Offer
from broadsheet.papers.models import Paper
from tests.community.people import make_reader, with_mailbox
from tests.digests.conftest import Mailbox, mailbox
from tests.walks.test_community import sign_in
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


def offered(handle: str) -> Interest:
    """An interest of a new reader that has the papers of the shelf to offer."""
    known = Interest.objects.create(
        reader=with_mailbox(make_reader(handle)), name="Rivers and their dams"
    )
    for place, paper in enumerate(Paper.objects.order_by("-id")[:4]):
        Offer.objects.create(
            interest=known,
            paper=paper,
            day=timezone.localdate(),
            score=5 - place,
            because={"near": [{"title": "Springs of yesterday"}], "words": ["silt", "delta"]},
        )
    return known


@pytest.mark.usefixtures("papers")
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_reader_gets_a_letter_about_interests_and_teaches_by_one_tap(
    browser: Browser, live_server: LiveServer, mailbox: Mailbox, axe: str, width: int
) -> None:
    known = offered("ada")
    with walk(browser, live_server, width) as visit:
        page = sign_in(visit, live_server, known.reader)
        page.goto("/account/letters")
        page.get_by_role("link", name="A letter about your interests").click()
        visit.looks_right("Papers by mail")
        page.get_by_label("Rivers and their dams").check()
        look(page, f"interests-subscribe-{width}", axe)
        page.get_by_role("button", name="Subscribe").click()
        visit.looks_right("Your letter: Your papers")
        page.get_by_label("A webhook").fill("https://example.org/hook")
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.get_by_role("button", name="Take away example.org")).to_be_visible()
        look(page, f"interests-letter-page-{width}", axe)
        page.get_by_role("button", name="Take away example.org").click()
        page.get_by_role("button", name="Send me one now").click()
        letters.send_due()
        page.goto("/account/letters")
        look(page, f"account-letters-{width}", axe)

        shown = browser.new_page(viewport={"width": width, "height": 800})
        shown.set_content(text_of(mailbox, "html"))
        assert shown.evaluate("document.documentElement.scrollWidth") <= width
        look(shown, f"interests-letter-{width}", axe)
        expect(shown.locator("body")).to_contain_text("Why: near “Springs of yesterday”")
        less = shown.get_by_role("link", name="Less").first.get_attribute("href")
        save = shown.get_by_role("link", name="Save").first.get_attribute("href")
        shown.close()
        assert less is not None
        assert save is not None

        stranger = browser.new_page(base_url=live_server.url)  # a scanner that follows links
        stranger.goto(less.removeprefix("https://papers.example.org"))
        expect(stranger.get_by_role("button", name="Less like this")).to_be_visible()
        look(stranger, f"tap-asked-{width}", axe)
        stranger.close()
        assert not known.examples.exists()
        page.goto(less.removeprefix("https://papers.example.org"))
        expect(page.get_by_role("status")).to_have_text("Noted: less like this.")
        look(page, f"tap-{width}", axe)
        assert known.examples.get().verdict == "less"
        page.goto(save.removeprefix("https://papers.example.org"))
        expect(page.get_by_role("status")).to_contain_text("Saved in your collection")
        assert visit.faults == []
