"""How long what programs read may be kept, and how they learn that it has not changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import condition

from broadsheet import __version__
from broadsheet.papers.models import latest_change

FRESH = 60
"""Seconds for which an answer may be used without asking again."""

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def etag(_request: HttpRequest, *_: object, **__: object) -> str:
    """Changes with any paper, with the day, for lists end today, and with the program."""
    return f'"{latest_change()}-{timezone.localdate().toordinal()}-{__version__}"'


def follows_papers(view: View[P]) -> View[P]:
    """For a view whose answer follows from the papers and its address alone: one query tells
    whether it is still as it was, and then it is not made again."""
    conditional: View[P] = condition(etag_func=etag)(view)
    return lasting(conditional)


def lasting(view: View[P], seconds: int = FRESH) -> View[P]:
    """Its answers may be kept by anybody for a while; errors may not."""

    @wraps(view)
    def respond(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code in (200, 304):
            patch_cache_control(response, public=True, max_age=seconds)
        return response

    return respond
