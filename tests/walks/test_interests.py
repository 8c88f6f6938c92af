"""A reader in a real browser pastes a library, gets picks with reasons, and says what of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from broadsheet.interests.models import Example, Interest
from tests.community.people import make_reader
from tests.interests.topics import a_day, topical
from tests.walks.test_community import sign_in
from tests.walks.test_reading import DESK, PHONE, violations, walk

pytestmark = pytest.mark.django_db(transaction=True)

BIBTEX = """@article{silt, title={Where the silt goes and why it stays}, author={Sample, Ann}}
@article{else, title={Papers that this site does not have}, author={Sample, Ann}}
"""


@pytest.fixture
def papers() -> None:
    today = timezone.localdate()
    a_day(day=today)
    topical("rivers", "Where the silt goes and why it stays", day=today - timedelta(days=90))


@pytest.mark.usefixtures("papers")
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_pasted_library_becomes_picks_with_reasons(
    browser: Browser, live_server: LiveServer, width: int
) -> None:
    with walk(browser, live_server, width) as visit:
        page = sign_in(visit, live_server, make_reader())
        page.goto("/papers")
        page.get_by_role("link", name="For you").click()
        visit.looks_right("For you")
        page.get_by_role("button", name="Paste the papers that you have").click()
        page.get_by_label("BibTeX, RIS").fill(BIBTEX)
        # the first title that is not here loads the embedding model
        page.get_by_role("button", name="Let it teach").click(timeout=60_000)
        expect(page.get_by_role("status")).to_contain_text("1 paper of it is here; 1 other counts")
        visit.looks_right("Paste a library")
        page.get_by_role("link", name="See what is picked for it").click()
        visit.looks_right("My interest")
        first = page.locator(".because").first
        expect(first).to_contain_text("near Where the silt goes and why it stays")
        title = page.get_by_role("article").first.get_by_role("heading").inner_text()
        page.get_by_role("button", name=f"Not for me “{title}”").click()
        # exactly: part 1 is also the beginning of part 10
        expect(page.get_by_role("heading", name=title, exact=True)).to_have_count(0)
        assert Example.objects.get(verdict="less").paper
        visit.looks_right("My interest")


@pytest.mark.usefixtures("papers")
def test_questions_are_answered_with_the_keyboard_alone(
    browser: Browser, live_server: LiveServer
) -> None:
    with walk(browser, live_server, DESK) as visit:
        page = sign_in(visit, live_server, make_reader())
        page.goto("/for-you")
        page.get_by_role("button", name="Answer questions").click()
        expect(page.locator("#progress")).to_contain_text("Some papers of these days")
        page.wait_for_load_state()  # the script that hears keys comes last
        page.keyboard.press("n")
        expect(page.locator("#progress")).to_have_text("1 answer so far, 0 of them yes.")
        page.keyboard.press("y")
        expect(page.locator("#progress")).to_have_text("2 answers so far, 1 of them yes.")
        page.get_by_role("link", name="See your picks").click()
        visit.looks_right("My interest")
        expect(page.locator(".because").first).to_be_visible()


@pytest.mark.usefixtures("papers")
@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_of_interests_is_for_everybody(
    browser: Browser,
    live_server: LiveServer,
    axe: str,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    with walk(browser, live_server, width, scheme) as visit:
        page = sign_in(visit, live_server, make_reader())
        page.goto("/interests/new")
        page.get_by_label("Name", exact=True).fill("Water of every kind and where it goes")
        page.get_by_label("Words that should be there").fill("silt")
        page.get_by_role("button", name="Save", exact=True).click()
        visit.looks_right("Water of every kind and where it goes")
        there = f"/interests/{Interest.objects.get().key}"
        page.goto("/interests")
        page.get_by_role("button", name="Make a link").click()
        shared = page.get_by_role("link", name="/interests/shared/").get_attribute("href")
        assert shared
        pages = (there, "/for-you", "/interests", f"{there}/change", f"{there}/library")
        for address in (*pages, f"{there}/ask", "/account/interests", shared):
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address
            assert violations(visit, axe) == [], address
        page.goto("/account/interests")
        page.get_by_role("button", name="Leave mine out").click()
        expect(page.get_by_role("button", name="Let it help others")).to_be_visible()
        assert violations(visit, axe) == []
        page.goto("/interests")
        page.get_by_role("button", name="Pause").click()
        page.goto(there)
        expect(page.get_by_text("This interest is paused")).to_be_visible()
        assert violations(visit, axe) == []
        page.get_by_role("button", name="Go on with it").click()
        expect(page.get_by_text("This interest is paused")).to_have_count(0)
        assert visit.faults == []
