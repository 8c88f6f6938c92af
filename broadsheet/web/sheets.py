"""Pages that all readers share: made once for nobody, then filled in for each who asks.

A page of papers is the same for everybody but for a few places: who reads, how many notices wait,
what was voted for. So it is made for a request that knows nobody, which is why nothing of a reader
can be in what is kept; what would be a reader's is left open as a place, and filled in each time.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from markupsafe import Markup

from broadsheet.community import marks
from broadsheet.papers.models import Paper
from broadsheet.papers.prepared import prepared
from broadsheet.readers.models import Reader
from broadsheet.web import caching
from broadsheet.web.kept import Kept

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

NOBODY = 0
"""The key of no reader."""
_SIGN = secrets.token_hex(16)
"""What marks a place while a page is made. Nobody outside of this process can know it."""
_MARK = re.compile(f"{_SIGN}-(\\d+)-".encode())
_ADDRESS = ("HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "QUERY_STRING")


@dataclass(frozen=True)
class Filling:
    """One reader, for whom a sheet is filled in."""

    request: HttpRequest
    voted: frozenset[int]
    """Those of its papers that the reader has voted for."""

    @cached_property
    def token(self) -> str:
        return get_token(self.request)


Place = Callable[[Filling], str]
"""Tells what stands at a place, as HTML."""


@dataclass(slots=True)
class Shown:
    """What a page shows that may move before its change has a number."""

    papers: dict[int, marks.Numbers] = field(default_factory=dict)
    people: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Handles and names of readers."""


class Blank(HttpRequest):
    """The same address, asked by nobody: without cookies, session, account or token."""

    def __init__(self, asked: HttpRequest, *, for_reader: bool) -> None:
        super().__init__()
        self.is_for_readers = for_reader
        """Whether it is for those who are signed in, or for the others."""
        self.method = "GET"
        self.path, self.path_info, self.GET = asked.path, asked.path_info, asked.GET
        self.META = {name: asked.META[name] for name in _ADDRESS if name in asked.META}
        self.user = AnonymousUser()
        self.has_notices = getattr(asked, "has_notices", True)
        self.shown = Shown()
        self.places: dict[Place, int] = {}
        self._told_scheme = asked.scheme

    def _get_scheme(self) -> str | None:
        return self._told_scheme

    def place(self, place: Place) -> Markup:
        """What a template writes where this is to stand."""
        index = self.places.setdefault(place, len(self.places))
        return Markup(f"{_SIGN}-{index}-")  # noqa: S704  letters and digits


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page with open places."""

    texts: list[bytes]
    at: list[int]
    """Which place stands after each text but the last."""
    places: list[Place]
    shown: Shown
    status: int
    headers: dict[str, str]

    @classmethod
    def of(cls, response: HttpResponse, blank: Blank) -> Sheet:
        parts = _MARK.split(response.content)
        at = [int(index) for index in parts[1::2]]
        headers = dict(response.items())
        return cls(parts[::2], at, list(blank.places), blank.shown, response.status_code, headers)

    def filled(self, filling: Filling) -> HttpResponse:
        told = [place(filling).encode() for place in self.places]
        parts = [b""] * (len(self.texts) + len(self.at))
        parts[::2] = self.texts
        parts[1::2] = [told[index] for index in self.at]
        response = HttpResponse(b"".join(parts), status=self.status, headers=self.headers)
        response.headers["Cache-Control"] = "private, no-cache"
        return response


KEPT = Kept[Sheet](300)


def shared(view: View[P]) -> View[P]:
    """A view whose page is a sheet for whoever may be known: one for those who are signed in, one
    for the others. The pages of visitors without cookies are kept whole, by `caching`; other forms
    of a list are made as ever."""

    @wraps(view)
    def respond(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        reader_id = request.user.pk or NOBODY
        is_known = reader_id != NOBODY
        if request.method != "GET" or kwargs.get("form") or not (is_known or request.COOKIES):
            return view(request, *args, **kwargs)
        key = (is_known, caching.key(request))
        sheet = None if settings.DEBUG else KEPT.get(key)
        voted = _voted(reader_id, sheet) if sheet else None
        if sheet is None or voted is None:
            blank = Blank(request, for_reader=is_known)
            response = view(blank, *args, **kwargs)
            if response.streaming:
                return response
            sheet = Sheet.of(response, blank)
            if caching.may_be_kept(response):
                KEPT.keep(key, sheet)
            _, voted = marks.numbers(reader_id, sheet.shown.papers)
        return sheet.filled(Filling(request, voted))

    return respond


def _voted(reader_id: int, sheet: Sheet) -> frozenset[int] | None:
    """Those of its papers that the reader has voted for; None where the sheet is out of date."""
    now, voted = marks.numbers(reader_id, sheet.shown.papers)
    people = {key: (handle, name) for key, handle, name in _called(sheet.shown.people)}
    return voted if (now, people) == (sheet.shown.papers, sheet.shown.people) else None


@prepared
def _called(people: Collection[int]) -> QuerySet[Reader, Any]:
    return Reader.objects.filter(pk__in=people, is_active=True).values_list(
        "id", "username", "name"
    )


def for_reader(request: HttpRequest, shown: Callable[[HttpRequest], Markup]) -> Markup:
    """What is shown to whoever asks; in a sheet, the place where it is to stand."""
    if isinstance(request, Blank):
        return request.place(lambda filling: shown(filling.request))
    return shown(request)


def show_papers(request: HttpRequest, papers: Iterable[Paper]) -> None:
    """Have a sheet made anew as soon as the numbers of one of these move."""
    if isinstance(request, Blank):
        request.shown.papers |= {one.id: (one.votes, one.comments) for one in papers}


def show_people(request: HttpRequest, readers: Iterable[Reader]) -> None:
    """Have a sheet made anew as soon as one of these goes, or is called otherwise."""
    if isinstance(request, Blank):
        request.shown.people |= {one.pk: (one.username, one.name) for one in readers}
