"""Reading in a real browser: the feed, a search, a paper, the day before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Literal
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from broadsheet.feeds import jobs as feeds
from broadsheet.papers.records import Link, LinkKind, Version
from broadsheet.search import jobs
from tests.shelf import make_paper
from tests.walks.conftest import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)

PHONE, DESK = 360, 1280
SEARCHES = [
    "/papers?q=rivers+year:20x+cat:math.DS+-has:code",
    "/papers?q=dams+of+kinds&w=25",
    "/about/search",
    "/papers/similar",
    "/papers/similar?like=2401.01234",
]
LISTS = ["/papers/trending", "/papers/newest?votes=2&with=dams", "/categories", "/ranking"]
LONG_FORMULA = "$" + " + ".join(f"x_{{{number}}}^2" for number in range(30)) + " = 0$"
MATRIX = r"$\begin{aligned} a &= b + c + d + e + f + g + h \\ i &= j + k + l + m + n \end{aligned}$"


class Walk:
    """One visitor's window, and everything in it that should not happen."""

    def __init__(self, page: Page, server: LiveServer) -> None:
        self.page = page
        self.faults: list[str] = []
        self.home = urlsplit(server.url).netloc
        page.on("console", lambda said: self._note(said.type in ("error", "warning"), said.text))
        page.on("pageerror", lambda fault: self._note(True, str(fault)))
        page.on(
            "request",
            lambda request: self._note(urlsplit(request.url).netloc != self.home, request.url),
        )

    def _note(self, is_fault: bool, what: str) -> None:
        if is_fault:
            self.faults.append(what)

    def looks_right(self, title: str) -> None:
        """The page has this headline, nothing went wrong, and nothing is wider than the window."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)
        assert self.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert self.faults == []


@contextmanager
def walk(
    browser: Browser,
    server: LiveServer,
    width: int,
    scheme: Literal["light", "dark"] = "light",
) -> Iterator[Walk]:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        base_url=server.url,
    )
    context.set_default_timeout(PATIENCE)
    try:
        yield Walk(context.new_page(), server)
    finally:
        context.close()


@pytest.fixture
def papers() -> None:
    """Papers of today and of yesterday, one of them with everything that is hard to set."""
    today = timezone.localdate()
    yesterday = today - timedelta(days=1)
    make_paper(
        f"Meanders of rivers in {'very' * 12}long valleys and $\\mathbb{{R}}^2$",
        arxiv_id="2401.01234",
        doi="10.1000/rivers",
        names=[f"Author Number{number}" for number in range(600)],
        categories=("physics.geo-ph", "math.DS"),
        links=(Link(LinkKind.CODE, "https://example.org/" + "a" * 300),),
        versions=(Version(1, yesterday), Version(2)),
        abstract=f"Let {LONG_FORMULA} and {MATRIX} flow. " + "Rivers bend their banks. " * 40,
        day=today,
        published=yesterday,
        source_votes=12,
        source_comments=3,
        keywords=["rivers", "w" * 80],
        licence="http://creativecommons.org/licenses/by/4.0/",
        author_note="Withdrawn for an error in $x$",
        withdrawn=True,
    )
    for number in range(8):
        make_paper(
            f"Dams of kind {number}",
            names=["A. Sample", "B. Sample"],
            summary="What dams do to rivers.",
            summary_by="this site",
            day=today,
            source_votes=number,
        )
    make_paper("Springs of yesterday", day=yesterday, abstract="Where water begins.")
    jobs.catch_up()
    feeds.catch_up()
    feeds.refresh_trends()


@pytest.mark.usefixtures("papers")
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_reader_opens_the_feed_searches_reads_and_goes_back_a_day(
    browser: Browser, live_server: LiveServer, width: int
) -> None:
    today = timezone.localdate()
    with walk(browser, live_server, width) as visit:
        page = visit.page
        page.goto("/")
        visit.looks_right(f"{today:%A} {today.day} {today:%B} {today.year}")
        expect(page.get_by_role("article")).to_have_count(9)
        background = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert background == "rgb(251, 251, 249)", "the style sheet is not at work"

        page.get_by_label("Search papers by words or meaning").fill("meanders of rivers")
        page.keyboard.press("Enter")
        visit.looks_right("Search: “meanders of rivers”")

        page.get_by_role("article").first.get_by_role("heading").get_by_role("link").click()
        expect(page).to_have_url(f"{live_server.url}/papers/2401.01234")
        expect(page.get_by_text("This paper has been withdrawn.")).to_be_visible()
        hidden = page.get_by_text("Author Number599", exact=True)
        expect(hidden).to_be_hidden()
        page.get_by_text("570 more authors").click()
        expect(hidden).to_be_visible()
        assert visit.faults == []

        page.locator(".back a").click()
        expect(page.get_by_role("article")).to_have_count(9)
        page.locator("a[rel=prev]").click()
        expect(page.get_by_role("article")).to_have_count(1)
        expect(page.get_by_role("heading", level=2)).to_have_text("Springs of yesterday")
        assert visit.faults == []


@pytest.mark.usefixtures("papers")
@pytest.mark.parametrize(
    "address",
    [
        "/papers",
        "/papers?q=rivers",
        "/papers?q=zzzz",
        "/papers/2401.01234",
        "/about",
        *SEARCHES,
        *LISTS,
    ],
)
def test_nothing_is_wider_than_a_phone(
    browser: Browser, live_server: LiveServer, address: str
) -> None:
    with walk(browser, live_server, PHONE) as visit:
        visit.page.goto(address)
        assert visit.page.evaluate("document.documentElement.scrollWidth") == PHONE
        assert visit.faults == []


@pytest.mark.usefixtures("papers")
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_reader_filters_a_list_and_asks_why_a_paper_is_here(
    browser: Browser, live_server: LiveServer, width: int
) -> None:
    with walk(browser, live_server, width) as visit:
        page = visit.page
        page.goto("/categories")
        page.get_by_text("Physics", exact=False).first.click()
        page.get_by_role("link", name="Geophysics").click()
        visit.looks_right("Category: Geophysics")
        page.get_by_text("Filter", exact=True).click()
        page.get_by_label("At least votes").fill("13")
        page.keyboard.press("Enter")
        expect(page.get_by_text("No paper fits this filter.")).to_be_visible()
        page.get_by_label("At least votes").fill("12")
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_role("article")).to_have_count(1)
        page.get_by_role("article").get_by_role("heading").get_by_role("link").click()
        page.get_by_text("Why is this here").click()
        expect(page.get_by_text("by votes (12), then comments")).to_be_visible()
        page.get_by_role("link", name="#1 paper of the day").click()
        expect(page.get_by_text("#1 of the day")).to_be_visible()
        assert visit.faults == []


@pytest.mark.usefixtures("papers")
def test_a_wide_formula_scrolls_in_its_own_box_by_keyboard(
    browser: Browser, live_server: LiveServer
) -> None:
    with walk(browser, live_server, PHONE) as visit:
        visit.page.goto("/papers/2401.01234")
        formula = visit.page.locator(".text .wide").first
        assert formula.evaluate("box => box.scrollWidth > box.clientWidth")
        formula.focus()
        visit.page.keyboard.press("ArrowRight")
        visit.page.wait_for_timeout(500)  # scrolling is smooth
        assert formula.evaluate("box => box.scrollLeft") > 0


@pytest.mark.usefixtures("papers")
def test_the_first_tab_offers_to_skip_to_the_papers(
    browser: Browser, live_server: LiveServer
) -> None:
    with walk(browser, live_server, DESK) as visit:
        visit.page.goto("/papers")
        visit.page.keyboard.press("Tab")
        skip = visit.page.get_by_role("link", name="Skip to the content")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        visit.page.keyboard.press("Enter")
        expect(visit.page.locator("main")).to_be_focused()


def violations(visit: Walk, axe: str) -> list[str]:
    visit.page.evaluate(axe)
    found = visit.page.evaluate("axe.run().then(result => result.violations)")
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:200]}" for rule in found]


@pytest.mark.usefixtures("papers")
@pytest.mark.parametrize(("width", "scheme"), [(PHONE, "light"), (DESK, "dark")])
@pytest.mark.parametrize(
    "address",
    [
        "/papers",
        "/papers?q=rivers",
        "/papers?q=zzzz",
        "/papers/2401.01234",
        "/nowhere",
        *SEARCHES,
        "/api",
        "/sources",
        *LISTS,
    ],
)
def test_axe_finds_no_violation(
    browser: Browser,
    live_server: LiveServer,
    axe: str,
    address: str,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    with walk(browser, live_server, width, scheme) as visit:
        visit.page.goto(address)
        assert violations(visit, axe) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_on_an_empty_site(
    browser: Browser, live_server: LiveServer, axe: str, scheme: Literal["light", "dark"]
) -> None:
    with walk(browser, live_server, DESK, scheme) as visit:
        visit.page.goto("/papers")
        visit.looks_right("No papers yet")
        assert violations(visit, axe) == []


@pytest.mark.usefixtures("papers")
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_search_is_narrowed_ordered_and_widened_again(
    browser: Browser, live_server: LiveServer, width: int
) -> None:
    with walk(browser, live_server, width) as visit:
        page = visit.page
        page.goto("/papers?q=dams+rivers")
        expect(page.get_by_role("article")).to_have_count(9)
        page.get_by_text("Narrow", exact=True).click()
        page.get_by_role("link", name="Mathematics").click()
        visit.looks_right("Search: “dams rivers cat:math.*”")
        expect(page.get_by_role("article")).to_have_count(1)
        page.get_by_role("link", name="Remove the filter cat:math.*").click()
        expect(page.get_by_role("article")).to_have_count(9)
        page.get_by_role("navigation", name="Order").get_by_role("link", name="Votes").click()
        expect(page.get_by_role("article").first).to_contain_text("Dams of kind 7")
        assert visit.faults == []


@pytest.mark.usefixtures("papers")
def test_suggestions_are_chosen_by_keyboard_and_said_to_a_screen_reader(
    browser: Browser, live_server: LiveServer, axe: str
) -> None:
    with walk(browser, live_server, DESK) as visit:
        page = visit.page
        page.goto("/about")
        field = page.get_by_role("combobox")
        field.press_sequentially("dams of ki")
        options = page.get_by_role("option")
        expect(options).to_have_count(4)
        expect(field).to_have_attribute("aria-expanded", "true")
        page.keyboard.press("ArrowDown")
        expect(options.first).to_have_attribute("aria-selected", "true")
        expect(field).to_have_attribute("aria-activedescendant", "suggestion-0")
        assert violations(visit, axe) == []
        page.keyboard.press("Escape")
        expect(options).to_have_count(0)
        field.press_sequentially("n")
        expect(options).to_have_count(4)
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        visit.looks_right("Dams of kind 7")
