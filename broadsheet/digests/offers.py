"""Letters about interests: what each of a reader's interests has to offer, a section each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from urllib.parse import urlencode

import msgspec
from django.db.models import F, TextField, Window
from django.db.models.functions import Cast, RowNumber
from django.utils import timezone

from broadsheet.digests.models import Subscription
from broadsheet.digests.picks import Pick, Section
from broadsheet.interests import reasons
from broadsheet.interests.models import Interest, Offer
from broadsheet.interests.reasons import Because
from broadsheet.papers.models import Paper

KEPT_PAPERS = 5_000
SPARE = 10
"""Offers that are looked at beyond what a letter may hold, for some were told of before."""
FEW_DAYS = timedelta(days=3)
"""Of which all offers are loaded: the database takes twice as long to find the best of each."""

Mark = tuple[int, datetime]
"""An interest, and since when."""


@dataclass(frozen=True, slots=True)
class Told:
    paper_id: int
    because: str
    """As the database holds it: most offers are not chosen, so most need not be read."""
    is_try: bool

    @property
    def reason(self) -> str:
        because = msgspec.json.decode(self.because, type=Because)
        return reasons.sentence(because, is_try=self.is_try)


class Offers:
    """The newest offers of the interests of many subscriptions, looked up together."""

    def __init__(self) -> None:
        self._interests: dict[int, list[Interest]] = {}
        """Of each subscription, in the reader's order."""
        self._offers: dict[Mark, list[Told]] = {}
        self._papers: dict[int, Paper] = {}

    def look_up(self, wanted: Iterable[tuple[Subscription, datetime]]) -> None:
        """Forget what was looked up before and load what these need, in a few queries."""
        asked = [(one, since) for one, since in wanted if one.about == "interests"]
        self._interests, self._offers = _interests(asked), {}
        groups: defaultdict[datetime, set[int]] = defaultdict(set)
        for subscription, since in asked:
            groups[since].update(one.pk for one in self._interests[subscription.pk])
        most = max((one.at_most for one, _ in asked), default=0) + SPARE
        for since, keys in groups.items():
            for key, told in _newest(keys, since, most).items():
                self._offers[key, since] = told
        self._load({told.paper_id for offers in self._offers.values() for told in offers})

    def sections(
        self, subscription: Subscription, since: datetime, told: set[int]
    ) -> list[Section]:
        """Each interest with its best papers; together at most as many as were asked for, each
        paper once, and every interest has its turn."""
        interests = self._interests[subscription.pk]
        columns = [self._offers.get((interest.pk, since), []) for interest in interests]
        chosen: dict[int, list[Pick]] = {interest.pk: [] for interest in interests}
        seen, left = set(told), subscription.at_most
        for row in zip_longest(*columns):
            for interest, offer in zip(interests, row, strict=True):
                if not left or offer is None or offer.paper_id in seen:
                    continue
                paper = self._papers.get(offer.paper_id)
                if paper is None or paper.votes < subscription.least_votes:
                    continue
                seen.add(paper.id)
                left -= 1
                chosen[interest.pk].append(Pick(paper, offer.reason))
        return [
            Section(chosen[one.pk], one.name, f"?{urlencode({'of': one.key})}")
            for one in interests
            if chosen[one.pk]
        ]

    def _load(self, ids: set[int]) -> None:
        if len(self._papers) > KEPT_PAPERS:
            self._papers.clear()
        missing = ids - self._papers.keys()
        if missing:
            for paper in Paper.objects.cards(sorted(missing)):
                self._papers[paper.id] = paper


def _interests(asked: list[tuple[Subscription, datetime]]) -> dict[int, list[Interest]]:
    """The interests that each of these is about: those it names, else all of its reader's."""
    readers = {one.reader_id for one, _ in asked if one.reader_id}
    awake = Interest.objects.awake().filter(reader__in=readers) if readers else []
    theirs: defaultdict[int, list[Interest]] = defaultdict(list)
    for interest in sorted(awake, key=lambda one: (one.position, one.pk)):
        theirs[interest.reader_id].append(interest)
    chosen: dict[int, list[Interest]] = {}
    for subscription, _ in asked:
        named = subscription.name.split()
        mine = theirs.get(subscription.reader_id or 0, [])
        chosen[subscription.pk] = [one for one in mine if not named or one.key in named]
    return chosen


def _newest(interests: set[int], since: datetime, most: int) -> dict[int, list[Told]]:
    """As `interests.picks.of_each`, but of long times no more rows than letters can hold."""
    offers = Offer.objects.filter(interest__in=interests).unseen().since(since)
    if timezone.now() - since > FEW_DAYS:
        best = [F("score").desc(), F("paper_id").desc()]
        place = Window(RowNumber(), partition_by=[F("interest_id")], order_by=best)
        offers = offers.annotate(place=place).filter(place__lte=most)
    text = Cast("because", TextField())
    rows = offers.annotate(text=text).values_list(
        "interest_id", "score", "paper_id", "text", "is_try"
    )
    found: defaultdict[int, list[Told]] = defaultdict(list)
    for key, _, *told in sorted(rows, reverse=True):
        found[key].append(Told(*told))
    return found
