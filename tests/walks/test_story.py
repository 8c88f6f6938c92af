"""The whole story of two readers and a moderator, in two browsers, at a site that really runs and
writes to a mail server that really speaks SMTP."""

from __future__ import annotations

import io
import json
import socket
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Browser, Page, expect

from tests.abuse.running import make_account, running
from tests.api import recorded
from tests.processes import broadsheet
from tests.readers.conftest import PASSWORD, Letters
from tests.walks.test_joining import SHOTS
from tests.walks.test_reading import DESK, PHONE, Walk, walk

PAPER = "/papers/2512.00007"
FRESH = {
    "id": "2511.00099",
    "title": "Learning to Count Buoys",
    "abstract": "We count buoys, and then we count them again.",
    "authors": ["Ada Example", "Bo Sample"],
    "categories": ["cs.LG"],
    "published": "2025-11-20",
}
"""A paper on no curated day, which can be submitted."""


@dataclass
class Place:
    """Where the site is; all that a walk needs to know of it."""

    url: str


@dataclass
class Story:
    ada: Walk
    bob: Walk
    letters: Letters


@pytest.fixture
def story(browser: Browser, tmp_path: Path) -> Iterator[Story]:
    letters = Letters()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    mail = Controller(letters, hostname="127.0.0.1", port=port)
    mail.start()
    settings = {
        "BROADSHEET_SMTP": f"smtp://127.0.0.1:{port}",
        "BROADSHEET_WEB_THREADS": "8",
        "BROADSHEET_SUBMISSION_DAYS": "36500",
    }
    try:
        with running(tmp_path, recorded.line(), **settings) as server, ExitStack() as stack:
            make_account(server, "mod", PASSWORD, "--admin")
            server.fill(json.dumps(FRESH))
            place: Any = Place(server.address)
            ada = stack.enter_context(walk(browser, place, DESK))
            bob = stack.enter_context(walk(browser, place, PHONE, "dark"))
            yield Story(ada, bob, letters)
            done = broadsheet("status", **server.environment)
            assert done.returncode == 0
    finally:
        mail.stop()


def join(page: Page, handle: str, letters: Letters) -> None:
    page.goto(PAPER)
    page.get_by_role("link", name="Sign in", exact=True).click()
    page.get_by_role("link", name="sign up").click()
    page.get_by_label("Handle").fill(handle)
    page.get_by_label("Email").fill(f"{handle}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign Up").click()
    expect(page.get_by_label("Code")).to_be_visible()
    assert letters.all[-1]["To"] == f"{handle}@example.org"
    page.get_by_label("Code").fill(letters.code())
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator(".me")).to_have_text(handle)


def vote(page: Page) -> None:
    page.goto(PAPER)
    button = page.get_by_role("button", name="Vote for")
    button.click()
    expect(page.locator(".told").first).to_have_text("You voted")
    expect(button).to_have_attribute("aria-pressed", "true")


def talk(ada: Page, bob: Page) -> None:
    ada.goto(PAPER)
    ada.get_by_label("Your comment").fill("So $x^2$ bends, **allways**.")
    ada.get_by_role("button", name="Comment").click()
    expect(ada.get_by_role("article", name="Comment by ada")).to_contain_text("allways")
    bob.goto(PAPER)
    bob.get_by_role("link", name="Reply to ada").click()
    bob.get_by_label("Your answer to ada").fill("Buy my rivers! @ada")
    bob.locator(".comment").get_by_role("button", name="Comment").click()
    expect(bob.get_by_role("article", name="Comment by bob")).to_be_visible()
    ada.goto(PAPER)
    ada.get_by_role("link", name="Edit").first.click()
    ada.get_by_label("Edit your comment").fill("So $x^2$ bends, **always**.")
    ada.get_by_role("button", name="Save").click()
    expect(ada.get_by_role("link", name="edited")).to_be_visible()
    bob.goto(PAPER)
    bob.get_by_role("link", name="edited").click()
    expect(bob.get_by_text("allways")).to_be_visible()


def flag(page: Page) -> None:
    page.goto(PAPER)
    page.get_by_role("link", name="Report the comment by bob").click()
    page.get_by_label("Advertising or spam").check()
    page.get_by_role("button", name="Report").click()
    expect(page.get_by_role("status")).to_contain_text("Thank you.")


def submit(page: Page) -> None:
    page.goto("/submit")
    page.get_by_label("arXiv id, DOI or address").fill("https://arxiv.org/abs/2511.00099v1")
    page.get_by_role("button", name="Look it up").click()
    page.get_by_label("Why it is worth reading").fill("It *bends*.")
    page.get_by_role("button", name="Put it on today’s page").click()
    expect(page.get_by_role("status").first).to_contain_text("stands on today’s page")
    page.goto("/papers")
    expect(page.get_by_role("article").first).to_contain_text("submitted by ada")


