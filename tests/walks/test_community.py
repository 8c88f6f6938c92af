"""Readers in a real browser: they vote, talk, report, and a moderator decides."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from broadsheet.community import collecting, moderation, oversight
from broadsheet.community.actions import add_comment, cast_vote
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from tests.community.people import make_reader
from tests.shelf import make_paper
from tests.walks.test_joining import SHOTS
from tests.walks.test_reading import DESK, PHONE, Walk, violations, walk
from tests.web.test_comment_text import PAYLOADS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def paper() -> Paper:
    return make_paper(
        "Meanders of rivers",
        arxiv_id="2512.00001",
        abstract="Rivers bend. " * 40,
        names=["A. Sample"],
        day=timezone.localdate(),
        source_votes=4,
    )


def sign_in(visit: Walk, server: LiveServer, reader: Reader) -> Page:
    client = Client()
    client.force_login(reader)
    kept = client.cookies[settings.SESSION_COOKIE_NAME].value
    visit.page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": kept, "url": server.url}]
    )
    return visit.page


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_a_reader_votes_without_a_new_page(
    browser: Browser, live_server: LiveServer, paper: Paper, width: int
) -> None:
    with walk(browser, live_server, width) as visit:
        page = sign_in(visit, live_server, make_reader())
        page.goto("/papers")
        button = page.get_by_role("button", name="Vote for “Meanders of rivers”")
        page.evaluate("window.isSamePage = true")
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        expect(button).to_contain_text("5 votes")
        button.press("Enter")
        expect(button).to_have_attribute("aria-pressed", "false")
        expect(button).to_contain_text("4 votes")
        assert page.evaluate("window.isSamePage")
        assert visit.faults == []


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_two_readers_talk_and_a_moderator_decides(
    browser: Browser, live_server: LiveServer, paper: Paper, width: int
) -> None:
    with walk(browser, live_server, width) as first, walk(browser, live_server, width) as second:
        ada = sign_in(first, live_server, make_reader("ada"))
        bob = sign_in(second, live_server, make_reader("bob"))
        ada.goto("/papers/2512.00001")
        ada.get_by_label("Your comment").fill("So $x^2$ bends, **always**.")
        ada.get_by_role("button", name="Preview").click()
        expect(ada.locator(".preview math")).to_have_count(1)
        ada.get_by_role("button", name="Comment").click()
        expect(ada.get_by_role("article", name="Comment by ada")).to_contain_text("always")

        bob.goto("/papers/2512.00001")
        bob.get_by_role("link", name="Reply to ada").click()
        bob.get_by_label("Your answer to ada").fill("Buy my rivers!")
        bob.locator(".comment").get_by_role("button", name="Comment").click()
        expect(bob.get_by_role("article", name="Comment by bob")).to_be_visible()
        ada.reload()
        ada.get_by_role("link", name="Report the comment by bob").click()
        ada.get_by_label("Advertising or spam").check()
        ada.get_by_role("button", name="Report").click()
        expect(ada.get_by_role("status")).to_contain_text("Thank you.")

        moderator = sign_in(second, live_server, make_reader("mod", is_staff=True))
        moderator.goto("/moderation/queue")
        moderator.get_by_role("link", name="Decide about the comment by bob").click()
        moderator.get_by_label("Why, in words for everybody").fill("Advertising.")
        moderator.get_by_role("button", name="Hide it").click()
        expect(moderator.get_by_text("Nothing is flagged.")).to_be_visible()
        ada.goto("/moderation")
        expect(ada.get_by_role("listitem").last).to_contain_text("hid a comment by @bob")
        ada.goto("/papers/2512.00001")
        expect(ada.get_by_text("Buy my rivers!")).to_have_count(0)
        assert first.faults == second.faults == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_what_readers_see_is_accessible(
    browser: Browser,
    live_server: LiveServer,
    axe: str,
    paper: Paper,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    ada, mod = make_reader("ada"), make_reader("mod", is_staff=True)
    first = add_comment(ada, paper.id, "So $x^2$ **bends**:\n\n> a [link](https://example.org)")
    parent = first
    for _ in range(5):
        parent = add_comment(mod, paper.id, f"`{'long' * 40}`\n\n- one\n- two", parent.id)
    spam = add_comment(make_reader("bob"), paper.id, "Buy!")
    moderation.flag(make_reader("eve"), first.id, "abuse")
    moderation.hide(mod, spam.id, "Advertising.")
    for number in range(4):
        cast_vote(make_reader(f"voter{number}", days=0), paper.id)
    oversight.uncount(mod, paper.id, [ada.pk + 1, Reader.objects.latest("id").pk], "One person.")
    oversight.put_up_notice(mod, "The site **rests** on Friday.", timezone.localdate())
    shelf = collecting.create(mod, "Of rivers", "To read first.", "public")
    collecting.put(mod, shelf.key, paper.id, "A note.")
    collecting.put(mod, shelf.key, make_paper().id)
    addresses = [
        "/collections",
        "/collections/new",
        f"/collections/{shelf.key}",
        "/papers/2512.00001/collect",
        "/papers",
        "/papers/2512.00001",
        "/moderation",
        "/moderation/queue",
        "/moderation/ban",
        "/moderation/spam",
        "/moderation/notices",
        "/moderation/votes",
        "/moderation/votes/2512.00001",
        f"/comments/{parent.id}/edit",
        *(f"/comments/{first.id}/{page}" for page in ("reply", "flag", "history", "moderate")),
    ]
    with walk(browser, live_server, width, scheme) as visit:
        page = sign_in(visit, live_server, mod)
        for address in addresses:
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address
            if SHOTS:
                file = f"{address.strip('/').replace('/', '-')}-{width}-{scheme}.png"
                page.screenshot(path=Path(SHOTS) / file, full_page=True)
            assert violations(visit, axe) == [], address
            assert visit.faults == [], address


def test_no_payload_in_a_comment_does_anything(
    browser: Browser, live_server: LiveServer, paper: Paper
) -> None:
    ada = make_reader("ada")
    with walk(browser, live_server, DESK) as visit:
        for part in range(0, len(PAYLOADS), 25):
            add_comment(ada, paper.id, "\n\n".join(PAYLOADS[part : part + 25]))
        visit.page.on("dialog", lambda dialog: visit.faults.append(dialog.message))
        visit.page.goto("/papers/2512.00001")
        expect(visit.page.locator(".comment")).to_have_count(-(-len(PAYLOADS) // 25))
        visit.page.evaluate(
            "for (const one of document.querySelectorAll('.body *'))"
            " for (const kind of ['mouseover', 'focus', 'toggle', 'error', 'load'])"
            " one.dispatchEvent(new Event(kind, { bubbles: true }))"
        )
        assert visit.page.url.endswith("/papers/2512.00001")
        assert visit.faults == []
