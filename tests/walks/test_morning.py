"""The way of a paper to a reader's breakfast: a library pasted, picks with reasons, a letter by a
real mail server, read on a phone and on a desk, by day and by night, and answered with one tap."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from broadsheet.digests import jobs as letters
from broadsheet.digests.models import State, Subscription
from broadsheet.interests.jobs import learn_all
from broadsheet.interests.models import Example, Interest
from tests.community.people import make_reader, with_mailbox
from tests.digests.conftest import Mailbox, mailbox
from tests.interests.topics import topical
from tests.walks.test_community import sign_in
from tests.walks.test_letters import look, text_of
from tests.walks.test_reading import DESK, PHONE, Walk, walk

__all__ = ["mailbox"]

pytestmark = pytest.mark.django_db(transaction=True)
BIBTEX = """@article{silt, title={Where the silt goes and why it stays}, author={Sample, Ann}}
@article{else, title={Papers that this site does not have}, author={Sample, Ann}}
"""
NEW = (
    (
        "rivers",
        "How a delta in $\\mathbb{R}^2$ grows: silt, tides and the $O(\\sqrt{n})$ law of branches",
        "Where rivers meet the sea, silt settles in branches whose number grows as "
        "$n^{\\alpha}$ with $\\alpha \\approx 0.5$ & less than was thought. We follow 412 deltas "
        "for thirty years, and show that a simple rule of tides <b>and</b> silt tells which branch "
        "closes first. The rule holds for all but four of them, and for deltas made in a basin.",
    ),
    (
        "rivers",
        "Floods that were not counted",
        "Most records of floods begin with the first bridge. Read in the silt of 90 rivers, the "
        "years before it had twice as many.",
    ),
    (
        "rivers",
        "What a dam keeps: sediment budgets of regulated rivers from a hundred satellite passes, "
        "with a comparison to the surveys of the nineteenth century",
        "A short note on rivers and the sea.",
    ),
    ("proteins", "Folding at the membrane, seen one molecule at a time", "How proteins fold."),
    ("poems", "Metre without feet", "The metre of poems and how verses rhyme."),
)


@pytest.fixture(autouse=True)
def papers() -> None:
    today = timezone.localdate()
    topical("rivers", "An earlier delta", day=today)
    topical("poems", "An earlier poem", day=today)
    topical("rivers", "Where the silt goes and why it stays", day=today - timedelta(days=90))


def pasted(visit: Walk, live_server: LiveServer) -> Page:
    """A reader whose interest is what was pasted, before its picks."""
    page = sign_in(visit, live_server, with_mailbox(make_reader()))
    page.goto("/for-you")
    page.get_by_role("button", name="Paste the papers that you have").click()
    page.get_by_label("BibTeX, RIS").fill(BIBTEX)
    # the first title that is not here loads the embedding model
    page.get_by_role("button", name="Let it teach").click(timeout=60_000)
    page.get_by_role("link", name="See what is picked for it").click()
    visit.looks_right("My interest")
    return page


def subscribed(page: Page) -> None:
    page.goto("/account/letters")
    page.get_by_role("link", name="A letter about your interests").click()
    page.get_by_label("My interest").check()
    page.get_by_role("button", name="Subscribe").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Your letter")


def morning() -> None:
    """Papers come, and the hour of the letter; what the worker does then."""
    for topic, title, abstract in NEW:
        names = ["Ada Lovelace", "Rózsa Péter", "Emmy Noether", "Sofya Kovalevskaya"]
        day = timezone.localdate()
        topical(topic, title, day=day, abstract=abstract, names=names, source_votes=3)
    learn_all(Interest.objects.awake())
    Subscription.objects.update(next_at=timezone.now())
    letters.send_due()


def opened(browser: Browser, html: str, name: str, axe: str) -> None:
    """Read at all widths, by day and by night; nothing is fetched for it."""
    for width in (PHONE, DESK):
        for scheme in ("light", "dark"):
            page = browser.new_page(
                viewport={"width": width, "height": 800},
                color_scheme="dark" if scheme == "dark" else "light",
            )
            asked: list[str] = []
            page.on("request", lambda request: asked.append(request.url))  # noqa: B023  used within
            page.set_content(html)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            look(page, f"{name}-{width}-{scheme}", axe)
            assert asked == []
            page.close()


def path(link: str | None) -> str:
    assert link is not None
    parts = urlsplit(link)
    assert parts.netloc == "papers.example.org"
    return parts.path + (f"?{parts.query}" if parts.query else "")


def first_of(said: str) -> str:
    """How the title begins of the new paper that stands first."""
    begun = ("How a delta in", "Floods that", "What a dam keeps", "Folding at", "Metre without")
    said = said.partition("</h1>")[2] or said  # before it the inbox is told of the others
    return min((title for title in begun if title in said), key=said.index)


def one_click(message: EmailMessage) -> str:
    """The address to which a mail program posts (RFC 8058)."""
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    return path(str(message["List-Unsubscribe"]).strip("<>"))


def test_from_a_pasted_library_to_the_letter_in_the_mailbox(
    browser: Browser, live_server: LiveServer, mailbox: Mailbox, axe: str
) -> None:
    with walk(browser, live_server, DESK) as visit:
        page = pasted(visit, live_server)
        expect(page.locator(".because").first).to_contain_text("near Where the silt goes")
        subscribed(page)
        morning()
        ((address, message),) = mailbox.letters
        assert address == "ada@example.org"
        html, text = text_of(mailbox, "html"), text_of(mailbox)
        letters.send_due()
        assert len(mailbox.letters) == 1
        for said in (html, text):
            assert "Where the silt goes and why it stays" in " ".join(said.split())
            assert first_of(said) in ("How a delta in", "Floods that", "What a dam keeps")
            assert "An earlier delta" not in said, "the page has shown it"
            assert "How a delta in ℝ² grows" in said or "How a delta in &#8477;&#178; grows" in said
            assert "$" not in said
        assert max(len(line) for line in text.splitlines() if "https://" not in line) <= 72
        opened(browser, html, "morning", axe)

        shown = browser.new_page()
        shown.set_content(html)
        more = path(shown.get_by_role("link", name="More like this").first.get_attribute("href"))
        shown.close()
        phone = browser.new_page(base_url=live_server.url)  # where nobody has signed in
        phone.goto(more)
        wanted = Example.objects.filter(verdict="more", paper__title__startswith=first_of(text))
        assert not wanted.exists()
        phone.get_by_role("button", name="More like this").click()
        expect(phone.get_by_role("status")).to_contain_text("Noted: more like this")
        phone.close()
        assert wanted.exists()

        kept = Subscription.objects.get()
        gone = page.request.post(
            f"{live_server.url}{one_click(message)}", form={"List-Unsubscribe": "One-Click"}
        )
        assert gone.ok
        kept.refresh_from_db()
        assert kept.state == State.ENDED
        assert re.search(r"Stop it: https://papers\.example\.org/letters/", text)
        assert visit.faults == []
