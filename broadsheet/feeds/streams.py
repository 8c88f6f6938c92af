"""Lists that have no end: newest, most voted, trending; of all papers, a heading or an author.

Each page reads a bounded number of rows of an index, however many papers there are: with filters
the walk looks at `REACH` papers and then offers to go on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from heapq import merge
from itertools import islice

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan

from broadsheet.feeds.choice import Choice, Order, by_author, in_categories, told_by
from broadsheet.feeds.lists import PAGE
from broadsheet.feeds.models import Heading, Kind, Placement, Trend
from broadsheet.papers.models import Authorship, Paper

REACH = 600
"""Papers that a page with filters looks at before it asks whether to go on."""
MOST_BY_AUTHOR = 5_000

Key = tuple[int, ...]
"""Where a paper stands in an order: what it is ordered by, then its id."""
COLUMNS: dict[Order, tuple[str, ...]] = {
    "newest": ("day", "paper_id"),
    "top": ("votes", "comments", "paper_id"),
    "trending": ("score", "paper_id"),
}


@dataclass(frozen=True, slots=True)
class Stream:
    """All papers, those under one heading, or those of one author."""

    kind: Kind | None = None
    name: str = ""
    author: int | None = None
    """`Authorship.key`."""


@dataclass(frozen=True, slots=True)
class Page:
    papers: list[Paper]
    following: str = ""
    """Where the next page begins; empty at the end."""
    looked_at: int = 0
    """Papers that were looked at where filters left fewer than a page; else 0."""


def page_of(
    stream: Stream, choice: Choice, order: Order, after: str, today: date, size: int = PAGE
) -> Page:
    """The page that begins after the place `after` (empty for the first).

    Raises:
        ValueError: `after` is no place in this order.
    """
    place = _parse(after, order) if after else None
    if order == "trending":
        return _trending(stream, choice, place, size)
    reach = REACH if choice else size + 1
    walked = _walk(stream, choice, order, place, today, reach)
    ids = [key[-1] for key in walked]
    if choice:
        fitting = set(
            Paper.objects.filter(choice.conditions(), id__in=ids).values_list("id", flat=True)
        )
        found = [key for key in walked if key[-1] in fitting]
    else:
        found = walked
    return _page(found, walked if len(walked) == reach else [], size)


def best_since(stream: Stream, choice: Choice, first: date, today: date, size: int) -> list[Paper]:
    """The most voted papers of the days from `first` to `today`, however many came since."""
    ids: list[int] = []
    for placements in _drivers(stream, choice):
        days = placements.filter(day__gte=first.toordinal(), day__lte=today.toordinal())
        if choice:
            fitting = Paper.objects.filter(choice.conditions(), id=OuterRef("paper_id"))
            days = days.filter(Exists(fitting))
        best = days.order_by(*(f"-{column}" for column in COLUMNS["top"]))
        ids += best.values_list("paper_id", flat=True)[:size]
    found = Paper.objects.cards(list(dict.fromkeys(ids)))
    return sorted(found, key=lambda one: (one.votes, one.comments, one.id), reverse=True)[:size]


def _page(found: list[Key], walked: list[Key], size: int) -> Page:
    shown = found[:size]
    papers = Paper.objects.cards([key[-1] for key in shown])
    if len(found) > size:
        return Page(papers, _text(shown[-1]))
    if walked:
        return Page(papers, _text(walked[-1]), looked_at=len(walked))
    return Page(papers)


def _walk(
    stream: Stream, choice: Choice, order: Order, place: Key | None, today: date, reach: int
) -> list[Key]:
    """Keys of the next papers in this order, at most `reach`."""
    columns = COLUMNS[order]
    descending = [f"-{column}" for column in columns]
    walks = []
    for placements in _drivers(stream, choice):
        # "+ 0" keeps the planner from choosing the index of days for another order
        come = F("day") if order == "newest" else F("day") + 0
        rows = placements.alias(come=come).filter(come__lte=today.toordinal())
        if place:
            rows = rows.filter(TupleLessThan(Tuple(*map(F, columns)), place))
        walks.append(list(rows.order_by(*descending).values_list(*columns)[:reach]))
    return list(islice(dict.fromkeys(merge(*walks, reverse=True)), reach))


def _drivers(stream: Stream, choice: Choice) -> list[QuerySet[Placement]]:
    """What a list walks along: each a range of the index."""
    if stream.author is not None:
        theirs = Authorship.objects.filter(key=stream.author).values_list("paper_id", flat=True)
        everything = Placement.objects.filter(heading__in=_ids(Kind.ALL, [""]))
        return [everything.filter(paper_id__in=list(theirs[:MOST_BY_AUTHOR]))]
    if stream.kind:
        ids = _ids(stream.kind, [stream.name])
    elif choice.categories:
        fields = [code for code in choice.categories if "." not in code]
        ids = _ids(Kind.CATEGORY, choice.categories) + _ids(Kind.FIELD, fields)
    else:
        ids = _ids(Kind.ALL, [""])
    return [Placement.objects.filter(heading_id=key) for key in ids]


def _ids(kind: Kind, names: list[str] | tuple[str, ...]) -> list[int]:
    return list(Heading.objects.named(kind, names).values_list("id", flat=True)) if names else []


def _trending(stream: Stream, choice: Choice, place: Key | None, size: int) -> Page:
    papers = Paper.objects.filter(_of(stream) & choice.conditions(), id=OuterRef("paper_id"))
    rows = Trend.objects.filter(Exists(papers)) if (choice or stream != Stream()) else Trend.objects
    rows = rows.filter(score__gt=0)
    if place:
        rows = rows.filter(TupleLessThan(Tuple(F("score"), F("paper_id")), place))
    found = list(rows.hottest().values_list("score", "paper_id")[: size + 1])
    return _page(found, [], size)


def _of(stream: Stream) -> Q:
    """What the papers of a stream have in common."""
    if stream.author is not None:
        return by_author(stream.author)
    if stream.kind in (Kind.CATEGORY, Kind.FIELD):
        return in_categories([stream.name])
    if stream.kind == Kind.SOURCE:
        return told_by(stream.name)
    if stream.kind:
        under = Heading.objects.named(stream.kind, [stream.name])
        return Q(Exists(Placement.objects.filter(paper=OuterRef("pk"), heading__in=under)))
    return Q()


def _parse(text: str, order: Order) -> Key:
    key = tuple(int(part) for part in text.split("."))
    if len(key) != len(COLUMNS[order]) or any(abs(part) >= 2**63 for part in key):
        raise ValueError(f"no such place: {text!r}")
    return key


def _text(key: Key) -> str:
    return ".".join(map(str, key))
