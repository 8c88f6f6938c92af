"""Readers in a real browser: they talk without a new page, keep drafts, react, follow and read."""

from __future__ import annotations

from typing import Literal

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from broadsheet.community import collecting, editors, keeping, reacting
from broadsheet.community.actions import add_comment, cast_vote
from broadsheet.community.models import Comment, Lock
from broadsheet.feeds import jobs as feeds
from broadsheet.notices import following, jobs
from broadsheet.notices.models import Kind
from broadsheet.notices.telling import notify
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from tests.community.people import make_reader
from tests.shelf import make_paper
from tests.walks.test_community import sign_in
from tests.walks.test_reading import DESK, PHONE, violations, walk

pytestmark = pytest.mark.django_db(transaction=True)
PAPER = "/papers/2512.00001"


@pytest.fixture
def paper() -> Paper:
    found = make_paper(
        "Meanders of rivers",
        arxiv_id="2512.00001",
        abstract="Rivers bend. " * 40,
        names=["A. Sample"],
        categories=["cs.LG"],
        keywords=["rivers"],
        day=timezone.localdate(),
    )
    feeds.catch_up()
    return found


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_readers_talk_on_one_page(
    browser: Browser, live_server: LiveServer, paper: Paper, width: int
) -> None:
    ada, bob = make_reader("ada"), make_reader("bob")
    first = add_comment(bob, paper.id, "So it bends.")
    with walk(browser, live_server, width) as visit:
        page = sign_in(visit, live_server, ada)
        page.goto(PAPER)
        page.evaluate("window.isSamePage = true")
        voice = page.get_by_role("status").last

        page.get_by_label("Your comment").fill("And **always** $x^2$.")
        page.get_by_role("button", name="Preview").click()
        expect(page.get_by_role("group", name="Preview").locator("math")).to_have_count(1)
        expect(page.get_by_role("group", name="Preview")).to_be_focused()
        page.get_by_role("button", name="Comment", exact=True).click()
        mine = page.get_by_role("article", name="Comment by ada")
        expect(mine).to_contain_text("always")
        expect(mine).to_be_focused()
        expect(voice).to_have_text("Your comment is there.")
        expect(page.get_by_label("Your comment")).to_have_value("")

        page.get_by_role("link", name="Reply to bob").click()
        answer = page.get_by_label("Your answer to bob")
        expect(answer).to_be_focused()
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_role("link", name="Reply to bob")).to_be_focused()
        page.keyboard.press("Enter")
        answer.fill("No, @bob.")
        page.locator(f"#comment-{first.id}").get_by_role("button", name="Comment").click()
        expect(mine).to_have_count(2)
        expect(page.locator(".depth-1")).to_contain_text("No, @bob.")

        mine.last.get_by_role("link", name="Edit").click()
        page.get_by_label("Edit your comment").fill("Yes, always.")
        page.get_by_role("button", name="Save").click()
        expect(mine.last.get_by_role("link", name="edited")).to_be_visible()
        mine.last.get_by_role("button", name="Take back").click()
        expect(mine.last).to_contain_text("Taken back by its writer.")
        mine.last.get_by_role("button", name="Show again").click()
        expect(mine.last).to_contain_text("Yes, always.")
        assert page.evaluate("window.isSamePage")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert visit.faults == []
    assert sorted(Comment.objects.values_list("text", flat=True)) == [
        "No, @bob.",
        "So it bends.",
        "Yes, always.",
    ]


def test_reactions_and_states_by_keyboard(
    browser: Browser, live_server: LiveServer, paper: Paper
) -> None:
    ada = make_reader("ada")
    add_comment(make_reader("bob"), paper.id, "So it bends.")
    with walk(browser, live_server, DESK) as visit:
        page = sign_in(visit, live_server, ada)
        page.goto(PAPER)
        page.evaluate("window.isSamePage = true")
        voice = page.get_by_role("status").last
        page.locator(".reactions summary").press("Enter")
        page.get_by_role("button", name="Insight").press("Enter")
        pressed = page.get_by_role("button", name="Insight 1")
        expect(pressed).to_be_focused()
        expect(pressed).to_have_attribute("aria-pressed", "true")
        expect(voice).to_have_text("Your reaction is there.")
        pressed.press("Enter")
        expect(page.locator(".reactions summary")).to_be_focused()
        expect(voice).to_have_text("Your reaction is taken back.")

        reading = page.get_by_role("button", name="Reading", exact=True)
        reading.press("Enter")
        expect(reading).to_have_attribute("aria-pressed", "true")
        expect(voice).to_have_text("On your reading list: Reading.")
        page.get_by_role("button", name="Read", exact=True).click()
        expect(reading).to_have_attribute("aria-pressed", "false")
        page.get_by_role("button", name="Read", exact=True).click()
        expect(voice).to_have_text("Off your reading list.")
        assert page.evaluate("window.isSamePage")
        assert visit.faults == []


