"""Our own addresses for programs: what the terminal, agents and scripts ask for."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.utils import timezone
from msgspec import Meta, Struct

from broadsheet.api.errors import ApiError, NoSuchPaper
from broadsheet.api.route import Route
from broadsheet.exports import whole
from broadsheet.exports.whole import Whole
from broadsheet.feeds import finding, lists, spans
from broadsheet.feeds.lists import Place
from broadsheet.feeds.spans import Kind, Span
from broadsheet.papers.models import Paper
from broadsheet.search import engine
from broadsheet.search.query import Sort, parse

Limit = Annotated[int, Meta(ge=1, le=100, description="Papers in the answer, at most.")]
Name = Annotated[str, Meta(max_length=400, description="An arXiv id, a DOI or an address here.")]


class Asked(Struct, kw_only=True):
    """One list; the newest day that has papers where no span is named."""

    day: Annotated[str, Meta(max_length=20, description="As 2025-12-15.")] = ""
    week: Annotated[str, Meta(max_length=20, description="As 2025-W50.")] = ""
    month: Annotated[str, Meta(max_length=20, description="As 2025-12.")] = ""
    after: Annotated[str, Meta(max_length=60, description="`following` of the part before.")] = ""
    limit: Limit = 30


class Query(Struct, kw_only=True):
    q: Annotated[str, Meta(min_length=1, max_length=500, description="Words, or an identifier.")]
    limit: Limit = 10
    page: Annotated[int, Meta(ge=1, le=100, description="The page.")] = 1
    sort: Annotated[
        Sort | None,
        Meta(description="By relevance, or newest first where the query has filters alone."),
    ] = None


class Named(Struct, kw_only=True):
    name: Name


class Near(Struct, kw_only=True):
    name: Name
    limit: Annotated[int, Meta(ge=1, le=50, description="Papers in the answer, at most.")] = 6


class Trend(Struct, kw_only=True):
    limit: Limit = 10


class Listing(Struct, kw_only=True):
    title: str
    """`Monday 15 December 2025`."""
    papers: list[Whole]
    total: int
    """Papers in the whole list."""
    following: str = ""
    """What to send as `after` for the next part; empty at the end."""
    note: str = ""


class Found(Struct, kw_only=True):
    papers: list[Whole]
    total: int
    """Papers in the whole ranking, at most 2,000."""
    meaning: bool
    """Whether meaning was searched, and not words alone."""
    note: str = ""
    """What the reader should know about this search."""
    remarks: list[str] = []
    """What of the query was not understood, or met by no paper: a sentence for each."""


def papers(asked: Asked, _site: str = "") -> Listing:
    """The papers of a day, a week or a month, the most voted first."""
    today = timezone.localdate()
    span = _span(asked, today)
    if not span:
        return Listing(title="No papers yet", papers=[], total=0)
    everything = lists.papers_in(span, today)
    ids, following = lists.ids_of(everything, _place(asked.after), asked.limit)
    return Listing(
        title=span.title,
        papers=whole.load(ids),
        total=everything.count(),
        following=str(following or ""),
    )


def paper(asked: Named, _site: str = "") -> Whole:
    """One paper, with all that is known of it."""
    return whole.load([_key(asked.name)])[0]


def similar(asked: Near, _site: str = "") -> list[Whole]:
    """The papers nearest in meaning, the nearest first; none while the paper is not embedded."""
    hits = engine.similar(_key(asked.name), asked.limit)
    return whole.load([hit.paper_id for hit in hits])


def search(asked: Query, _site: str = "") -> Found:
    """The papers for a query, best first, by words and by meaning."""
    query = parse(asked.q, asked.sort or "")
    if query.problem or query.is_empty:
        raise ApiError(400, query.problem or "Say what to look for in words.")
    results = finding.search(query, limit=asked.limit, offset=(asked.page - 1) * asked.limit)
    return Found(
        papers=whole.load([hit.paper_id for hit in results.hits]),
        total=results.total,
        meaning=results.meaning,
        note=results.note,
        remarks=[*query.remarks, *results.remarks],
    )


def trending(asked: Trend, _site: str = "") -> Listing:
    """The papers that trend, the hottest first; where none does, the most voted of a week."""
    found, until = lists.trending(Paper.objects.all(), timezone.localdate())
    title = f"Most voted of the seven days to {until}" if until else "Trending"
    ids = list(found.values_list("id", flat=True)[: asked.limit])
    if not ids:
        return Listing(title="No papers yet", papers=[], total=0)
    return Listing(title=title, papers=whole.load(ids), total=found.count())


def _key(name: str) -> int:
    found = Paper.objects.called(name)
    if not found:
        raise NoSuchPaper(name)
    return found.id


def _span(asked: Asked, today: date) -> Span | None:
    keys: dict[Kind, str] = {"day": asked.day, "week": asked.week, "month": asked.month}
    named = [(kind, key) for kind, key in keys.items() if key]
    if len(named) > 1:
        raise ApiError(400, "Name a day, a week or a month, not several.")
    if not named:
        return lists.nearest(spans.day_of(today), today)
    [(kind, key)] = named
    try:
        return spans.parse(kind, key)
    except ValueError:
        raise ApiError(400, f"There is no {kind} {key} in the calendar.") from None


def _place(after: str) -> Place | None:
    try:
        return Place.parse(after) if after else None
    except ValueError:
        raise ApiError(400, "after: send what `following` of the part before said.") from None


def _following(asked: Asked, told: Listing) -> dict[str, str] | None:
    return {"after": told.following} if told.following else None


ROUTES = (
    Route("/api/v1/papers", papers, _following),
    Route("/api/v1/trending", trending, follows_papers=False),
    Route("/api/v1/search", search, follows_papers=False),
    Route("/api/v1/papers/{name}/similar", similar, follows_papers=False),
    Route("/api/v1/papers/{name}", paper),
)