def claim(page: Page) -> None:
    page.goto("/papers/2511.00099")
    page.get_by_role("link", name="This is my paper").click()
    page.get_by_label("Which of its authors you are").select_option(index=1)
    page.get_by_label("How the moderators can know it").fill("The page of our group lists it.")
    page.get_by_role("button", name="Ask").click()
    expect(page.get_by_role("listitem").last).to_contain_text("waits for a moderator")


def moderate(page: Page) -> None:
    """In bob's browser, when bob has left it: hide, look at the votes, put up a notice."""
    page.goto("/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign Out").click()
    page.goto("/account/login/")
    page.get_by_label("Email").fill("mod@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign In", exact=True).click()
    page.goto("/moderation/claims")
    page.get_by_role("link", name="Decide about the claim of ada").click()
    page.get_by_label("Why, in words for everybody").fill("The page says so.")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("No claim waits.")).to_be_visible()
    page.goto("/moderation")
    page.get_by_role("link", name="Flagged comments").click()
    page.get_by_role("link", name="Decide about the comment by bob").click()
    page.get_by_label("Why, in words for everybody").fill("Advertising.")
    page.get_by_role("button", name="Hide it").click()
    expect(page.get_by_text("Nothing is flagged.")).to_be_visible()
    page.goto("/moderation/votes" + PAPER.removeprefix("/papers"))
    page.get_by_label("@bob").check()
    page.get_by_label("Why, in words for everybody").fill("A second account.")
    page.get_by_role("button", name="Leave the marked votes uncounted").click()
    expect(page.get_by_text("left uncounted")).to_be_visible()
    page.goto("/moderation/notices")
    page.get_by_label("What it says").fill("Rivers **only** this week.")
    page.get_by_label("Through which day").fill(
        page.get_by_label("Through").get_attribute("max") or ""
    )
    page.get_by_role("button", name="Put it up").click()
    expect(page.get_by_role("complementary", name="Notice")).to_contain_text("Rivers only")


def see_the_log(page: Page) -> None:
    page.goto("/moderation")
    for line in (
        *("hid a comment by @bob", "left votes uncounted", "put up a notice"),
        "confirmed as an author @ada",
    ):
        expect(page.get_by_role("listitem").filter(has_text=line)).to_have_count(1)
    page.goto(PAPER)
    expect(page.get_by_text("Buy my rivers!")).to_have_count(0)
    page.goto("/papers/2511.00099")
    expect(page.get_by_role("article", name="Comment by ada")).to_contain_text("Author")
    expect(page.get_by_role("complementary", name="Notice")).to_be_visible()
    page.goto(PAPER)


def collect(page: Page) -> None:
    page.goto(PAPER + "/collect")
    page.get_by_label("name", exact=False).first.fill("Of rivers")
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Of rivers")


def take_out(page: Page) -> None:
    page.goto("/account/data")
    page.get_by_role("button", name="Take everything out").click()
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Confirm").click()
    packed = zipfile.ZipFile(io.BytesIO(Path(waiting.value.path()).read_bytes()))
    assert len(json.loads(packed.read("votes.json"))) == 1
    assert "always" in packed.read("comments.md").decode()
    assert json.loads(packed.read("account.json"))["handle"] == "ada"
    assert PASSWORD.encode() not in b"".join(packed.read(name) for name in packed.namelist())


def leave(ada: Page, moderator: Page) -> None:
    ada.goto("/account/delete")
    ada.get_by_label("Your handle, to be sure").fill("ada")
    ada.get_by_role("button", name="Delete my account").click()
    expect(ada.get_by_text("Your account is deleted")).to_be_visible()
    moderator.goto(PAPER)
    expect(moderator.get_by_role("article", name="Comment by a former reader")).to_be_visible()
    assert moderator.goto("/readers/ada").status == 404  # type: ignore[union-attr]  # it answers


def look(visit: Walk, name: str) -> None:
    assert visit.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, name
    if SHOTS:
        visit.page.screenshot(path=Path(SHOTS) / f"story-{name}.png", full_page=True)


def test_two_readers_and_a_moderator(story: Story) -> None:
    ada, bob = story.ada.page, story.bob.page
    for page, handle in ((ada, "ada"), (bob, "bob")):
        join(page, handle, story.letters)
        vote(page)
    talk(ada, bob)
    look(story.bob, "history")
    flag(ada)
    submit(ada)
    claim(ada)
    look(story.ada, "claim")
    moderate(bob)
    look(story.bob, "notices")
    see_the_log(ada)
    look(story.ada, "paper")
    collect(ada)
    look(story.ada, "collection")
    take_out(ada)
    assert story.ada.faults == story.bob.faults == []
    leave(ada, bob)
