"""Pages of moderators about odd votes, spam and notices; and the notice on every page."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from broadsheet.community import actions, oversight
from broadsheet.community.models import Decision
from broadsheet.integrity.models import SiteNotice
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from tests.community.people import make_reader
from tests.shelf import make_paper
from tests.web.reading import texts, tree_of

pytestmark = pytest.mark.django_db
TODAY = date(2025, 12, 17)


@pytest.fixture
def moderator(client: Client) -> Reader:
    made = make_reader("mod", is_staff=True)
    client.force_login(made)
    return made


@pytest.fixture
def paper() -> Paper:
    paper = make_paper("Rivers", arxiv_id="2512.00001", source_votes=4, day=TODAY)
    for number in range(3):
        voter = Client()
        voter.force_login(make_reader(f"voter{number}"))
        voter.post(f"/papers/{paper.slug}/vote", REMOTE_ADDR=f"203.0.113.{number}")
    return paper


def test_a_moderator_sees_why_and_leaves_votes_out(
    client: Client, moderator: Reader, paper: Paper
) -> None:
    told = texts(tree_of(client.get("/moderation/votes")), "//article//li/b")
    assert told == ["Same network.", "Same minute."]
    address = f"/moderation/votes/{paper.slug}"
    tree = tree_of(client.get(address))
    assert texts(tree, "//tbody//td[3]") == ["A", "A", "A"]
    assert b"203.0.113" not in client.get(address).content
    voters = tree.xpath("//tbody//input/@value")
    client.post(address, {"decision": "uncount", "vote": voters[:2], "reason": "One person."})
    tree = tree_of(client.get(address))
    assert len(tree.xpath("//tr[@class='left-out']")) == 2
    log = texts(tree_of(Client().get("/moderation")), "//ul[@class='log']/li")
    assert "mod left votes uncounted, on Rivers. 2 votes. One person." in log[0]
    assert "voter" not in log[0]
    assert "5 votes" in texts(tree_of(Client().get(f"/papers/{paper.slug}")), "//main")[0]
    client.post(address, {"decision": "count", "vote": voters[:2], "reason": "Two persons."})
    paper.refresh_from_db()
    assert paper.votes == 7


def test_nothing_odd_and_no_votes_are_said(client: Client, moderator: Reader) -> None:
    assert "Nothing looks odd." in texts(tree_of(client.get("/moderation/votes")), "//main//p")
    lonely = make_paper()
    found = texts(tree_of(client.get(f"/moderation/votes/{lonely.slug}")), "//main//p")
    assert "Nobody has voted here." in found


def test_spam_is_marked_by_handle(client: Client, moderator: Reader, paper: Paper) -> None:
    sent = {"handle": "@voter0", "reason": "Advertising.", "decision": "spam"}
    assert client.post("/moderation/spam", sent).status_code == 302
    assert "marked as spam @voter0" in texts(tree_of(client.get("/moderation")), "//li")[0]
    client.post("/moderation/spam", sent | {"decision": "no-spam"})
    assert [it.kind for it in Decision.objects.order_by("id")] == ["spam", "no-spam"]


def test_a_notice_is_on_every_page_until_its_day(
    client: Client, moderator: Reader, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kept pages too: they were made before it came, and are made anew when it goes."""
    addresses = ("/papers", f"/papers/{paper.slug}", "/about", "/collections")
    visitor = Client()

    def seen(who: Client) -> set[str]:
        found = [
            texts(tree_of(who.get(address)), "//aside[@class='site-notice body']")
            for address in addresses
        ]
        return {text for texts_of in found for text in texts_of}

    assert seen(visitor) == seen(client) == set()
    until = (TODAY + timedelta(days=1)).isoformat()
    sent = {"text": "Closed **on Friday**. <script>", "until": until}
    assert client.post("/moderation/notices", sent).status_code == 302
    assert seen(visitor) == seen(client) == {"Closed on Friday. <script>"}
    for day, shown in ((1, 1), (2, 0)):
        there = TODAY + timedelta(days=day)
        monkeypatch.setattr("django.utils.timezone.localdate", lambda there=there: there)
        assert len(seen(visitor)) == shown
        assert len(seen(Client())) == shown
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: TODAY)
    client.post("/moderation/notices", {"gone": SiteNotice.objects.get().pk, "reason": "Over."})
    assert seen(visitor) == seen(client) == set()


def test_a_second_notice_does_not_bring_the_first_one_back(moderator: Reader) -> None:
    visitor = Client()
    for text in ("First.", "Second."):
        notice = oversight.put_up_notice(moderator, text, TODAY)
        assert texts(tree_of(visitor.get("/about")), "//aside[@class='site-notice body']") == [text]
        oversight.take_down_notice(moderator, notice.pk, "Over.")
        assert texts(tree_of(visitor.get("/about")), "//aside[@class='site-notice body']") == []


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"text": "Hello.", "until": "soon"}, "Please say through which day"),
        ({"text": "Hello.", "until": "2026-12-17"}, "within 90 days"),
        ({"gone": "x", "reason": "y"}, "gone already"),
    ],
)
def test_what_is_wrong_with_a_notice_is_said(
    client: Client, moderator: Reader, sent: dict[str, str], sentence: str
) -> None:
    response = client.post("/moderation/notices", sent)
    assert response.status_code in (400, 404)
    assert sentence in texts(tree_of(response), "//p[@role='alert']")[0]


def test_votes_left_out_are_marked_in_none_of_the_readers_own_pages(paper: Paper) -> None:
    """The reader's own vote stays pressed: nobody learns by it that it does not count."""
    voter = Reader.objects.get(username="voter0")
    oversight.uncount(make_reader("mod", is_staff=True), paper.id, [voter.pk], "One person.")
    own = Client()
    own.force_login(voter)
    tree = tree_of(own.get(f"/papers/{paper.slug}"))
    assert tree.xpath("//form[@class='vote']//button/@aria-pressed") == ["true"]
    assert actions.cast_vote(voter, paper.id) is False
