"""The whole URL map on one screen."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from broadsheet.web import errors, feed, pages, paper, search, search_help, similar

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="papers")),
    path("papers", feed.papers, name="papers"),
    path("papers/date/<key>", feed.span_page, {"kind": "day"}, name="day"),
    path("papers/week/<key>", feed.span_page, {"kind": "week"}, name="week"),
    path("papers/month/<key>", feed.span_page, {"kind": "month"}, name="month"),
    path("papers/similar", similar.page, name="similar"),
    path("papers/suggest", search.suggest, name="suggest"),
    path("papers/<path:slug>/bibtex", paper.bibtex, name="bibtex"),
    path("papers/<path:slug>", paper.paper, name="paper"),
    path("about/search", search_help.page, name="search-help"),
    path("about", pages.about, name="about"),
    path("robots.txt", pages.robots),
]

handler404 = errors.not_found
handler500 = errors.server_error
