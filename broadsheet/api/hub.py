"""Hugging Face's addresses of papers, answered as its own client expects.

Differences, and what is better here than there, stand in docs/api.md.
"""

from __future__ import annotations

from typing import Annotated, Literal

from django.db.models import Q
from django.utils import timezone
from msgspec import Meta, Struct

from broadsheet.api.errors import ApiError, NoSuchPaper
from broadsheet.api.hub_shapes import Info, Item, Repos, info, item
from broadsheet.api.own import Named
from broadsheet.api.route import Route
from broadsheet.contributions.crediting import author_links, credits_of
from broadsheet.feeds import lists, spans
from broadsheet.feeds.spans import Kind
from broadsheet.papers import rows
from broadsheet.papers.models import Paper, PaperQuerySet
from broadsheet.search import engine
from broadsheet.search.query import parse
from broadsheet.sources.hf_daily import NAME as SOURCE

Most = Annotated[int, Meta(ge=1, le=100, description="Papers in the answer, at most.")]


class Daily(Struct, kw_only=True):
    date: Annotated[str, Meta(max_length=20, description="As 2025-12-15.")] | None = None
    week: Annotated[str, Meta(max_length=20, description="As 2025-W50.")] | None = None
    month: Annotated[str, Meta(max_length=20, description="As 2025-12.")] | None = None
    submitter: (
        Annotated[str, Meta(max_length=100, description="Who put it on the page at the source.")]
        | None
    ) = None
    sort: Literal["publishedAt", "trending"] | None = None
    limit: Most = 50
    p: Annotated[int, Meta(ge=0, le=10_000, description="The page.")] = 0


class Recent(Struct, kw_only=True):
    cursor: (
        Annotated[str, Meta(max_length=100, description="The last id of the part before.")] | None
    ) = None
    limit: Most = 50


class Search(Struct, kw_only=True):
    q: Annotated[str, Meta(min_length=1, max_length=250, description="Words, or an identifier.")]
    limit: Annotated[int, Meta(ge=1, le=120, description="Papers in the answer, at most.")] = 20


def daily_papers(asked: Daily, site: str) -> list[Item]:
    """The papers of a day, a week or a month by votes; without these, the newest days first.

    `sort=publishedAt` puts the newest first, `trending` what trends now.
    """
    papers = Paper.objects.filter(day__lte=timezone.localdate())
    keys: dict[Kind, str | None] = {"day": asked.date, "week": asked.week, "month": asked.month}
    for kind, key in keys.items():
        papers = _within(papers, kind, key) if key is not None else papers
    if asked.submitter:
        there = Paper.objects.submitted_by(SOURCE, asked.submitter).values("id")
        here = Q(submission__reader__username=asked.submitter)
        papers = papers.filter(here | Q(id__in=there))
    return _items(_part(_sorted(papers, asked), asked.limit, asked.p * asked.limit), site)


def papers(asked: Recent, site: str) -> list[Item]:
    """All papers, the newest publication first."""
    found = Paper.objects.filter(published__isnull=False)
    if asked.cursor:
        last = Paper.objects.called(asked.cursor)
        if not last or not last.published:
            raise ApiError(400, "cursor: no such paper; begin again without it.")
        found = found.published_before(last.published, last.id)
    return _items(_part(found.by_publication(), asked.limit), site)


def _following(asked: Recent, told: list[Item]) -> dict[str, str] | None:
    return {"cursor": told[-1].paper.id} if len(told) == asked.limit else None


def search(asked: Search, site: str) -> list[Item]:
    """The papers for a query, best first, by words and by meaning."""
    query = parse(asked.q)
    if query.problem:
        raise ApiError(400, query.problem)
    hits = engine.search(query, limit=asked.limit).hits
    return _items([hit.paper_id for hit in hits], site)


def paper(asked: Named, site: str) -> Info:
    """One paper, with all that is known of it."""
    key = _key(asked.name)
    return info(
        key, rows.load([key])[key], site, credits_of([key])[key], author_links([key]).get(key, {})
    )


def repos(asked: Named, _site: str) -> Repos:
    """Models, data sets and demonstrations that cite a paper: this site knows of none."""
    _key(asked.name)
    return Repos()


def _key(name: str) -> int:
    found = Paper.objects.called(name)
    if not found:
        raise NoSuchPaper(name)
    return found.id


def _within(papers: PaperQuerySet, kind: Kind, key: str) -> PaperQuerySet:
    try:
        span = spans.parse(kind, key)
    except ValueError:
        raise ApiError(400, f"There is no {kind} {key} in the calendar.") from None
    return papers.between(span.first, span.last)


def _sorted(papers: PaperQuerySet, asked: Daily) -> PaperQuerySet:
    if asked.sort == "trending":
        return lists.trending(papers, timezone.localdate())[0]
    if asked.sort == "publishedAt":
        return papers.order_by("-day", "-published", "-id")
    if asked.date or asked.week or asked.month:
        return papers.by_votes()
    return papers.order_by("-day", "-votes", "-comments", "-id")


def _part(papers: PaperQuerySet, limit: int, skipped: int = 0) -> list[int]:
    return list(papers.values_list("id", flat=True)[skipped : skipped + limit])


def _items(ids: list[int], site: str) -> list[Item]:
    facts = rows.load(ids) if ids else {}
    credit, links = (credits_of(ids), author_links(ids)) if ids else ({}, {})
    return [
        item(key, facts[key], site, credit[key], links.get(key, {})) for key in ids if key in facts
    ]


ROUTES = (
    Route("/api/daily_papers", daily_papers),
    Route("/api/papers", papers, _following),
    Route("/api/papers/search", search, follows_papers=False),
    Route("/api/papers/{name}", paper),
    Route("/api/arxiv/{name}/repos", repos),
)
