"""RSS 2.0, Atom and JSON Feed of any list of papers, and OPML of the lists.

Written with lxml, which refuses what is not XML; chosen by measurement (docs/decisions). The text
of an entry is HTML inside the feed, escaped: a reader that knows no MathML still shows letters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from typing import Literal
from urllib.parse import urlsplit

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from lxml import etree

from broadsheet.papers.models import Paper
from broadsheet.papers.text import plain
from broadsheet.web import cards, wide
from broadsheet.web.cards import Address

Format = Literal["rss", "atom", "json"]
FORMATS: tuple[Format, ...] = ("rss", "atom", "json")
FEED_ITEMS = 50
ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
TYPES = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}
NAMES = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FRESH_FOR = 300
"""Seconds for which a feed may be kept without asking again."""


@dataclass(frozen=True, slots=True)
class Feed:
    title: str
    address: str
    """Path and query of the page whose papers these are."""
    papers: Sequence[Paper]
    reasons: Mapping[int, str] = field(default_factory=dict)
    """Why a paper is in it, by ids."""


@dataclass(frozen=True, slots=True)
class Alternate:
    """A feed of a page, for `<link rel=alternate>`."""

    name: str
    type: str
    address: str


def alternates(path: str, query: str = "") -> list[Alternate]:
    """The feeds of the page at `path`."""
    return [Alternate(NAMES[form], TYPES[form], f"{path}.{form}{query}") for form in FORMATS]


def respond(request: HttpRequest, feed: Feed, form: Format) -> HttpResponse:
    """The feed as an answer. It has an ETag but no moment of change: papers tell only their day, so
    a reader that asked by the moment would miss what came later on it."""
    site = f"{request.scheme}://{request.get_host()}"
    own = site + request.get_full_path()
    body = WRITERS[form](feed, site, own)
    response = HttpResponse(body, content_type=f"{TYPES[form]}; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={FRESH_FOR}"
    return response


@dataclass(frozen=True, slots=True)
class _Item:
    id: str
    url: str
    title: str
    html: str
    names: list[str]
    categories: list[str]
    published: datetime
    updated: datetime


def _item(paper: Paper, site: str, reason: str = "") -> _Item:
    day = _moment(paper.day or paper.published)
    abstract = "".join(f"<p>{text}</p>" for text in wide.paragraphs(paper.abstract))
    if not abstract and paper.summary:
        abstract = f"<p>Summary: {wide.excerpt(paper.summary, 2_000)}</p>"
    return _Item(
        f"tag:{urlsplit(site).hostname},2025:paper/{paper.id}",
        f"{site}/papers/{paper.slug}",
        plain(paper.title),
        f"<p><i>{_escaped(cards.byline(paper))}</i></p>{_why(reason)}{abstract}",
        paper.first_names,
        paper.category_codes,
        day,
        max(day, _moment(paper.updated)),
    )


def _why(reason: str) -> str:
    return f"<p>Picked for you: {_escaped(reason)}.</p>" if reason else ""


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _moment(day: date | None) -> datetime:
    return datetime.combine(day, time(0), UTC) if day else EPOCH


def _changed(feed: Feed) -> datetime:
    """When the newest paper came or changed."""
    days = [day for paper in feed.papers for day in (paper.day, paper.updated, paper.published)]
    return _moment(max((day for day in days if day), default=None))


def rss(feed: Feed, site: str, own: str) -> bytes:
    names = {"atom": ATOM, "content": CONTENT, "dc": DC}
    root = etree.Element("rss", {"version": "2.0"}, nsmap=names)
    channel = etree.SubElement(root, "channel")
    _add(channel, "title", f"{feed.title} – {settings.SITE_NAME}")
    _add(channel, "link", site + feed.address)
    _add(channel, "description", f"{feed.title}: papers on {settings.SITE_NAME}")
    _add(channel, "lastBuildDate", format_datetime(_changed(feed), usegmt=True))
    etree.SubElement(channel, f"{{{ATOM}}}link", {"rel": "self", "href": own, "type": TYPES["rss"]})
    for paper in feed.papers:
        item = _item(paper, site, feed.reasons.get(paper.id, ""))
        entry = etree.SubElement(channel, "item")
        _add(entry, "title", item.title)
        _add(entry, "link", item.url)
        _add(entry, "guid", item.id, {"isPermaLink": "false"})
        _add(entry, "pubDate", format_datetime(item.published, usegmt=True))
        for name in item.names:
            _add(entry, f"{{{DC}}}creator", name)
        for code in item.categories:
            _add(entry, "category", code)
        _add(entry, "description", item.html)
    return _bytes(root)


def atom(feed: Feed, site: str, own: str) -> bytes:
    root = etree.Element("feed", {"xmlns": ATOM})
    _add(root, "id", own)
    _add(root, "title", f"{feed.title} – {settings.SITE_NAME}")
    _add(root, "updated", _changed(feed).isoformat())
    etree.SubElement(root, "link", {"rel": "self", "href": own, "type": TYPES["atom"]})
    etree.SubElement(root, "link", {"rel": "alternate", "href": site + feed.address})
    _add(etree.SubElement(root, "author"), "name", settings.SITE_NAME)
    for paper in feed.papers:
        item = _item(paper, site, feed.reasons.get(paper.id, ""))
        entry = etree.SubElement(root, "entry")
        _add(entry, "id", item.id)
        _add(entry, "title", item.title)
        _add(entry, "updated", item.updated.isoformat())
        _add(entry, "published", item.published.isoformat())
        etree.SubElement(entry, "link", {"rel": "alternate", "href": item.url})
        for name in item.names:
            _add(etree.SubElement(entry, "author"), "name", name)
        for code in item.categories:
            etree.SubElement(entry, "category", {"term": code})
        _add(entry, "content", item.html, {"type": "html"})
    return _bytes(root)


def json_feed(feed: Feed, site: str, own: str) -> bytes:
    items = [_item(paper, site, feed.reasons.get(paper.id, "")) for paper in feed.papers]
    return msgspec.json.encode(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": f"{feed.title} – {settings.SITE_NAME}",
            "home_page_url": site + feed.address,
            "feed_url": own,
            "items": [
                {
                    "id": item.id,
                    "url": item.url,
                    "title": item.title,
                    "content_html": item.html,
                    "date_published": item.published.isoformat(),
                    "date_modified": item.updated.isoformat(),
                    "authors": [{"name": name} for name in item.names],
                    "tags": item.categories,
                }
                for item in items
            ],
        }
    )


WRITERS = {"rss": rss, "atom": atom, "json": json_feed}


def opml(title: str, feeds: Sequence[Address]) -> bytes:
    """A list of Atom feeds that any reader can import; the addresses are absolute."""
    root = etree.Element("opml", {"version": "2.0"})
    _add(etree.SubElement(root, "head"), "title", title)
    body = etree.SubElement(root, "body")
    for feed in feeds:
        etree.SubElement(
            body, "outline", {"type": "rss", "text": feed.name, "title": feed.name}
        ).set("xmlUrl", feed.url)
    return _bytes(root)


def _add(
    parent: etree._Element, name: str, text: str, attributes: dict[str, str] | None = None
) -> None:
    child = etree.SubElement(parent, name, attributes or {})
    try:
        child.text = text
    except ValueError:  # XML has no word for some control characters
        child.text = "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")
