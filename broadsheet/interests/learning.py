"""An interest is learned anew, and what it has to offer is written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b

import numpy as np
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from broadsheet.interests import (
    company,
    evidence,
    explaining,
    informative,
    ranking,
    teaching,
    windows,
)
from broadsheet.interests.company import Fellows
from broadsheet.interests.evidence import Evidence
from broadsheet.interests.models import Interest, Offer
from broadsheet.interests.ranking import Ranking
from broadsheet.interests.reasons import Because
from broadsheet.interests.windows import Window

A_DAY = 20
"""Papers offered of each day, at most."""
LEAST = 0.3
"""Score below which a paper is not offered, in standard deviations."""
BORDER = 0.8
"""Score at which it is least certain whether a paper is liked."""
KEPT_FOR = timedelta(days=60)
"""How long it is remembered which papers were offered."""


@dataclass(frozen=True, slots=True)
class Place:
    """A candidate, by its place in the window, that is to be offered."""

    at: int
    is_try: bool = False


def learn(interest: Interest, *, patient: bool = True) -> bool:
    """Learn from all that is known by now, and write anew what is offered; False where nothing
    changed since the last time. With `patient` all titles from elsewhere are embedded first."""
    if (now := windows.current()) is None:
        return False
    known = evidence.gather(interest)
    fellows = company.current(now)
    mark = _mark(interest, known, now, fellows)
    if mark == interest.learned_from and not interest.stale:
        return False
    waits = teaching.embed(known.elsewhere, now, patient=patient)
    liked, rejected = teaching.liked(interest, known, now), now.shelf_of(known.rejected)
    found = ranking.ranked(interest, known, liked, rejected, now, fellows)
    chosen = places(interest, known, found, now) if liked or not known.is_empty else []
    told = explaining.learned(found, [one for one in (liked, rejected) if one], now)
    at = [place.at for place in chosen]
    because = explaining.because(at, interest, known, liked, found, now)
    with transaction.atomic():
        held = Interest.objects.select_for_update(no_key=True).filter(pk=interest.pk).first()
        if held is None:
            return False
        _write(held, chosen, because, found, now)
        held.learned, held.learned_at = told, timezone.now()
        held.learned_from = "" if waits else mark
        # it may have been taught once more while this was learned
        held.stale = held.changed_at != interest.changed_at
        held.save(update_fields=["learned", "learned_at", "learned_from", "stale"])
    return True


def places(interest: Interest, known: Evidence, found: Ranking, now: Window) -> list[Place]:
    """The best of each day and its tries, each work once."""
    ranking = [int(at) for at in np.argsort(-found.scores, kind="stable") if found.allowed[at]]
    hidden = [*known.liked, *known.rejected, *sorted(known.hidden), *_earlier(known, now)]
    papers = np.array([*hidden, *(now.candidates[at].paper_id for at in ranking)], np.int64)
    once = set(papers[now.works.firsts(papers)].tolist())
    titles, kept = set[int](), list[int]()
    for at in ranking:
        one = now.candidates[at]
        if one.paper_id in once and one.title_key not in titles:
            titles.add(one.title_key)
            kept.append(at)
    chosen: list[Place] = []
    for day in sorted({now.candidates[at].day for at in kept}):
        of_day = [at for at in kept if now.candidates[at].day == day]
        best = [at for at in of_day if found.scores[at] >= LEAST][: A_DAY - interest.tries]
        chosen += [Place(at) for at in best]
        tries = _tries(interest, best, of_day[len(best) :], found, now)
        chosen += [Place(at, is_try=True) for at in tries]
    return chosen


def _tries(
    interest: Interest, best: Sequence[int], left: Sequence[int], found: Ranking, now: Window
) -> list[int]:
    """Papers of a day from whose answers most would be learned."""
    if not (interest.tries and left and found.learned):
        return []
    meanings = now.shelf.meanings
    worth = informative.doubt(found.own[list(left)], BORDER)
    told = informative.choose(meanings[list(left)], worth, meanings[list(best)], interest.tries)
    return [left[at] for at in told]


def _earlier(known: Evidence, now: Window) -> list[int]:
    """What was offered before these days."""
    return sorted(known.told - now.places.keys())


def _write(
    interest: Interest,
    chosen: Sequence[Place],
    because: dict[int, Because],
    found: Ranking,
    now: Window,
) -> None:
    """Offers as they are now. What a page has shown stays, unless it may not be offered at all."""
    theirs = Offer.objects.filter(interest=interest)
    offers = {
        now.candidates[place.at].paper_id: Offer(
            interest=interest,
            paper_id=now.candidates[place.at].paper_id,
            day=now.candidates[place.at].day,
            score=float(found.scores[place.at]),
            is_try=place.is_try,
            because=because[now.candidates[place.at].paper_id].kept(),
        )
        for place in chosen
    }
    gone = [one.paper_id for one, may in zip(now.candidates, found.allowed, strict=True) if not may]
    theirs.filter(paper__in=gone).delete()
    theirs.exclude(paper__in=offers).filter(shown_at=None).delete()
    theirs.filter(made_at__lt=timezone.now() - KEPT_FOR).exclude(paper__in=offers).delete()
    Offer.objects.bulk_create(
        offers.values(),
        update_conflicts=True,
        unique_fields=["interest", "paper"],
        update_fields=["day", "score", "is_try", "because"],
        batch_size=200,
    )


def _mark(interest: Interest, known: Evidence, now: Window, fellows: Fellows | None) -> str:
    wanted = repr((interest.about, interest.others, interest.tries, settings.PICK_DAYS))
    told = f"{now.mark} {known.mark()} {wanted} {fellows.day if fellows else ''}"
    return blake2b(told.encode(), digest_size=16).hexdigest()
