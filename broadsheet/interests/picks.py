"""The papers offered to readers, best first, each with its reason. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from broadsheet.interests import reasons
from broadsheet.interests.models import Interest, Offer
from broadsheet.interests.reasons import Because

MOST = 100


@dataclass(frozen=True, slots=True)
class Pick:
    paper_id: int
    score: float
    """Higher fits better; comparable within one interest."""
    reason: str
    """In plain words, without an end: `near “A river”; shares the words delta and silt`."""
    interest: Interest
    because: Because
    day: date
    is_try: bool = False
    is_shown: bool = False
    """Whether a page has shown it to the reader."""


def of(interest: Interest, since: datetime | None = None, limit: int = MOST) -> list[Pick]:
    """What was newly offered for an interest since then, the best first. Papers that the reader
    has seen, judged, voted for or collected are left out. One query."""
    return of_each([interest], since, limit)[interest.pk]


def of_each(
    interests: Iterable[Interest], since: datetime | None = None, limit: int = MOST
) -> dict[int, list[Pick]]:
    """`of` for many interests by their ids, in one query; nothing for those that are paused."""
    known = {interest.pk: interest for interest in interests}
    found: dict[int, list[Pick]] = {key: [] for key in known}
    awake = [key for key, interest in known.items() if not interest.paused]
    offers = Offer.objects.filter(interest__in=awake).unseen().best_first()
    for offer in offers if since is None else offers.since(since):
        if len(found[offer.interest_id]) < limit:
            found[offer.interest_id].append(_pick(offer, known[offer.interest_id]))
    return found


def on_day(interests: Iterable[Interest], day: date) -> list[Pick]:
    """What is offered on the page of a day for any of these interests that is not paused, seen or
    not; each paper once, with the interest that it fits best. One query."""
    known = {interest.pk: interest for interest in interests if not interest.paused}
    return _once(Offer.objects.filter(interest__in=known, day=day).open().best_first(), known)


def newest(interests: Iterable[Interest], limit: int = MOST) -> list[Pick]:
    """The latest offers of any of these interests, the newest day first; of paused ones none."""
    known = {interest.pk: interest for interest in interests if not interest.paused}
    offers = Offer.objects.filter(interest__in=known).open().order_by("-day", "-score", "-paper_id")
    picks = _once(offers[: limit * len(known)], known)
    return sorted(picks, key=lambda pick: (pick.day, pick.score), reverse=True)[:limit]


def days(interests: Iterable[Interest]) -> list[date]:
    """The days with offers, the newest first."""
    known = [interest.pk for interest in interests]
    found = Offer.objects.filter(interest__in=known).order_by("-day").values_list("day", flat=True)
    return list(found.distinct())


def told_to_others(pick: Pick) -> str:
    """The reason without a word of what was said or learned."""
    return reasons.for_others(pick.because)


def _once(offers: Iterable[Offer], known: dict[int, Interest]) -> list[Pick]:
    """Each paper with the interest that it fits best; as a try only where it is nothing else."""
    best: dict[int, Pick] = {}
    for offer in offers:
        pick = _pick(offer, known[offer.interest_id])
        kept = best.get(pick.paper_id)
        if kept is None or (kept.is_try, -kept.score) > (pick.is_try, -pick.score):
            best[pick.paper_id] = pick
    return sorted(best.values(), key=lambda pick: (-pick.score, -pick.paper_id))


def _pick(offer: Offer, interest: Interest) -> Pick:
    because = Because.of(offer.because)
    return Pick(
        offer.paper_id,
        offer.score,
        reasons.sentence(because, is_try=offer.is_try),
        interest,
        because,
        offer.day,
        offer.is_try,
        offer.shown_at is not None,
    )
