"""What a letter tells of: papers, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from django.utils import timezone

from broadsheet.digests.models import About, Subscription
from broadsheet.feeds import choice as choices
from broadsheet.feeds import streams
from broadsheet.feeds.models import Kind
from broadsheet.feeds.streams import Stream
from broadsheet.papers import categories
from broadsheet.papers.models import Paper
from broadsheet.papers.text import title_key
from broadsheet.search import engine, same_works
from broadsheet.search.query import parse

LOOKED_AT = 400
"""Papers among which those of a letter are chosen."""
REMEMBERED = 60
"""Letters back to which no paper is told of again."""
ANNOUNCED_WITHIN = timedelta(days=10)
"""How much later than published a paper may come to its day."""
KINDS = {
    About.CATEGORY: Kind.CATEGORY,
    About.KEYWORD: Kind.KEYWORD,
    About.SOURCE: Kind.SOURCE,
}


@dataclass(frozen=True, slots=True)
class Pick:
    paper: Paper
    reason: str


def title(subscription: Subscription) -> str:
    """`Machine Learning (cs.LG)`, `Trending papers`, `Search: river deltas`."""
    name = subscription.name
    if subscription.about == About.CATEGORY:
        return f"{categories.name(name)} ({name})"
    return {
        About.TRENDING: "Trending papers",
        About.ALL: "New papers",
        About.KEYWORD: f"Keyword: {name}",
        About.SOURCE: f"Source: {name}",
        About.AUTHOR: f"Papers by {name}",
        About.SEARCH: f"Search: {name}",
    }[About(subscription.about)]


def picks(subscription: Subscription, since: datetime) -> list[Pick]:
    """The best papers since then that no letter of the subscription has told of, at most as many
    as were asked for."""
    told = _told(subscription)
    if subscription.about == About.SEARCH:
        found = _searched(subscription, since)
    elif subscription.about == About.TRENDING:
        found = _listed(subscription, "trending")
    else:
        found = sorted(_since(subscription, since), key=_votes, reverse=True)
    fresh = [paper for paper in found if paper.id not in told]
    once = _each_work_once(fresh)[: subscription.at_most]
    return [Pick(paper, _reason(subscription, paper)) for paper in once]


def _told(subscription: Subscription) -> set[int]:
    if subscription.pk is None:  # a preview for somebody who has no letter yet
        return set()
    letters = subscription.letters.order_by("-id").values_list("papers", flat=True)
    return {paper for papers in letters[:REMEMBERED] for paper in papers}


def _listed(subscription: Subscription, order: choices.Order) -> list[Paper]:
    choice = choices.parse(parse_qs(subscription.filters))
    today = timezone.localdate()
    return streams.page_of(_stream(subscription), choice, order, "", today, LOOKED_AT).papers


def _stream(subscription: Subscription) -> Stream:
    about, name = About(subscription.about), subscription.name
    if about == About.AUTHOR:
        return Stream(author=title_key(name))
    if about == About.CATEGORY and "." not in name and name in categories.FIELDS:
        return Stream(Kind.FIELD, name)
    return Stream(KINDS[about], name) if about in KINDS else Stream()


def _since(subscription: Subscription, since: datetime) -> list[Paper]:
    """Papers whose day is not before that of `since`: the first hours of a day belong to it."""
    first = _first_day(subscription, since)
    newest = _listed(subscription, "newest")
    return [paper for paper in newest if paper.day and paper.day >= first]


def _searched(subscription: Subscription, since: datetime) -> list[Paper]:
    """The best for a query, of the days in question."""
    first = _first_day(subscription, since)
    query = parse(f"{subscription.name} date:>={(first - ANNOUNCED_WITHIN).isoformat()}")
    hits = engine.search(replace(query, name=""), limit=LOOKED_AT).hits
    found = Paper.objects.cards([hit.paper_id for hit in hits])
    return [paper for paper in found if paper.day and paper.day >= first]


def _first_day(subscription: Subscription, since: datetime) -> date:
    return since.astimezone(ZoneInfo(subscription.zone)).date()


def _each_work_once(papers: list[Paper]) -> list[Paper]:
    others = same_works.others(paper.id for paper in papers)
    kept: dict[int, Paper] = {}
    for paper in papers:
        if not any(other.paper_id in kept for other in others.get(paper.id, ())):
            kept[paper.id] = paper
    return list(kept.values())


def _votes(paper: Paper) -> tuple[int, int, int]:
    return paper.source_votes, paper.source_comments, paper.id


def _reason(subscription: Subscription, paper: Paper) -> str:
    votes = f"{paper.source_votes:,} vote{'' if paper.source_votes == 1 else 's'}"
    tail = f", {votes} so far" if paper.source_votes else ""
    name = subscription.name
    return {
        About.TRENDING: f"trends now{tail}",
        About.ALL: f"new{tail}",
        About.CATEGORY: f"new in {name}{tail}",
        About.KEYWORD: f"has the keyword “{name}”{tail}",
        About.SOURCE: f"new from {name}{tail}",
        About.AUTHOR: f"by {name}{tail}",
        About.SEARCH: f"fits “{name}”{tail}",
    }[About(subscription.about)]
