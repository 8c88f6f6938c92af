"""Pages that readers share: nothing of one in another's, and right at once."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import connection
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from broadsheet.community import moderation, oversight
from broadsheet.community.actions import add_comment, cast_vote
from broadsheet.contributions.models import Submission
from broadsheet.feeds import jobs, spans
from broadsheet.feeds.choice import Choice
from broadsheet.feeds.remembered import remember
from broadsheet.notices import following
from broadsheet.notices.models import Kind, Notice
from broadsheet.papers.models import Counter, Paper
from broadsheet.readers.models import Reader
from broadsheet.web import feed, sheets
from tests.community.people import make_reader
from tests.shelf import make_paper
from tests.web.conftest import FakeEngine
from tests.web.reading import texts, tree_of, values

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db
MONDAY = date(2025, 12, 15)
DAY = "/papers/date/2025-12-15"
ADDRESSES = (
    *(DAY, "/papers", "/papers/week/2025-W51", "/papers/month/2025-12", f"{DAY}?votes=1"),
    *("/papers/newest", "/papers/top", "/papers/trending", "/papers/newest?with=rivers"),
    *("/categories/cs.LG", "/authors/Ada Example", "/keywords/water", "/sources/arxiv-json"),
    "/papers?q=rivers",
)
KEPT_ASKS = 6
"""Progress, session, reader, filters, numbers, notices."""
HOSTILE = "<script>\"&'{{ 7*7 }}</script>"
TOKEN = re.compile(rb'(csrfmiddlewaretoken" value=")\w{64}')


@pytest.fixture(autouse=True)
def rivers(fake_engine: FakeEngine) -> list[Paper]:
    found = [
        make_paper(
            f"Rivers {number}",
            arxiv_id=f"2512.0000{number}",
            day=MONDAY,
            published=MONDAY,
            names=["Ada Example"],
            categories=["cs.LG"],
            keywords=["water"],
            abstract=f"Rivers are counted. {HOSTILE}",
            source_votes=10 - number,
        )
        for number in range(1, 5)
    ]
    jobs.catch_up()
    fake_engine.finds(found)
    return found


def signed_in(handle: str, name: str = "") -> tuple[Reader, Client]:
    reader = make_reader(handle)
    Reader.objects.filter(pk=reader.pk).update(name=name)
    client = Client()
    client.force_login(reader)
    reader.refresh_from_db()
    return reader, client


def tell(reader: Reader) -> None:
    Notice.objects.create(
        reader=reader, kind=Kind.REPLY, subject="s", address="/", mark="m", at=timezone.now()
    )


def page(client: Client, address: str = DAY) -> bytes:
    response = client.get(address)
    assert response.status_code == 200, address
    return TOKEN.sub(rb"\1TOKEN", response.content)


def direct(view: Callable[..., object], client: Client, reader: Reader, **parts: object) -> bytes:
    """The page of a view as it is made without a sheet."""
    request: HttpRequest = RequestFactory().get(DAY)
    request.COOKIES = {name: told.value for name, told in client.cookies.items()}
    request.user = reader
    request.session = client.session
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]  # as its middleware
    made = view(request, **parts)
    return TOKEN.sub(rb"\1TOKEN", made.content)  # type: ignore[attr-defined]  # a response


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_is_kept_is_the_same_whoever_asked_first(address: str, rivers: list[Paper]) -> None:
    """And so it has nothing of a reader: neither a name nor a token, a vote or a notice."""
    kept: list[sheets.Sheet] = []
    for handle in ("ada", "bo"):
        reader, client = signed_in(handle, HOSTILE)
        cast_vote(reader, rivers[len(kept)].id)
        following.follow(reader, "category", "cs.LG" if handle == "ada" else "math")
        tell(reader)
        Paper.objects.update(own_votes=1, votes=F("source_votes") + 1)
        sheets.KEPT.clear()
        shown = page(client, address)
        [(_, sheet)] = sheets.KEPT._things.values()
        kept.append(sheet)
        whole = b"".join(sheet.texts)
        assert handle.encode() + b"@" not in whole
        assert f"/readers/{handle}".encode() not in whole
        assert sheets._SIGN.encode() not in shown
        assert not TOKEN.search(whole)
    first, second = kept
    assert first.texts == second.texts
    assert (first.at, first.shown, first.headers) == (second.at, second.shown, second.headers)


@pytest.mark.parametrize("address", ADDRESSES)
def test_each_reader_sees_their_own(address: str, rivers: list[Paper]) -> None:
    ada, adas = signed_in("ada", HOSTILE)
    _, bos = signed_in("bo", "Bo")
    page(bos, address)
    cast_vote(ada, rivers[0].id)
    tell(ada)
    for _ in range(2):
        hers, his = (tree_of(client.get(address)) for client in (adas, bos))
        assert texts(hers, "//a[@class='me']") == [HOSTILE]
        assert texts(his, "//a[@class='me']") == ["Bo"]
        assert texts(hers, "//a[@class='bell']/b") == ["1 unread"]
        assert not his.xpath("//a[@class='bell']/b")
        pressed = "//form[@class='vote']//button[@value='withdraw'][@aria-pressed='true']"
        owns = values(hers, f"{pressed}/ancestor::form/@action")
        assert owns == (["/papers/2512.00001/vote"] if hers.xpath("//form[@class='vote']") else [])
        assert not his.xpath(pressed)
        assert not hers.xpath("//script[not(@src)]")
    visitor = tree_of(Client().get(address))
    assert texts(visitor, "//a[@class='me']") == ["Sign in"]
    assert not visitor.xpath("//form[@class='vote']")


def test_a_careless_view_cannot_tell_who_asks() -> None:
    """Whatever it writes of the request is of nobody, as that is what it was given."""
    ada, client = signed_in("ada", HOSTILE)
    given: list[HttpRequest] = []

    @sheets.shared
    def careless(request: HttpRequest) -> HttpResponse:
        given.append(request)
        told = (request.user, request.COOKIES, request.META, dict(request.headers))
        return HttpResponse(repr((told, request.GET, request.POST, vars(request))))

    request = RequestFactory().get(DAY, headers={"Authorization": "Bearer bs_1", "X-Own": "mine"})
    request.COOKIES = {"sessionid": "secret-session"}
    request.user, request.session = ada, client.session
    shown = careless(request).content.decode()
    assert "'path': '/papers/date/2025-12-15'" in shown
    for own in ("ada", HOSTILE, "Bearer", "mine", "secret-session", "REMOTE_ADDR"):
        assert own not in shown
    assert not given[0].user.is_authenticated
    assert not hasattr(given[0], "session")


def test_who_was_signed_in_once_gets_a_visitors_page(rivers: list[Paper]) -> None:
    _, reader = signed_in("ada")
    page(reader)
    passing = Client()
    passing.cookies["csrftoken"] = "a" * 32
    visitor = TOKEN.sub(rb"\1TOKEN", Client().get(DAY).content)
    assert page(passing) == visitor
    assert asked(passing, DAY) == 2
    cast_vote(make_reader("bo"), rivers[3].id)
    assert b"7</b>" in page(passing), "at once, as for readers"


def test_a_filled_sheet_is_the_page_as_it_would_be_made_for_its_reader(
    rivers: list[Paper],
) -> None:
    ada, client = signed_in("ada", HOSTILE)
    _, other = signed_in("bo")
    cast_vote(ada, rivers[1].id)
    tell(ada)
    page(other)
    assert len(sheets.KEPT) == 1
    assert page(client) == direct(feed._page, client, ada, span=spans.day_of(MONDAY))


def test_a_kept_page_asks_six_times(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    _, first = signed_in("bo")
    _, client = signed_in("ada")
    page(first)
    client.get("/about")
    with django_assert_num_queries(KEPT_ASKS):
        page(client)


def test_a_reader_can_vote_from_a_page_that_was_made_for_another(rivers: list[Paper]) -> None:
    page(signed_in("bo")[1])
    ada = make_reader("ada")
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    tree = tree_of(client.get(DAY))
    form = tree.xpath("//form[@class='vote']")[0]
    told = {field.get("name"): field.get("value") for field in form.xpath(".//*[@name]")}
    assert client.post(form.get("action"), told).status_code == 302
    assert b"11</b>" not in page(client)
    assert Paper.objects.get(pk=rivers[0].pk).own_votes == 1


def first_of(client: Client) -> str:
    return texts(tree_of(client.get(DAY)), "//article//h2")[0]


def test_votes_and_comments_are_shown_at_once_and_in_order(rivers: list[Paper]) -> None:
    _, client = signed_in("bo")
    assert first_of(client) == "Rivers 1"
    for number in range(3):
        cast_vote(make_reader(f"voter{number}"), rivers[2].id)
    assert first_of(client) == "Rivers 3"
    comment = add_comment(make_reader("ada"), rivers[2].id, "Well counted.")
    assert b"1 comment<" in page(client)
    moderation.hide(make_reader("mod", is_staff=True), comment.pk, "Off topic.")
    assert b"1 comment<" not in page(client)


def test_a_change_a_removal_and_a_new_paper_are_shown_at_once(rivers: list[Paper]) -> None:
    _, client = signed_in("bo")
    page(client)
    Counter.objects.filter(name="changes").update(value=F("value") + 1)
    Paper.objects.filter(pk=rivers[0].pk).update(title="Seas")
    assert first_of(client) == "Seas"
    make_paper("Lakes", day=MONDAY, source_votes=99)
    assert first_of(client) == "Lakes"
    Paper.objects.filter(title="Lakes").delete()
    assert first_of(client) == "Seas", "even before the removal has its number"


def test_a_notice_on_every_page_is_shown_at_once() -> None:
    _, client = signed_in("bo")
    page(client)
    moderator = make_reader("mod", is_staff=True)
    until = timezone.localdate() + timedelta(days=1)
    put_up = oversight.put_up_notice(moderator, "Closed on Friday.", until)
    assert b"Closed on Friday." in page(client)
    oversight.take_down_notice(moderator, put_up.pk, "It is over.")
    assert b"Closed on Friday." not in page(client)


def test_a_submitter_who_is_called_otherwise_or_goes_is_so_at_once(rivers: list[Paper]) -> None:
    ada = make_reader("ada")
    Submission.objects.create(paper=rivers[0], reader=ada, at=timezone.now(), day=MONDAY)
    _, client = signed_in("bo")
    assert b"<bdi>ada</bdi>" in page(client)
    Reader.objects.filter(pk=ada.pk).update(name="Ada L.")
    assert b"<bdi>Ada L.</bdi>" in page(client)
    Reader.objects.filter(pk=ada.pk).update(is_active=False)
    assert b"Ada L." not in page(client)


def test_what_is_followed_and_what_was_done_is_a_readers_own() -> None:
    ada, adas = signed_in("ada")
    _, bos = signed_in("bo")
    for client in (adas, bos):
        assert b"> Follow this category<" in page(client, "/categories/cs.LG").replace(
            b">Follow", b"> Follow"
        )
    following.follow(ada, "category", "cs.LG")
    assert b">Unfollow this category<" in page(adas, "/categories/cs.LG")
    assert b">Follow this category<" in page(bos, "/categories/cs.LG")
    adas.post("/account/notices")
    assert texts(tree_of(adas.get(DAY)), "//p[@role='status']") == ["Your choice is saved."]
    assert not tree_of(bos.get(DAY)).xpath("//p[@role='status']")
    assert not tree_of(adas.get(DAY)).xpath("//p[@role='status']"), "once"


def test_the_readers_own_filters_lead_on_before_anything_is_shown() -> None:
    ada, client = signed_in("ada")
    page(client)
    remember(ada, Choice(votes=8))
    assert client.get(DAY)["Location"] == f"{DAY}?votes=8"
    assert len(tree_of(client.get(f"{DAY}?votes=8")).xpath("//article")) == 2


def test_hosts_addresses_and_days_are_kept_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    _, client = signed_in("ada")
    page(client)
    assert b'value="/papers/date/2025-12-15?asked=x"' in page(client, f"{DAY}?asked=x")
    kept = len(sheets.KEPT)
    client.get(DAY, headers={"Host": "localhost"})
    assert len(sheets.KEPT) == kept + 1
    make_paper("Of tomorrow", day=date(2025, 12, 18))
    assert b"Of tomorrow" not in page(client, "/papers")
    monkeypatch.setattr(timezone, "localdate", lambda: date(2025, 12, 18))
    assert b"Of tomorrow" in page(client, "/papers")


def test_nobody_else_may_keep_a_readers_page(settings: SimpleNamespace) -> None:
    _, client = signed_in("ada")
    response = client.get(DAY)
    assert response["Cache-Control"] == "private, no-cache"
    assert "Cookie" in response["Vary"]
    settings.SIGN_IN_HEADER, settings.TRUSTED_PROXIES = "Remote-User", ["127.0.0.1"]
    by_proxy = Client().get(DAY, headers={"Remote-User": "ada"})
    assert b'href="/readers/ada"' in by_proxy.content
    assert by_proxy["Cache-Control"] == "private, no-cache"


def test_what_is_no_page_is_answered_as_ever() -> None:
    _, client = signed_in("ada")
    assert client.get("/papers/date/2025-12-16")["Location"] == f"{DAY}?asked=2025-12-16"
    assert client.get(f"{DAY}?after=x").status_code == 404
    assert b"/readers/ada" in client.get("/keywords/none").content
    assert client.get("/papers/newest.bib").getvalue().startswith(b"@")
    assert client.head(DAY).status_code == 200
    assert not len(sheets.KEPT)


def test_only_so_many_are_kept_and_none_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets.KEPT, "most", 2)
    _, client = signed_in("ada")
    made = [asked(client, f"{DAY}?votes={votes}") > KEPT_ASKS for votes in (1, 2, 1, 3, 1, 2)]
    assert made == [True, True, False, True, False, True]
    later = time.monotonic() + 3601
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert asked(client, f"{DAY}?votes=2") > KEPT_ASKS


def asked(client: Client, address: str) -> int:
    """Questions to the database that a page costs."""
    with CaptureQueriesContext(connection) as captured:
        page(client, address)
    return len(captured)
