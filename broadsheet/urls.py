"""The whole URL map on one screen."""

from __future__ import annotations

from django.urls import path, register_converter
from django.views.generic import RedirectView

from broadsheet.web import errors, export, feed, pages, paper
from broadsheet.web.export import also_markdown

register_converter(export.FormConverter, "form")

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="papers")),
    path("papers", also_markdown(feed.papers, export.papers), name="papers"),
    path("papers.<form:form>", export.papers, name="papers-as"),
    path("papers/date/<key>.<form:form>", export.span, {"kind": "day"}, name="day-as"),
    path("papers/week/<key>.<form:form>", export.span, {"kind": "week"}, name="week-as"),
    path("papers/month/<key>.<form:form>", export.span, {"kind": "month"}, name="month-as"),
    path("papers/date/<key>", feed.span_page, {"kind": "day"}, name="day"),
    path("papers/week/<key>", feed.span_page, {"kind": "week"}, name="week"),
    path("papers/month/<key>", feed.span_page, {"kind": "month"}, name="month"),
    path("papers/<path:slug>.<form:form>", export.paper, name="paper-as"),
    path("papers/<path:slug>", also_markdown(paper.paper, export.paper), name="paper"),
    path("about", pages.about, name="about"),
    path("robots.txt", pages.robots),
]

handler404 = errors.not_found
handler500 = errors.server_error
