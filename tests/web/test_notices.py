"""Pages of notices and of what is followed."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from broadsheet.community.actions import add_comment, delete_comment
from broadsheet.community.desks import Note, Reading
from broadsheet.feeds import jobs as feeds
from broadsheet.notices import following, hearing
from broadsheet.notices.models import Follow, Kind, Mute, Notice, Way, Wish
from broadsheet.notices.telling import notify
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from broadsheet.urls import keeping, telling
from tests.community.people import make_reader
from tests.shelf import make_paper
from tests.web.conftest import FakeEngine
from tests.web.reading import Tree, texts, tree_of, values

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}
LETS_STRANGERS = {"notices-end", "outline"}
"""Behind signed addresses."""


@pytest.fixture
def paper() -> Paper:
    return make_paper(
        "Rivers",
        arxiv_id="2512.00001",
        names=["Ada Sample"],
        categories=["cs.LG"],
        keywords=["rivers"],
        day=timezone.localdate(),
    )


def page(client: Client, address: str) -> Tree:
    response = client.get(address)
    assert response.status_code == 200, response
    return tree_of(response)


def waiting(client: Client, address: str = "/about") -> list[str]:
    return texts(page(client, address), "//a[@class='bell']")


def test_the_frame_counts_what_waits(client: Client, reader: Reader) -> None:
    assert waiting(client) == ["Notices"]
    for number in range(3):
        notify(reader, Kind.CLAIM, f"Number {number}.", "/papers")
    assert waiting(client) == ["Notices 3 unread"]
    assert waiting(Client()) == []


def test_a_notice_is_opened_read_and_counted_no_more(client: Client, reader: Reader) -> None:
    notify(reader, Kind.CLAIM, "It is <b>yours</b>.", "/papers?q=1")
    notify(reader, Kind.CLAIM, "Another.", "/about")
    tree = page(client, "/notices")
    assert texts(tree, "//ul[@class='log']/li//button[@value='open']") == [
        "Another.",
        "It is <b>yours</b>.",
    ]
    mine = Notice.objects.earliest("id")
    opened = client.post("/notices/read", {"notice": mine.pk, "do": "open"})
    assert opened["Location"] == "/papers?q=1"
    assert waiting(client) == ["Notices 1 unread"]
    assert client.post("/notices/read")["Location"] == "/notices"
    assert waiting(client) == ["Notices"]
    assert not page(client, "/notices").xpath("//li[@class='unread']")


def test_notices_of_others_do_not_exist(client: Client, reader: Reader) -> None:
    notify(make_reader("bob"), Kind.CLAIM, "Bob's.", "/papers")
    notice = Notice.objects.get()
    assert texts(page(client, "/notices"), "//ul[@class='log']/li") == []
    for asked in (notice.pk, 999, "x", "9" * 40):
        assert client.post("/notices/read", {"notice": asked, "do": "open"}).status_code == 404
    client.post("/notices/read")
    notice.refresh_from_db()
    assert notice.read_at is None


def test_a_page_shows_what_a_comment_says_while_it_stands(
    client: Client, reader: Reader, paper: Paper
) -> None:
    bob = make_reader("bob")
    comment = add_comment(bob, paper.id, f"<script>x</script> @{reader.username}")
    hearing.hear()
    tree = page(client, "/notices")
    assert texts(tree, "//ul[@class='log']//p") == ["<script>x</script> @ada"]
    delete_comment(bob, comment.id)
    assert waiting(client) == ["Notices"]
    assert not page(client, "/notices").xpath("//ul[@class='log']")


def test_long_lists_have_pages(client: Client, reader: Reader) -> None:
    for number in range(85):
        notify(reader, Kind.CLAIM, f"Number {number}.", "/papers")
    seen: list[str] = []
    address = "/notices"
    while address:
        tree = page(client, address)
        seen += texts(tree, "//button[@value='open']")
        further = values(tree, "//a[@rel='next']/@href")
        address = further[0] if further else ""
    assert seen == [f"Number {number}." for number in range(84, -1, -1)]
    for place in ("x", "1", "1.x", "9" * 40 + ".1", "-9999999999999999.1"):
        assert client.get("/notices", {"after": place}).status_code in (404, 200)
    assert client.get("/notices", {"after": "x"}).status_code == 404


def test_a_choice_is_kept(client: Client, reader: Reader) -> None:
    assert len(texts(page(client, "/account/notices"), "//select")) == len(Kind)
    client.post("/account/notices", {"reply": "once", "mention": "none", "paper": "shouted"})
    assert dict(Wish.objects.values_list("kind", "way")) == {"reply": "once", "mention": "none"}
    chosen = page(client, "/account/notices").xpath("//select[@name='reply']/option[@selected]")
    assert [one.get("value") for one in chosen] == [Way.ONCE.value]


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/authors/Ada%20Sample", "author"),
        ("/categories/cs.LG", "category"),
        ("/categories/cs", "category"),
        ("/keywords/rivers", "keyword"),
        ("/papers?q=rivers", "search"),
        ("/papers/2512.00001", "discussion"),
        ("/readers/bob", "reader"),
    ],
)
def test_a_page_is_followed_by_its_button(
    client: Client, reader: Reader, paper: Paper, fake_engine: FakeEngine, address: str, words: str
) -> None:
    make_reader("bob")
    feeds.catch_up()
    fake_engine.finds([paper])
    assert page(Client(), address).xpath("//form[@class='follow']") == []
    for sign in ("Follow", "Unfollow", "Follow"):
        tree = page(client, address)
        assert texts(tree, "//form[@class='follow']/button") == [f"{sign} this {words}"]
        form = tree.xpath("//form[@class='follow']")[0]
        fields = {one.get("name"): one.get("value") for one in form.xpath(".//input | .//button")}
        assert client.post(form.get("action"), fields)["Location"] == fields["next"]
        assert Follow.objects.filter(reader=reader).count() == (sign == "Follow")


def test_no_way_back_leads_elsewhere(client: Client, reader: Reader, paper: Paper) -> None:
    fields = {"about": "author", "name": "Ada Sample", "next": "https://example.org/"}
    assert client.post("/follow", fields)["Location"] == "/account/following"


def test_what_is_followed_is_listed_and_left(client: Client, reader: Reader, paper: Paper) -> None:
    bob = make_reader("bob")
    feeds.catch_up()
    wanted = ("author", "Ada Sample"), ("category", "cs.LG"), ("search", "rivers & dams")
    for about, name in (*wanted, ("paper", "2512.00001"), ("reader", "bob")):
        following.follow(reader, about, name)
    theirs = following.follow(bob, "author", "Ada Sample")
    tree = page(client, "/account/following")
    assert values(tree, "//ul[@class='rows']/li/a/@href") == [
        "/authors/Ada%20Sample",
        "/categories/cs.LG",
        f"/papers/b{paper.id}",
        "/readers/bob",
        "/papers?q=rivers+%26+dams&sort=newest",
    ]
    assert client.post("/account/following", {"number": theirs.pk}).status_code == 404
    for button in tree.xpath("//button[@name='number']"):
        client.post("/account/following", {"number": button.get("value")})
    assert list(Follow.objects.values_list("pk", flat=True)) == [theirs.pk]


def test_feeds_of_what_is_followed_as_one_file(
    client: Client, reader: Reader, paper: Paper
) -> None:
    feeds.catch_up()
    for about, name in (("author", "Ada Sample"), ("search", "rivers & dams"), ("reader", "bob")):
        if about == "reader":
            make_reader("bob")
        following.follow(reader, about, name)
    own = client.get("/account/following.opml")
    addresses = re.findall(r'xmlUrl="([^"]+)"', own.content.decode())
    assert addresses == [
        "http://testserver/authors/Ada%20Sample.atom",
        "http://testserver/papers.atom?q=rivers+%26amp%3B+dams".replace("%26amp%3B", "%26"),
    ]
    for address in addresses:
        parts = urlsplit(address)
        assert Client().get(f"{parts.path}?{parts.query}").status_code == 200

    [secret] = texts(page(client, "/account/following"), "//pre")
    path = urlsplit(secret).path
    assert Client().get(path).content == own.content
    assert "private" in Client().get(path)["Cache-Control"]
    client.post("/account/following", {"do": "renew"})
    assert Client().get(path).status_code == 404
    [renewed] = texts(page(client, "/account/following"), "//pre")
    assert Client().get(urlsplit(renewed).path).status_code == 200
    forged = re.sub(r"/following/\d+", "/following/1", path)
    assert Client().get(forged).status_code == 404


def test_a_reader_is_muted_on_the_profile(client: Client, reader: Reader) -> None:
    make_reader("bob")
    following.follow(reader, "reader", "bob")
    client.post("/readers/bob/mute", {"mute": "begin"})
    assert Mute.objects.filter(reader=reader, them__username="bob").exists()
    assert not Follow.objects.exists()
    assert "bob" in texts(page(client, "/account/following"), "//ul[@class='rows']/li")[0]
    client.post("/account/following", {"hear": "bob"})
    assert not Mute.objects.exists()
    for handle, status in (("ada", 400), ("nobody", 404)):
        assert client.post(f"/readers/{handle}/mute").status_code == status


@pytest.mark.parametrize("pattern", [*keeping, *telling], ids=lambda pattern: str(pattern.name))
def test_every_write_refuses_strangers_and_other_sites(pattern: object, paper: Paper) -> None:
    ada = make_reader()
    make_reader("bob")
    notify(ada, Kind.CLAIM, "So.", "/papers")
    route = str(getattr(pattern, "pattern"))  # noqa: B009  mypy knows no pattern
    name = str(getattr(pattern, "name"))  # noqa: B009  see above
    address = "/" + re.sub(r"<path:slug>", paper.slug, re.sub(r"<form:form>", "bib", route))
    address = re.sub(r"<handle>", "bob", re.sub(r"<token>", "7:x", address))
    stranger, forged = Client(), Client(enforce_csrf_checks=True)
    forged.force_login(ada)
    fields = {"state": "read", "text": "Bad.", "about": "author", "name": "Ada Sample"}
    for method in (stranger.get, stranger.post):
        told = method(address, fields, headers=JSON)
        assert told.status_code in ((404,) if name in LETS_STRANGERS else (302, 401, 405))
    if name not in LETS_STRANGERS:
        assert forged.post(address, fields).status_code == 403
    assert not Follow.objects.exists()
    assert not Mute.objects.exists()
    assert not Wish.objects.exists()
    assert not Reading.objects.exists()
    assert not Note.objects.exists()
    assert Notice.objects.get().read_at is None


@pytest.mark.parametrize("address", ["/about", "/papers", "/papers/2512.00001", "/categories"])
def test_the_frame_costs_one_query_however_much_waits(
    client: Client, reader: Reader, paper: Paper, address: str
) -> None:
    feeds.catch_up()

    def asked() -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return [one["sql"] for one in captured.captured_queries if "notices_notice" in one["sql"]]

    assert len(asked()) == 1
    for number in range(120):
        notify(reader, Kind.CLAIM, f"Number {number}.", "/papers")
    assert len(asked()) == 1
    assert waiting(client, address) == ["Notices 99+ unread"]


def test_a_list_of_notices_is_as_many_queries_as_one(client: Client, reader: Reader) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(client, "/notices")
        return len(captured.captured_queries)

    bob = make_reader("bob")
    notify(reader, Kind.CLAIM, "One.", "/papers", actor=bob)
    page(client, "/notices")  # a first visit writes down its session
    one = asked()
    for number in range(9):
        notify(reader, Kind.CLAIM, f"Number {number}.", "/papers", actor=bob)
    assert asked() == one
