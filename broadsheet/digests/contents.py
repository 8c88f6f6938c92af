"""What a letter tells of: papers in sections, each with its reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

from django.utils import timezone

from broadsheet.digests import tastes
from broadsheet.digests.models import About, Letter, Opinion, Subscription
from broadsheet.digests.offers import Offers
from broadsheet.digests.picks import Pick, Section
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
REMEMBERED = timedelta(days=60)
"""How long no paper is told of again: longer than lists look back, but for what trends."""
ANNOUNCED_WITHIN = timedelta(days=10)
"""How much later than published a paper may come to its day."""
KEPT_LISTS = 200
"""Lists of papers that one run holds at once."""
KINDS = {
    About.CATEGORY: Kind.CATEGORY,
    About.KEYWORD: Kind.KEYWORD,
    About.SOURCE: Kind.SOURCE,
}


@dataclass(frozen=True, slots=True)
class Found:
    """Papers of a list, the best first, and which of them are the same work as one before."""

    papers: list[Paper]
    twins: dict[int, set[int]]


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
        About.INTERESTS: "Your papers",
    }[About(subscription.about)]


class Desk:
    """What one run looks up once for many letters: the papers of each list and interest."""

    def __init__(self) -> None:
        self._lists: dict[tuple[object, ...], Found] = {}
        self._offers = Offers()
        self._opinions: dict[int, dict[int, bool]] = {}

    def look_up(self, wanted: Sequence[tuple[Subscription, datetime]]) -> None:
        """Load what belongs to these subscriptions alone, and since when."""
        self._offers.look_up(wanted)
        self._opinions = {}
        keys = [subscription.pk for subscription, _ in wanted if subscription.pk]
        said = Opinion.objects.filter(subscription__in=keys)
        for key, paper_id, is_more in said.values_list("subscription_id", "paper_id", "is_more"):
            self._opinions.setdefault(key, {})[paper_id] = is_more

    def sections(
        self, subscription: Subscription, since: datetime, told: set[int]
    ) -> list[Section]:
        """The best papers since then that are not in `told`, at most as many as were asked for;
        no section without papers."""
        if subscription.about == About.INTERESTS:
            return self._offers.sections(subscription, since, told)
        found = self._found(subscription, _first_day(subscription, since))
        if opinions := self._opinions.get(subscription.pk):
            found = Found(tastes.ordered(found.papers, opinions), found.twins)
        fresh = _fresh(found, subscription, told)
        picks = [Pick(paper, _reason(subscription, paper)) for paper in fresh]
        return [Section(picks)] if picks else []

    def _found(self, subscription: Subscription, first: date) -> Found:
        about = subscription.about
        day = None if about == About.TRENDING else first
        key = (about, subscription.name, subscription.filters, day)
        if key not in self._lists:
            if len(self._lists) >= KEPT_LISTS:
                self._lists.clear()
            self._lists[key] = _looked_up(subscription, first)
        return self._lists[key]


def told(
    subscriptions: Iterable[Subscription], channel_id: int | None = None
) -> dict[int, set[int]]:
    """Ids of the papers that the letters of each subscription told of lately."""
    keys = [subscription.pk for subscription in subscriptions if subscription.pk]
    lately = timezone.now() - REMEMBERED
    letters = Letter.objects.filter(subscription__in=keys, channel=channel_id, created__gt=lately)
    known: dict[int, set[int]] = {key: set() for key in keys}
    for key, papers in letters.values_list("subscription_id", "papers"):
        known[key].update(papers)
    return known


def sections(
    subscription: Subscription, since: datetime, channel_id: int | None = None
) -> list[Section]:
    """What a letter of this moment holds, for one subscription alone."""
    desk = Desk()
    desk.look_up([(subscription, since)])
    known = told([subscription], channel_id).get(subscription.pk, set())
    return desk.sections(subscription, since, known)


def _fresh(found: Found, subscription: Subscription, told: set[int]) -> list[Paper]:
    """Papers not told of and with votes enough, one of each work."""
    shown: list[Paper] = []
    seen: set[int] = set()
    for paper in found.papers:
        if paper.id in told or paper.votes < subscription.least_votes:
            continue
        if found.twins.get(paper.id, set()) & (seen | told):
            continue
        seen.add(paper.id)
        shown.append(paper)
        if len(shown) == subscription.at_most:
            break
    return shown


def _looked_up(subscription: Subscription, first: date) -> Found:
    look: Callable[[Subscription, date], list[Paper]] = {
        About.SEARCH: _searched,
        About.TRENDING: _trending,
    }.get(About(subscription.about), _best)
    papers = look(subscription, first)
    others = same_works.others(paper.id for paper in papers)
    twins = {paper_id: {one.paper_id for one in same} for paper_id, same in others.items()}
    return Found(papers, twins)


def _trending(subscription: Subscription, first: date) -> list[Paper]:
    """Those that trend now, whenever they came."""
    choice = choices.parse(parse_qs(subscription.filters))
    today = timezone.localdate()
    return streams.page_of(_stream(subscription), choice, "trending", "", today, LOOKED_AT).papers


def _best(subscription: Subscription, first: date) -> list[Paper]:
    """The most voted of a list since that day: the first hours of a day belong to it."""
    choice = choices.parse(parse_qs(subscription.filters))
    today = timezone.localdate()
    return streams.best_since(_stream(subscription), choice, first, today, LOOKED_AT)


def _searched(subscription: Subscription, first: date) -> list[Paper]:
    """The best for a query, of the days in question."""
    query = parse(f"{subscription.name} date:>={(first - ANNOUNCED_WITHIN).isoformat()}")
    hits = engine.search(replace(query, name=""), limit=LOOKED_AT).hits
    found = Paper.objects.cards([hit.paper_id for hit in hits])
    return [paper for paper in found if paper.day and paper.day >= first]


def _stream(subscription: Subscription) -> Stream:
    about, name = About(subscription.about), subscription.name
    if about == About.AUTHOR:
        return Stream(author=title_key(name))
    if about == About.CATEGORY and "." not in name and name in categories.FIELDS:
        return Stream(Kind.FIELD, name)
    return Stream(KINDS[about], name) if about in KINDS else Stream()


def _first_day(subscription: Subscription, since: datetime) -> date:
    return since.astimezone(ZoneInfo(subscription.zone)).date()


def _reason(subscription: Subscription, paper: Paper) -> str:
    """In words that follow “Why:”."""
    votes = f"{paper.votes:,} vote{'' if paper.votes == 1 else 's'}"
    tail = f", {votes} so far" if paper.votes else ""
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
