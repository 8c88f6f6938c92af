"""Pages that say the same to everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def about(request: HttpRequest) -> HttpResponse:
    return render(request, "about.html")


def robots(request: HttpRequest) -> HttpResponse:
    # a crawler has all papers by their days; every search it made would cost a model's run
    return HttpResponse(
        "User-agent: *\nDisallow: /papers?q=\nDisallow: /papers.\nDisallow: /api/\n",
        content_type="text/plain",
    )