def test_a_draft_outlives_its_page_and_a_refusal_loses_nothing(
    browser: Browser, live_server: LiveServer, paper: Paper
) -> None:
    ada = make_reader("ada")
    with walk(browser, live_server, DESK) as visit:
        page = sign_in(visit, live_server, ada)
        page.goto(PAPER)
        page.get_by_label("Your comment").fill("A long thought")
        page.goto("/about")
        page.goto(PAPER)
        expect(page.get_by_label("Your comment")).to_have_value("A long thought")
        expect(page.get_by_text("This is your draft from before.")).to_be_visible()
        Lock.objects.create(paper=paper, since=timezone.now())
        page.get_by_role("button", name="Comment", exact=True).click()
        expect(page.get_by_role("alert")).to_have_text("The discussion of this paper is closed.")
        expect(page.get_by_label("Your comment")).to_have_value("A long thought")
        assert visit.faults.pop().startswith("Failed to load resource"), "the 403 itself"
        Lock.objects.all().delete()

        page.route("**/comments", lambda route: route.abort())
        page.get_by_role("button", name="Comment", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("It did not arrive.")
        page.unroute("**/comments")
        visit.faults.clear()
        page.get_by_role("button", name="Comment", exact=True).click()
        expect(page.get_by_role("article", name="Comment by ada")).to_be_visible()
        page.reload()
        expect(page.get_by_label("Your comment")).to_have_value("")
        page.get_by_label("Your comment").fill("Of ada alone")

        sign_in(visit, live_server, make_reader("bob"))
        page.goto(PAPER)
        expect(page.get_by_label("Your comment")).to_have_value("")
        assert visit.faults == []
    assert Comment.objects.count() == 1


def test_everything_works_without_scripts(
    browser: Browser, live_server: LiveServer, paper: Paper
) -> None:
    ada = make_reader("ada")
    add_comment(make_reader("bob"), paper.id, "So it bends.")
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    try:
        from tests.walks.test_reading import Walk

        page = sign_in(Walk(context.new_page(), live_server), live_server, ada)
        page.goto(PAPER)
        page.get_by_role("button", name="To read").click()
        expect(page.get_by_role("button", name="To read")).to_have_attribute("aria-pressed", "true")
        page.locator(".reactions summary").click()
        page.get_by_role("button", name="Thanks").click()
        expect(page.get_by_role("button", name="Thanks 1")).to_be_visible()
        page.get_by_role("button", name="Follow this discussion").click()
        expect(page.get_by_role("button", name="Unfollow this discussion")).to_be_visible()
        page.get_by_role("link", name="Write a note").click()
        page.get_by_label("What you want to remember").fill("Of *mine*.")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#my-note em")).to_have_text("mine")
        add_comment(Reader.objects.get(username="bob"), paper.id, "More, @ada.")
        jobs.tell()
        page.goto("/notices")
        page.locator("button[value=open]").first.click()
        expect(page.locator(".comment").last).to_contain_text("More, @ada.")
        expect(page.get_by_role("link", name="Notices 1 unread")).to_be_visible()
    finally:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_what_a_reader_keeps_is_accessible(
    browser: Browser,
    live_server: LiveServer,
    axe: str,
    paper: Paper,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    ada, bob = make_reader("ada"), make_reader("bob")
    Reader.objects.filter(pk=bob.pk).update(name="Robert " + "Long" * 15, is_public=True)
    keeping.show(bob, {"comments": True, "collections": True, "votes": True})
    wanted = [("author", "A. Sample"), ("category", "cs.LG"), ("reader", "bob"),
              ("search", "long" * 40), ("paper", "2512.00001")]  # fmt: skip
    for about, name in wanted:
        following.follow(ada, about, name)
    first = add_comment(ada, paper.id, "So it bends.")
    add_comment(Reader.objects.get(pk=bob.pk), paper.id, f"No, @ada: {'w' * 200}", first.id)
    reacting.react(bob, first.id, "agree", holds=True)
    cast_vote(bob, paper.id)
    shelf = collecting.create(bob, "Of rivers", reach="public")
    collecting.put(bob, shelf.key, paper.id, "A note.")
    editors.invite(bob, shelf.key, "ada")
    notify(ada, Kind.CLAIM, "Sub" * 60, "/papers")
    keeping.set_state(ada, paper.id, "reading")
    keeping.write_note(ada, paper.id, f"Mine: $x^2$, {'w' * 200}")
    jobs.tell()
    addresses = [
        *("/notices", "/account/notices", "/account/following", "/account/reading", "/account/"),
        *(PAPER, f"{PAPER}/note", "/authors/A.%20Sample", "/categories/cs.LG", "/papers"),
        *("/collections", f"/collections/{shelf.key}", "/readers/bob", "/readers/bob/comments"),
        *("/readers/ada", "/account/reading?state=read"),
    ]
    with walk(browser, live_server, width, scheme) as visit:
        page = sign_in(visit, live_server, ada)
        for address in addresses:
            page.goto(address)
            for details in page.locator("main details").all():
                details.evaluate("one => { one.open = true; }")
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address
            assert violations(visit, axe) == [], address
            assert visit.faults == [], address
        page.goto(PAPER)
        page.get_by_role("link", name="Reply to Robert").click()
        page.get_by_label("Your answer to Robert").fill("So.")
        page.get_by_role("article").last.get_by_role("button", name="Preview").click()
        expect(page.get_by_role("group", name="Preview")).to_be_visible()
        assert violations(visit, axe) == []
        sign_in(visit, live_server, bob).goto(f"/collections/{shelf.key}")
        for details in page.locator("main details").all():
            details.evaluate("one => { one.open = true; }")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert violations(visit, axe) == []
