"""The subscribe page, and the pages behind the links of a letter."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from broadsheet.digests import links, takeout
from broadsheet.digests.models import Channel, Letter, State, Subscription, What
from broadsheet.feeds import jobs
from broadsheet.interests.models import Interest
from broadsheet.web import subscribe
from tests.community.people import make_reader, with_mailbox
from tests.shelf import make_paper
from tests.web.conftest import FakeEngine, Page
from tests.web.reading import texts, tree_of, values

pytestmark = pytest.mark.django_db
FORM = {
    "about": "category",
    "name": "cs.LG",
    "rhythm": "daily",
    "days": ["0", "4"],
    "monthday": "1",
    "hour": "6",
    "zone": "Europe/Berlin",
    "at_most": "5",
    "address": "ada@example.org",
}


@pytest.fixture(autouse=True)
def mail_server() -> Any:
    with override_settings(EMAIL_HOST="127.0.0.1", SITE_URL="http://testserver"):
        yield


def subscribed(**more: Any) -> Subscription:
    facts = {"address": "ada@example.org", "about": "category", "name": "cs.LG", **more}
    return Subscription.objects.create(**facts)


def path(link: str) -> str:
    return link.removeprefix("http://testserver")


def test_the_form_asks_the_address_and_nothing_else_happens(client: Client) -> None:
    response = client.post("/letters", FORM)
    assert texts(tree_of(response), "//h1") == ["Look at your mail"]
    sub = Subscription.objects.get()
    assert (sub.state, sub.weekdays, sub.hour, sub.at_most) == (State.ASKED, 0b10001, 6, 5)
    assert Letter.objects.get().what == What.CONFIRM


def test_a_stranger_cannot_tell_who_is_subscribed(client: Client) -> None:
    fresh = client.post("/letters", FORM).content
    Subscription.objects.update(state=State.ACTIVE)
    assert client.post("/letters", FORM).content == fresh
    Subscription.objects.update(state=State.REFUSED)
    for _ in range(5):
        assert client.post("/letters", FORM).content == fresh


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("address", "ada at example", "Enter a valid email address."),
        ("address", "", "Write your address."),
        ("address", "ada@example.org\nBcc: eve@example.org", "Enter a valid email address."),
        ("zone", "Berlin", "Write a time zone such as Europe/Berlin or UTC."),
        ("days", [], "Choose at least one day."),
    ],
)
def test_what_cannot_be_used_is_said_at_its_field(
    client: Client, field: str, value: Any, sentence: str
) -> None:
    response = client.post("/letters", FORM | {field: value})
    assert response.status_code == 400
    assert sentence in texts(tree_of(response), "//p[@class='problem']")
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    ("about", "name", "sentence"),
    [
        ("category", "cs.ZZ", "“cs.ZZ” is no arXiv category"),
        ("keyword", "nothing", "No paper here has the keyword “nothing”"),
        ("search", "", "Say what the letter should search for."),
        ("moon", "", "A letter is about trending papers, a list, or a search."),
    ],
)
def test_a_letter_about_nothing_is_answered_with_a_sentence(
    client: Client, about: str, name: str, sentence: str
) -> None:
    response = client.post("/letters", FORM | {"about": about, "name": name})
    assert response.status_code == 400
    assert sentence in " ".join(texts(tree_of(response), "//*[@role='alert']"))


@pytest.mark.parametrize(
    ("address", "letter"),
    [
        ("/papers/newest", "about=all"),
        ("/papers/trending?votes=2", "about=trending&of=votes%3D2"),
        ("/categories/cs.LG", "about=category&name=cs.LG"),
        ("/authors/Ada Lovelace", "about=author&name=Ada+Lovelace"),
    ],
)
def test_a_list_leads_to_its_letter(page: Page, address: str, letter: str) -> None:
    make_paper(day=date(2025, 12, 17), categories=["cs.LG"], names=["Ada Lovelace"])
    jobs.catch_up()
    assert values(page(address), "//a[.='Mail']/@href") == [f"/letters?{letter}"]


def test_too_many_forms_from_one_place_are_put_off(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscribe, "MOST_ASKED", 2)
    answers = [client.post("/letters", FORM).status_code for _ in range(4)]
    assert answers == [200, 200, 429, 429]


def test_a_site_without_mail_says_so(page: Page) -> None:
    with override_settings(EMAIL_HOST=""):
        tree = page("/letters")
    assert "cannot send mail yet" in " ".join(texts(tree, "//main"))
    assert values(tree, "//main//button/@disabled")


def test_forms_need_their_token() -> None:
    strict = Client(enforce_csrf_checks=True)
    sub = subscribed(state=State.ACTIVE)
    assert strict.post("/letters", FORM).status_code == 403
    assert strict.post(f"{path(links.to_change(sub))}/stop").status_code == 403
    assert strict.post(path(links.to_confirm(sub))).status_code == 403


def test_yes_takes_a_button_and_not_a_look(client: Client) -> None:
    sub = subscribed()
    link = path(links.to_confirm(sub))
    assert client.get(link).status_code == 200
    sub.refresh_from_db()
    assert sub.state == State.ASKED
    assert client.post(link, follow=True).status_code == 200
    sub.refresh_from_db()
    assert sub.state == State.ACTIVE
    assert sub.next_at is not None


def test_one_click_ends_it_without_cookie_or_token() -> None:
    strict = Client(enforce_csrf_checks=True)
    sub = subscribed(state=State.ACTIVE)
    link = path(links.to_end(sub))
    assert texts(tree_of(strict.get(link)), "//h1") == ["Stop this letter?"]
    sub.refresh_from_db()
    assert sub.state == State.ACTIVE
    for _ in range(2):
        response = strict.post(link, {"List-Unsubscribe": "One-Click"})
        assert response.status_code == 200
    sub.refresh_from_db()
    assert sub.state == State.ENDED


def test_a_link_opens_nothing_but_what_it_is_for(client: Client) -> None:
    sub = subscribed(state=State.ACTIVE)
    ending = links.token(sub, "end")
    for address in (
        f"/letters/{ending}",
        f"/letters/{links.token(sub, 'change')}/end",
        f"/letters/confirm/{ending}",
        f"/letters/{sub.key}",
        f"/letters/{links.token(sub, 'change')[:-1]}",
    ):
        assert client.get(address).status_code == 404, address


def test_pages_behind_links_are_kept_by_nobody(client: Client) -> None:
    sub = subscribed(state=State.ACTIVE)
    for link in (links.to_change(sub), links.to_end(sub), links.to_confirm(subscribed(name="x"))):
        assert "no-store" in client.get(path(link))["Cache-Control"]


def test_everything_can_be_changed_by_the_link(client: Client) -> None:
    sub = subscribed(state=State.ACTIVE)
    link = path(links.to_change(sub))
    wishes = {name: told for name, told in FORM.items() if name not in ("about", "address")}
    assert "Kept." in texts(tree_of(client.post(f"{link}/wishes", wishes)), "//p[@role='status']")
    client.post(f"{link}/pause", {"rest": "week"})
    sub.refresh_from_db()
    assert (sub.hour, sub.state) == (6, State.PAUSED)
    assert sub.resume_at is not None
    client.post(f"{link}/resume")
    assert "One is on its way." in texts(tree_of(client.post(f"{link}/now")), "//p[@role='status']")
    client.post(f"{link}/stop")
    sub.refresh_from_db()
    assert sub.state == State.ENDED
    assert client.post(f"{link}/fly").status_code == 404


def test_wrong_wishes_are_said_and_not_kept(client: Client) -> None:
    sub = subscribed(state=State.ACTIVE)
    response = client.post(f"{path(links.to_change(sub))}/wishes", FORM | {"zone": "Mars"})
    assert response.status_code == 400
    assert "Write a time zone" in texts(tree_of(response), "//p[@role='status']")[0]
    sub.refresh_from_db()
    assert sub.zone == "UTC"


def test_a_preview_shows_the_letter_with_nothing_that_runs(
    page: Page, client: Client, fake_engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2025, 12, 17, 18, tzinfo=UTC))
    paper = make_paper("Rivers <script>", day=date(2025, 12, 17), categories=["cs.LG"])
    jobs.catch_up()
    response = client.get("/letters/preview?about=category&name=cs.LG")
    assert texts(tree_of(response), "//h2") == ["Rivers <script>"]
    assert "default-src 'none'" in response["Content-Security-Policy"]
    fake_engine.finds([paper])
    assert texts(page("/letters/preview?about=search&name=rivers"), "//h1") == ["Search: rivers"]
    assert client.get("/letters/preview?about=search").status_code == 400


READERS_FORM = {name: told for name, told in FORM.items() if name != "address"}


def test_a_reader_gets_letters_at_once_to_the_address_of_the_account(client: Client) -> None:
    reader = with_mailbox(make_reader())
    client.force_login(reader)
    for _ in range(2):
        answer = client.post("/letters", READERS_FORM | {"address": "eve@example.org"}, follow=True)
        assert texts(tree_of(answer), "//h1") == ["Your letter: Machine Learning (cs.LG)"]
    sub = Subscription.objects.get()
    assert (sub.reader, sub.mailbox, sub.state) == (reader, reader.email, State.ACTIVE)
    assert sub.next_at is not None
    assert not Letter.objects.exists()


def test_a_letter_about_interests_is_for_those_who_have_some(client: Client) -> None:
    asked = READERS_FORM | {"about": "interests", "name": ""}
    assert "sign in first" in client.post("/letters", asked).content.decode()
    reader = make_reader()
    client.force_login(reader)
    assert "You have no interests yet" in client.post("/letters", asked).content.decode()
    mine = Interest.objects.create(reader=reader, name="Rivers")
    foreign = Interest.objects.create(reader=make_reader("eve"), name="Secrets")
    page = client.get("/letters?about=interests")
    assert "Rivers" in texts(tree_of(page), "//label")
    assert "Secrets" not in page.content.decode()
    refused = client.post("/letters", asked | {"interest": [foreign.key]})
    assert "no such interest" in refused.content.decode()
    client.post("/letters", asked | {"interest": [mine.key]})
    assert Subscription.objects.get().name == mine.key
    assert client.get("/letters/preview?about=interests").status_code == 200


def test_all_letters_of_an_account_are_on_one_page(client: Client) -> None:
    reader = with_mailbox(make_reader())
    assert client.get("/account/letters").status_code == 302
    client.force_login(reader)
    assert "You have none yet." in texts(tree_of(client.get("/account/letters")), "//p")
    Subscription.objects.create(reader=reader, address=reader.email, about="all", state="active")
    subscribed(address=reader.email, state=State.ACTIVE)  # before there was an account
    subscribed(address="eve@example.org", state=State.ACTIVE)
    titles = texts(tree_of(client.get("/account/letters")), "//main//li//a")
    assert titles == ["New papers", "Machine Learning (cs.LG)"]
    files = {file.name: file.content for file in takeout.letters(reader)}
    assert b'"about": "all"' in files["letters.json"]
    reader.delete()
    assert Subscription.objects.count() == 2


def test_a_holiday_ends_on_its_day_and_no_other(client: Client) -> None:
    sub = subscribed(state=State.ACTIVE, zone="Asia/Tokyo")
    link = path(links.to_change(sub))
    for wrong in ("", "tomorrow", "2001-01-01", "9999-12-31"):
        assert client.post(f"{link}/pause", {"until": wrong}).status_code == 400
    day = (timezone.now() + timedelta(days=10)).date()
    client.post(f"{link}/pause", {"until": day.isoformat()})
    sub.refresh_from_db()
    assert sub.state == State.PAUSED
    assert sub.resume_at == datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Asia/Tokyo"))


def test_channels_are_added_shown_with_their_answers_and_taken_away(client: Client) -> None:
    sub = subscribed(state=State.ACTIVE)
    link = path(links.to_change(sub))
    told = client.post(f"{link}/channels", {"do": "add", "address": "http://example.org"})
    assert told.status_code == 400
    assert "Write an https:// address" in texts(tree_of(told), "//*[@role='status']")[0]
    client.post(f"{link}/channels", {"do": "add", "address": "https://example.org/hook?key=s3cret"})
    channel = Channel.objects.get()
    sub.letters.create(
        what="papers",
        edition="x",
        not_before=timezone.now(),
        channel=channel,
        answer="It answered 500.",
    )
    page = client.get(link).content.decode()
    assert "example.org" in page
    assert "It answered 500." in page
    assert "whsec_" in page
    assert "s3cret" not in page
    eve = subscribed(address="eve@example.org", state=State.ACTIVE)
    client.post(f"{path(links.to_change(eve))}/channels", {"do": "remove", "channel": channel.pk})
    assert Channel.objects.exists()
    client.post(f"{link}/channels", {"do": "remove", "channel": channel.pk})
    assert not Channel.objects.exists()
    assert client.post(f"{link}/channels", {"do": "fly"}).status_code == 404


def test_new_links_end_the_old_ones(client: Client) -> None:
    sub = subscribed(state=State.ACTIVE)
    old = [path(links.to_change(sub)), path(links.to_feed(sub, "rss")), path(links.to_end(sub))]
    answer = client.post(f"{old[0]}/renew")
    assert client.get(answer["Location"]).status_code == 200
    assert [client.get(link).status_code for link in old] == [404, 404, 404]


def test_a_letter_can_go_to_its_feed_alone_and_leave_out_what_few_like(client: Client) -> None:
    sub = subscribed(state=State.ACTIVE)
    wishes = {name: told for name, told in FORM.items() if name not in ("about", "address")}
    link = f"{path(links.to_change(sub))}/wishes"
    client.post(link, wishes | {"by_mail": "0", "least_votes": "3"})
    sub.refresh_from_db()
    assert (sub.by_mail, sub.least_votes) == (False, 3)
    client.post(link, wishes)
    sub.refresh_from_db()
    assert (sub.by_mail, sub.least_votes) == (True, 0)
