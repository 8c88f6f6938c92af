"""RSS, Atom and JSON Feed: valid, whole, stable, and asked for only when something changed."""

from __future__ import annotations

from datetime import date
from typing import Any

import feedparser
import msgspec
import pytest
from django.test import Client
from lxml import etree

from broadsheet.feeds import jobs
from broadsheet.papers.models import Paper
from broadsheet.web.syndication import FEED_ITEMS, FORMATS, TYPES
from tests.shelf import make_paper
from tests.web.conftest import FakeEngine, Page
from tests.web.reading import values

pytestmark = pytest.mark.django_db
TODAY = date(2025, 12, 17)
LONG = "Water runs over sand. " * 200

ATOM = """
<grammar xmlns="http://relaxng.org/ns/structure/1.0" ns="http://www.w3.org/2005/Atom"
    datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
<start><element name="feed"><interleave>
  <element name="id"><data type="anyURI"/></element>
  <element name="title"><text/></element>
  <element name="updated"><data type="dateTime"/></element>
  <oneOrMore><ref name="link"/></oneOrMore>
  <oneOrMore><ref name="author"/></oneOrMore>
  <zeroOrMore><element name="entry"><interleave>
    <element name="id"><data type="anyURI"/></element>
    <element name="title"><text/></element>
    <element name="updated"><data type="dateTime"/></element>
    <element name="published"><data type="dateTime"/></element>
    <ref name="link"/>
    <zeroOrMore><ref name="author"/></zeroOrMore>
    <zeroOrMore><element name="category"><attribute name="term"/></element></zeroOrMore>
    <element name="content"><attribute name="type"><value>html</value></attribute><text/></element>
  </interleave></element></zeroOrMore>
</interleave></element></start>
<define name="link"><element name="link">
  <attribute name="rel"><choice><value>self</value><value>alternate</value></choice></attribute>
  <attribute name="href"><data type="anyURI"/></attribute>
  <optional><attribute name="type"/></optional>
</element></define>
<define name="author">
  <element name="author"><element name="name"><text/></element></element>
</define>
</grammar>
"""
RSS = """
<grammar xmlns="http://relaxng.org/ns/structure/1.0"
    datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
<start><element name="rss"><attribute name="version"><value>2.0</value></attribute>
<element name="channel"><interleave>
  <element name="title"><text/></element>
  <element name="link"><data type="anyURI"/></element>
  <element name="description"><text/></element>
  <element name="lastBuildDate"><ref name="moment"/></element>
  <element name="link" ns="http://www.w3.org/2005/Atom">
    <attribute name="rel"><value>self</value></attribute>
    <attribute name="href"><data type="anyURI"/></attribute><attribute name="type"/></element>
  <zeroOrMore><element name="item"><interleave>
    <element name="title"><text/></element>
    <element name="link"><data type="anyURI"/></element>
    <element name="guid">
      <attribute name="isPermaLink"><value>false</value></attribute><text/></element>
    <element name="pubDate"><ref name="moment"/></element>
    <zeroOrMore>
      <element name="creator" ns="http://purl.org/dc/elements/1.1/"><text/></element></zeroOrMore>
    <zeroOrMore><element name="category"><text/></element></zeroOrMore>
    <element name="description"><text/></element>
  </interleave></element></zeroOrMore>
</interleave></element></element></start>
<define name="moment"><data type="string">
  <param name="pattern">[A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} \\d\\d:\\d\\d:\\d\\d GMT</param>
</data></define>
</grammar>
"""
SCHEMAS = {"atom": ATOM, "rss": RSS}


class Author(msgspec.Struct, forbid_unknown_fields=True):
    name: str


class Item(msgspec.Struct, forbid_unknown_fields=True):
    """An item of JSON Feed 1.1, as its specification names the members."""

    id: str
    url: str
    title: str
    content_html: str
    date_published: str
    date_modified: str
    authors: list[Author]
    tags: list[str]


class JsonFeed(msgspec.Struct, forbid_unknown_fields=True):
    version: str
    title: str
    home_page_url: str
    feed_url: str
    items: list[Item]


@pytest.fixture
def shelf() -> list[Paper]:
    papers = [
        make_paper(
            "Rivers < seas & $x^2$",
            arxiv_id="2512.00001",
            day=TODAY,
            updated=date(2025, 12, 16),
            source_votes=4,
            names=["A. <b>Bell</b>", "José Ñ"],
            categories=["cs.LG", "math.AG"],
            abstract=f"Let $\\alpha < \\beta$ & more.\n\n{LONG}",
            keywords=["rivers"],
        ),
        make_paper("With a bell \x07 and a nothing", day=TODAY, summary="What \x0b it says."),
        make_paper("Undated"),
    ]
    jobs.catch_up()
    return papers


