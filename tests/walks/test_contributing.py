"""Papers are submitted, claimed and put on days in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from broadsheet.community import jobs
from broadsheet.community.actions import add_comment
from broadsheet.contributions.claims import claim, decide
from broadsheet.contributions.curation import appoint, place
from broadsheet.contributions.lookups import look_up
from broadsheet.contributions.models import Lookup, Outcome
from broadsheet.contributions.submissions import submit
from broadsheet.papers.kinds import DayBasis
from broadsheet.papers.models import Paper
from tests.community.people import make_reader
from tests.contributions import sources
from tests.shelf import make_paper
from tests.walks.test_community import sign_in
from tests.walks.test_reading import DESK, PHONE, violations, walk

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "The page of our group lists it."
LONG = "https://example.org/" + "a-rather-long-address/" * 12


@pytest.fixture
def world() -> Iterator[sources.World]:
    with sources.world() as told:
        yield told


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_paper_is_submitted_and_stands_on_the_day(
    browser: Browser, live_server: LiveServer, world: sources.World, width: int
) -> None:
    world.arxiv["2511.00002"] = "Learning to Count Buoys"
    with walk(browser, live_server, width) as visit:
        page = sign_in(visit, live_server, make_reader("ada"))
        page.goto("/about")
        page.get_by_role("contentinfo").get_by_role("link", name="Submit a paper").click()
        page.get_by_label("arXiv id, DOI or address").fill("https://arxiv.org/abs/2511.00002v1")
        page.get_by_role("button", name="Look it up").click()
        visit.looks_right("Is this the paper?")
        expect(page.get_by_role("article")).to_contain_text("Learning to Count Buoys")
        expect(page.get_by_role("article")).to_contain_text("Ada Example, Bo Sample")
        page.get_by_label("Why it is worth reading").fill("They *count*.")
        page.get_by_label("Address of an image").fill("https://example.org/buoys.mp4")
        page.get_by_role("button", name="Put it on today’s page").click()
        visit.looks_right("Learning to Count Buoys")
        expect(page.get_by_role("status").first).to_contain_text("stands on today’s page")
        expect(page.get_by_role("article", name="Comment by ada")).to_contain_text("Submitter")
        page.get_by_role("link", name="ada").first.focus()
        page.goto(f"/papers/date/{timezone.localdate()}")
        expect(page.get_by_role("article")).to_contain_text("submitted by ada")
        page.goto("/submit?paper=2511.00002")
        expect(page.get_by_role("alert")).to_contain_text("submitted already")
        assert visit.faults == []


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_paper_is_claimed_and_its_author_is_known(
    browser: Browser, live_server: LiveServer, width: int
) -> None:
    paper = make_paper("Buoys", arxiv_id="2511.00001", names=["Ada Example", "Bo Sample"])
    with walk(browser, live_server, width) as first, walk(browser, live_server, width) as second:
        ada = sign_in(first, live_server, make_reader("ada"))
        mod = sign_in(second, live_server, make_reader("mod", is_staff=True))
        ada.goto("/papers/2511.00001")
        ada.get_by_role("link", name="This is my paper").click()
        ada.get_by_label("Which of its authors you are").select_option("Ada Example")
        ada.get_by_label("How the moderators can know it").fill(WORDS)
        ada.get_by_role("button", name="Ask").click()
        first.looks_right("Your contributions")
        expect(ada.get_by_role("listitem").last).to_contain_text("waits for a moderator")

        mod.goto("/moderation")
        mod.get_by_role("link", name="Claims").click()
        expect(mod.get_by_text(WORDS)).to_be_visible()
        mod.get_by_role("link", name="Decide about the claim of ada").click()
        mod.get_by_label("Why, in words for everybody").fill("The page says so.")
        mod.get_by_role("button", name="Confirm").click()
        expect(mod.get_by_text("No claim waits.")).to_be_visible()
        mod.goto("/moderation/curators")
        mod.get_by_label("Handle").fill("ada")
        mod.get_by_label("Why, in words for everybody").fill("Reads everything.")
        mod.get_by_role("button", name="Make a curator").click()
        expect(mod.get_by_role("listitem")).to_contain_text("ada")

        ada.goto("/papers/2511.00001")
        ada.get_by_role("link", name="Set the links of your paper").click()
        ada.get_by_label("Code").fill("https://github.com/ada/buoys")
        ada.get_by_role("button", name="Save").click()
        ada.get_by_label("Your comment").fill("Ask me.")
        ada.get_by_role("button", name="Comment").click()
        ada.get_by_role("link", name="Choose its day").click()
        ada.get_by_label("Day").fill("2025-12-15")
        ada.get_by_role("button", name="Put it there").click()
        first.looks_right("Buoys")

        jobs.settle()
        mod.goto("/papers/date/2025-12-15")
        expect(mod.get_by_text("Curated by ada and the research community")).to_be_visible()
        mod.goto("/papers/2511.00001")
        expect(mod.get_by_role("article", name="Comment by ada")).to_contain_text("Author")
        expect(mod.get_by_role("link", name="Ada Example who reads here as ada")).to_be_visible()
        expect(mod.get_by_role("link", name="Code")).to_have_attribute(
            "href", "https://github.com/ada/buoys"
        )
        mod.goto("/moderation")
        expect(mod.get_by_role("listitem").nth(1)).to_contain_text("made a curator of @ada")
        assert Paper.objects.get(pk=paper.pk).day_basis == DayBasis.CHOSEN
        assert first.faults == second.faults == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_what_contributors_and_moderators_see_is_accessible(
    browser: Browser,
    live_server: LiveServer,
    axe: str,
    world: sources.World,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    mod, ada, bob = make_reader("mod", is_staff=True), make_reader("ada"), make_reader("bob")
    names = ["Ada Example", "Bo Sample", "W" * 60]
    days = timezone.localdate() - timedelta(days=2)
    paper = make_paper("Buoys " * 12, arxiv_id="2511.00001", names=names, published=days)
    fresh = make_paper("Tides", arxiv_id="2511.00003", names=names, published=days,
                       abstract="Tides come and go. " * 60)  # fmt: skip
    submit(mod, paper.id, "Read it.", "https://example.org/film.mp4")
    appoint(mod, "mod", "Has read it all.")
    world.arxiv["2511.00002"] = "Learning to Count Buoys"
    look_up(mod, "2511.00002")
    Lookup.objects.create(
        reader=mod,
        scheme="doi",
        value="10.1000/" + "x" * 90,
        outcome=Outcome.WAITING,
        at=timezone.now(),
        next_try=timezone.now(),
    )
    first = claim(mod, paper.id, "Ada Example", WORDS)
    decide(mod, first.pk, "Known.", is_author=True)
    waiting = claim(bob, paper.id, "Bo Sample", f"{WORDS} {LONG}")
    refused = claim(mod, fresh.id, "Bo Sample", WORDS)
    decide(mod, refused.pk, f"Nothing shows it: {LONG}", is_author=False)
    add_comment(mod, paper.id, "Ask me.")
    add_comment(ada, paper.id, "Thank you.")
    place(mod, paper.id, timezone.localdate())
    addresses = [
        "/submit",
        "/submit?paper=2511.00003",
        "/submit?paper=2511.00001",
        "/papers/2511.00001",
        "/papers/2511.00001/claim",
        "/papers/2511.00003/claim",
        "/papers/2511.00001/links",
        "/papers/2511.00001/place",
        "/account/contributions",
        "/moderation",
        "/moderation/claims",
        f"/moderation/claims/{waiting.pk}",
        f"/moderation/claims/{refused.pk}",
        "/moderation/curators",
        f"/papers/date/{timezone.localdate()}",
    ]
    with walk(browser, live_server, width, scheme) as visit:
        page = sign_in(visit, live_server, mod)
        for address in addresses:
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address
            assert violations(visit, axe) == [], address
            assert visit.faults == [], address
