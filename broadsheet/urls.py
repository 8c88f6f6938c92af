"""The whole URL map on one screen."""

from __future__ import annotations

from django.urls import path, register_converter
from django.views.generic import RedirectView

from broadsheet.api import errors as api_errors
from broadsheet.api import mcp, openapi
from broadsheet.api import pages as api_pages
from broadsheet.web import card_image, errors, export, feed, pages, paper
from broadsheet.web.export import also_markdown

register_converter(export.FormConverter, "form")

span = also_markdown(feed.span_page, export.span)

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="papers")),
    path("papers", also_markdown(feed.papers, export.papers), name="papers"),
    path("papers.<form:form>", export.papers, name="papers-as"),
    path("papers/date/<key>.<form:form>", export.span, {"kind": "day"}, name="day-as"),
    path("papers/week/<key>.<form:form>", export.span, {"kind": "week"}, name="week-as"),
    path("papers/month/<key>.<form:form>", export.span, {"kind": "month"}, name="month-as"),
    path("papers/date/<key>", span, {"kind": "day"}, name="day"),
    path("papers/week/<key>", span, {"kind": "week"}, name="week"),
    path("papers/month/<key>", span, {"kind": "month"}, name="month"),
    path("papers/<path:slug>.png", card_image.image, name="paper-image"),
    path("papers/<path:slug>.<form:form>", export.paper, name="paper-as"),
    path("papers/<path:slug>", also_markdown(paper.paper, export.paper), name="paper"),
    path("about", pages.about, name="about"),
    path("robots.txt", pages.robots),
    path("llms.txt", api_pages.llms),
    path("mcp", mcp.http),
    path("api", api_pages.about, name="api"),
    path("api/openapi.json", api_pages.description, name="openapi"),
    *(path(pattern, api_errors.needs_token) for pattern in openapi.WRITES),
    *(path(route.pattern, route.view()) for route in openapi.ROUTES),
    path("api/<path:rest>", api_errors.unknown),
]

handler404 = api_errors.not_found(errors.not_found)
handler500 = api_errors.failed(errors.server_error)
