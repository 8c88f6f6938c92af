"""OPML: all fields or all categories of this site, to be imported by a feed reader."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from broadsheet.feeds.models import Heading, Kind
from broadsheet.papers import categories
from broadsheet.web import syndication
from broadsheet.web.cards import Address


def every_feed(request: HttpRequest) -> HttpResponse:
    """The lists of all papers and of each field."""
    site = f"{request.scheme}://{request.get_host()}"
    lists = [
        Address("Newest papers", f"{site}{reverse('newest')}.atom"),
        Address("Trending papers", f"{site}{reverse('trending')}.atom"),
        Address("Most voted papers", f"{site}{reverse('top')}.atom"),
    ]
    return _opml("Fields", lists + _headings(site, Kind.FIELD))


def every_category(request: HttpRequest) -> HttpResponse:
    site = f"{request.scheme}://{request.get_host()}"
    return _opml("Categories", _headings(site, Kind.CATEGORY))


def _headings(site: str, kind: Kind) -> list[Address]:
    names = Heading.objects.of_kind(kind).values_list("name", flat=True)
    return [
        Address(
            f"{categories.name(name)} ({name})", f"{site}{reverse('category', args=[name])}.atom"
        )
        for name in names
        if name in categories.CATEGORIES or name in categories.FIELDS
    ]


def _opml(title: str, feeds: list[Address]) -> HttpResponse:
    response = HttpResponse(
        syndication.opml(title, feeds), content_type="text/x-opml; charset=utf-8"
    )
    response["Cache-Control"] = f"public, max-age={syndication.FRESH_FOR}"
    return response
