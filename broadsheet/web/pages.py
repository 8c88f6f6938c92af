"""Pages that say the same to everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def about(request: HttpRequest) -> HttpResponse:
    return render(request, "about.html")


def robots(request: HttpRequest) -> HttpResponse:
    # a crawler has all papers by their days; every search it made would cost a model's run
    searches = [
        f"/papers{end}?q="
        for end in ("", ".rss", ".atom", ".json", ".md", ".bib", ".ris", ".csl.json")
    ]
    kept_out = [*searches, "/papers/similar", "/papers/suggest", "/letters/", "/api/"]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in kept_out), ""]
    return HttpResponse("\n".join(lines), content_type="text/plain")
