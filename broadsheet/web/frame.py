"""The parts of the frame around every page that are its reader's alone."""

from __future__ import annotations

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.template.loader import render_to_string
from markupsafe import Markup

from broadsheet.web.accounts import reader_of
from broadsheet.web.notices import unread
from broadsheet.web.sheets import for_reader


def yours(request: HttpRequest) -> Markup:
    """Who reads, and what waits for them; for visitors, where to sign in."""
    return for_reader(request, _yours)


def messages(request: HttpRequest) -> Markup:
    """What the last action has to say, once."""
    return for_reader(request, _messages)


def _yours(request: HttpRequest) -> Markup:
    me = reader_of(request)
    context = {"me": me, "waiting": unread(me) if me else 0}
    return Markup(render_to_string("_yours.html", context, request))  # noqa: S704  a template made it


def _messages(request: HttpRequest) -> Markup:
    told = list(get_messages(request)) if request.COOKIES else []
    if not told:
        return Markup()
    return Markup(render_to_string("_messages.html", {"told": told}))  # noqa: S704  a template made it
