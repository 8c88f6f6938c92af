"""What a profile shows of its reader: papers, comments, collections, votes, as the reader chose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, TypeVar

from django.db.models import F, Model, Q, QuerySet
from django.urls import reverse
from markupsafe import Markup

from broadsheet.community.desks import Showing
from broadsheet.community.models import Comment, Vote
from broadsheet.community.shelves import Collection, Reach
from broadsheet.contributions.models import Claim
from broadsheet.readers.models import Reader
from broadsheet.web import places
from broadsheet.web.comment_text import html
from broadsheet.web.mathematics import typeset

FIRST, PAGE = 5, 30
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Deed:
    at: datetime
    key: int
    address: str
    title: Markup
    body: Markup | str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of deeds, the last first."""

    name: str
    title: str
    deeds: list[Deed]
    following: str = ""
    """Where the next page begins; empty at the end."""


Read: TypeAlias = Callable[[Reader, "tuple[datetime, int] | None", int], list[Deed]]


def comments(them: Reader, after: tuple[datetime, int] | None, most: int) -> list[Deed]:
    said = Comment.objects.standing().filter(reader=them).select_related("paper")
    rows = _page(said, "written_at", "id", after)[:most]
    return [
        Deed(
            one.written_at,
            one.pk,
            f"{reverse('paper', args=[one.paper.slug])}#comment-{one.pk}",
            typeset(one.paper.title),
            html(one.text),
        )
        for one in rows
    ]


def votes(them: Reader, after: tuple[datetime, int] | None, most: int) -> list[Deed]:
    cast = Vote.objects.filter(reader=them).select_related("paper")
    rows = _page(cast, "cast_at", "paper_id", after)[:most]
    return [
        Deed(
            one.cast_at,
            one.paper_id,
            reverse("paper", args=[one.paper.slug]),
            typeset(one.paper.title),
        )
        for one in rows
    ]


def collections(them: Reader, after: tuple[datetime, int] | None, most: int) -> list[Deed]:
    theirs = Collection.objects.filter(owner=them, reach=Reach.PUBLIC)
    rows = _page(theirs, "changed_at", "id", after)[:most]
    return [
        Deed(
            one.changed_at,
            one.pk,
            reverse("collection", args=[one.key]),
            Markup("{}").format(one.title),
        )
        for one in rows
    ]


def papers(them: Reader, after: tuple[datetime, int] | None, most: int) -> list[Deed]:
    """Those of which the reader is known to be an author."""
    claims = Claim.objects.confirmed().filter(reader=them).select_related("paper")
    rows = _page(claims, "decided_at", "id", after)[:most]
    return [
        Deed(
            one.decided_at or one.asked_at,
            one.pk,
            reverse("paper", args=[one.paper.slug]),
            typeset(one.paper.title),
        )
        for one in rows
    ]


PARTS: dict[str, tuple[str, Read]] = {
    "papers": ("Papers", papers),
    "comments": ("Comments", comments),
    "collections": ("Collections", collections),
    "votes": ("Votes", votes),
}


def shown(them: Reader, showing: Showing) -> list[str]:
    """The parts that others see."""
    return [name for name in PARTS if them.is_public and getattr(showing, name)]


def part(name: str, them: Reader, after: str, most: int) -> Part:
    """Raises NotHere where `after` is no place."""
    title, read = PARTS[name]
    found = read(them, places.parse(after) if after else None, most + 1)
    last = found[most - 1] if len(found) > most else None
    return Part(name, title, found[:most], places.text(last.at, last.key) if last else "")


def _page(
    rows: QuerySet[M], time: str, key: str, after: tuple[datetime, int] | None
) -> QuerySet[M]:
    if after:
        same = Q(**{time: after[0], f"{key}__lt": after[1]})
        rows = rows.filter(Q(**{f"{time}__lt": after[0]}) | same)
    return rows.order_by(F(time).desc(), F(key).desc())
