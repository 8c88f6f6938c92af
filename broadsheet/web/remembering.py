"""Lists as a reader wants them always."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from broadsheet.feeds import choice as choices
from broadsheet.feeds.remembered import remembered

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def with_remembered(view: View[P]) -> View[P]:
    """A list that leads to itself with the reader's own filters, where its address says nothing of
    any."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        is_bare = not request.GET and "form" not in kwargs
        choice = remembered(request.user.pk) if is_bare and request.user.pk else None
        if choice:
            return redirect(request.path + choices.query(choice))
        return view(request, *args, **kwargs)

    return answer
