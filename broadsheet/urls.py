"""The whole URL map on one screen."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from broadsheet.web import errors, feed, lists, outlines, pages, paper, search, search_help, similar
from broadsheet.web.addresses import listed

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="papers")),
    *listed("papers", feed.papers, name="papers"),
    *listed("papers/date/<key>", feed.span_page, {"kind": "day"}, name="day"),
    *listed("papers/week/<key>", feed.span_page, {"kind": "week"}, name="week"),
    *listed("papers/month/<key>", feed.span_page, {"kind": "month"}, name="month"),
    *listed("papers/newest", lists.everything, {"order": "newest"}, name="newest"),
    *listed("papers/top", lists.everything, {"order": "top"}, name="top"),
    *listed("papers/trending", lists.everything, {"order": "trending"}, name="trending"),
    path("papers/similar", similar.page, name="similar"),
    path("papers/suggest", search.suggest, name="suggest"),
    path("papers/<path:slug>/bibtex", paper.bibtex, name="bibtex"),
    path("papers/<path:slug>", paper.paper, name="paper"),
    path("categories", lists.all_categories, name="categories"),
    *listed("categories/<code>", lists.category, name="category"),
    *listed("keywords/<path:name>", lists.keyword, name="keyword"),
    *listed("sources/<name>", lists.source, name="source"),
    *listed("authors/<path:name>", lists.author, name="author"),
    path("feeds.opml", outlines.every_feed, name="feeds"),
    path("categories.opml", outlines.every_category, name="category-feeds"),
    path("ranking", lists.ranking, name="ranking"),
    path("about/search", search_help.page, name="search-help"),
    path("about", pages.about, name="about"),
    path("robots.txt", pages.robots),
]

handler404 = errors.not_found
handler500 = errors.server_error