LISTS = [
    "/papers",
    "/papers/date/2025-12-17",
    "/papers/week/2025-W51",
    "/papers/month/2025-12",
    "/papers/month/1999-01",
    "/papers/newest",
    "/papers/top",
    "/papers/trending",
    "/categories/cs.LG",
    "/categories/cs",
    "/keywords/rivers",
    "/sources/arxiv-json",
    "/authors/Jos%C3%A9%20%C3%91",
]


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize("form", FORMATS)
def test_every_list_has_valid_feeds(client: Client, address: str, form: str) -> None:
    response = client.get(f"{address}.{form}")
    assert response.status_code == 200
    assert response["Content-Type"] == f"{TYPES[form]}; charset=utf-8"
    check(form, response.content)


def check(form: str, body: bytes) -> None:
    if form == "json":
        feed = msgspec.json.decode(body, type=JsonFeed)
        assert feed.version == "https://jsonfeed.org/version/1.1"
        return
    schema = etree.RelaxNG(etree.fromstring(SCHEMAS[form]))
    schema.assertValid(etree.fromstring(body))
    assert not feedparser.parse(body).bozo


@pytest.mark.parametrize("form", FORMATS)
def test_every_search_has_valid_feeds(
    client: Client, shelf: list[Paper], form: str, fake_engine: FakeEngine
) -> None:
    fake_engine.finds(shelf)
    response = client.get(f"/papers.{form}?q=rivers+%26+seas")
    check(form, response.content)
    assert b"2512.00001" in response.content
    assert client.get(f"/papers.{form}?q=").status_code == 200


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("form", ["rss", "atom"])
def test_readers_understand_an_entry(client: Client, form: str) -> None:
    entry = entries(client.get(f"/papers/top.{form}").content)[0]
    assert entry.title == "Rivers &lt; seas &amp; x²" or "Rivers < seas & x" in entry.title
    assert entry.link == "http://testserver/papers/2512.00001"
    assert [author.name for author in entry.authors][-1] == "José Ñ"
    assert [tag.term for tag in entry.tags] == ["cs.LG", "math.AG"]
    assert entry.published_parsed[:3] == (2025, 12, 17)
    html = entry.content[0].value if "content" in entry else entry.description
    assert LONG.strip() in html
    assert "<b>" not in html


def entries(body: bytes) -> list[Any]:
    return list(feedparser.parse(body).entries)


@pytest.mark.usefixtures("shelf")
def test_mathematics_is_well_formed_inside_the_html(client: Client) -> None:
    feed = msgspec.json.decode(client.get("/papers/top.json").content, type=JsonFeed)
    html = etree.fromstring(f"<div>{feed.items[0].content_html}</div>")
    assert html.xpath("//*[local-name()='math']")
    assert "α" in "".join(map(str, html.itertext()))


def test_ids_stay_when_a_paper_gets_another_address(client: Client, shelf: list[Paper]) -> None:
    before = {entry.id for entry in entries(client.get("/papers/newest.atom").content)}
    Paper.objects.filter(id=shelf[1].id).update(slug="2512.77777", title="Renamed")
    make_paper("One more", day=TODAY)
    jobs.catch_up()
    after = {entry.id for entry in entries(client.get("/papers/newest.atom").content)}
    assert before < after
    assert len(after) == len(before) + 1


@pytest.mark.parametrize("form", FORMATS)
def test_nothing_is_sent_twice(client: Client, shelf: list[Paper], form: str) -> None:
    first = client.get(f"/papers/newest.{form}")
    assert "max-age=300" in first["Cache-Control"]
    again = client.get(f"/papers/newest.{form}", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    make_paper("News", day=TODAY)
    jobs.catch_up()
    again = client.get(f"/papers/newest.{form}", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 200


def test_a_feed_has_at_most_its_fifty_newest(client: Client) -> None:
    for _ in range(FEED_ITEMS + 3):
        make_paper(day=TODAY)
    jobs.catch_up()
    for address in ("/papers/newest", "/papers/date/2025-12-17"):
        assert len(entries(client.get(f"{address}.rss").content)) == FEED_ITEMS


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("address", [*LISTS[1:4], *LISTS[5:], "/papers?q=rivers"])
def test_pages_tell_of_their_feeds(client: Client, page: Page, address: str) -> None:
    tree = page(address)
    found = values(tree, "//link[@rel='alternate']/@href")
    assert values(tree, "//link[@rel='alternate']/@type") == list(TYPES.values())
    for feed in found:
        assert client.get(feed).status_code == 200, feed
