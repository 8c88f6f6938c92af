"""The picture of a paper's first page, where its licence allows to show it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from broadsheet.exports import caching
from broadsheet.papers.works import FirstPage
from broadsheet.web.errors import NotHere
from broadsheet.web.paper import named


@caching.follows_papers
def image(request: HttpRequest, slug: str) -> HttpResponse:
    kept = FirstPage.objects.shown().filter(paper=named(slug)).first()
    if not (kept and settings.FIRST_PAGES):
        raise NotHere("No picture of this paper is kept here.")
    return HttpResponse(bytes(kept.image), content_type="image/png")
