"""Lists and papers at the same address in other forms: Markdown, BibTeX, RIS, CSL-JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls.converters import StringConverter
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from broadsheet.exports import caching, markdown, whole
from broadsheet.exports.forms import FORMS
from broadsheet.exports.whole import Whole
from broadsheet.feeds import choice as choices
from broadsheet.feeds import finding, lists, spans
from broadsheet.feeds.choice import Choice, UnusableChoice
from broadsheet.feeds.lists import Place
from broadsheet.feeds.spans import Kind, Span
from broadsheet.papers.works import FullText
from broadsheet.search.query import parse
from broadsheet.web.errors import NotHere
from broadsheet.web.paper import named
from broadsheet.web.search import PAGE, page_number

MOST = 500
"""Papers in one file; the header Link tells where the next are."""


MARKDOWN = "md"


class FormConverter(StringConverter):
    """The ending of an address that asks for another form."""

    regex = "|".join(re.escape(name) for name in FORMS)


View = Callable[..., HttpResponse]


def also_markdown(page: View, other: View) -> View:
    """The page `page`; where the reader prefers Markdown, what `other` makes in that form."""

    def respond(request: HttpRequest, **parts: str) -> HttpResponse:
        if "form" in parts:  # a feed, which its ending names
            return page(request, **parts)
        wanted = request.get_preferred_type(["text/html", "text/markdown"])
        is_markdown = wanted == "text/markdown"
        response = other(request, form=MARKDOWN, **parts) if is_markdown else page(request, **parts)
        patch_vary_headers(response, ["Accept"])
        return response

    return respond


@caching.follows_papers
def paper(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    key = named(slug).id
    found = whole.load([key])
    if form == MARKDOWN:
        text = FullText.objects.shown_of(key) if settings.FULL_TEXT else ""
        return _markdown(markdown.paper(found[0], _site(request), text))
    return _file(found, form, found[0].slug)


@caching.follows_papers
def span(request: HttpRequest, kind: Kind, key: str, form: str) -> HttpResponse:
    """The papers of a day, week or month, by votes; none where none stand on it."""
    try:
        asked = spans.parse(kind, key)
    except ValueError:
        raise NotHere(f"There is no {kind} “{key}” in the calendar.") from None
    return _span(request, asked, form)


def papers(request: HttpRequest, form: str) -> HttpResponse:
    """The newest day that has papers; with `?q=`, a page of a search."""
    return _search(request, form) if "q" in request.GET else newest(request, form)


@caching.follows_papers
def newest(request: HttpRequest, form: str) -> HttpResponse:
    today = timezone.localdate()
    here = spans.day_of(today)
    return _span(request, lists.nearest(here, today) or here, form)


@caching.lasting
def _search(request: HttpRequest, form: str) -> HttpResponse:
    query = parse(request.GET.get("q", ""))
    number = page_number(request.GET.get("page", "1"))
    results = finding.search(query, limit=PAGE, offset=(number - 1) * PAGE)
    found = whole.load([hit.paper_id for hit in results.hits])
    if form == MARKDOWN:
        note = query.problem or results.note
        return _markdown(markdown.papers(f"Search: {query.text}", found, _site(request), note))
    return _file(found, form, "search")


def stream(request: HttpRequest, title: str, ids: Sequence[int], form: str) -> HttpResponse:
    """The papers of a list without an end, as many as a feed has."""
    found = whole.load(ids)
    if form == MARKDOWN:
        return _markdown(markdown.papers(title, found, _site(request)))
    return _file(found, form, title)


def _span(request: HttpRequest, span: Span, form: str) -> HttpResponse:
    papers = lists.papers_in(span, timezone.localdate()).filter(_choice(request).conditions())
    ids, following = lists.ids_of(papers, _after(request), MOST)
    found = whole.load(ids)
    if form == MARKDOWN:
        response = _markdown(markdown.papers(span.title, found, _site(request)))
    else:
        response = _file(found, form, span.key)
    if following:
        address = request.build_absolute_uri(f"{request.path}?after={following}")
        response["Link"] = f'<{address}>; rel="next"'
    return response


def _choice(request: HttpRequest) -> Choice:
    try:
        return choices.parse(dict(request.GET.lists()))
    except UnusableChoice as reason:
        raise NotHere(str(reason)) from None


def _after(request: HttpRequest) -> Place | None:
    try:
        return Place.parse(request.GET["after"]) if "after" in request.GET else None
    except ValueError:
        raise NotHere("This part of the list does not exist.") from None


def _markdown(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/markdown; charset=utf-8")


def _file(papers: Sequence[Whole], form: str, name: str) -> HttpResponse:
    safe = re.sub(r"[^\w.-]", "-", name)
    headers = {"Content-Disposition": f'inline; filename="{safe}.{form}"'}
    kind = f"{FORMS[form].kind}; charset=utf-8"
    return HttpResponse(FORMS[form].document(papers), content_type=kind, headers=headers)


def _site(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")
