"""What readers who like the same have voted for by now: votes that count, of readers who let them
tell. `company` knows what is kept, since the last night.

What others reject stays theirs, and a number is told only where several readers make it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from broadsheet.community.models import Vote
from broadsheet.interests import keepers
from broadsheet.interests.keepers import ENOUGH

SHARED = 2
"""Papers that somebody must have voted for of those that are liked here, to be like-minded."""
MOST = 200
LOOKED_AT = 1_000


@dataclass(frozen=True, slots=True)
class Liked:
    weight: float
    readers: int


def voted_for(reader_id: int, liked: Sequence[int], days: tuple[date, date]) -> dict[int, Liked]:
    """What the like-minded voted for among the papers of these days. Two queries."""
    some = liked[:LOOKED_AT]
    alike = (
        Vote.objects.counted()
        .filter(paper__in=some, reader__in=keepers.readers())
        .exclude(reader=reader_id)
        .values("reader_id")
        .annotate(shared=Count("*"))
        .filter(shared__gte=SHARED)
        .order_by("-shared", "reader_id")
        .values_list("reader_id", "shared")
    )
    near = dict(alike[:MOST])
    if not near:
        return {}
    votes = Vote.objects.counted().filter(reader__in=near, paper__day__range=days)
    weights, readers = Counter[int](), Counter[int]()
    for paper, reader in votes.values_list("paper_id", "reader_id"):
        weights[paper] += near[reader]
        readers[paper] += 1
    total = sum(near.values())
    return {
        paper: Liked(weights[paper] / total, number)
        for paper, number in readers.items()
        if number >= ENOUGH
    }
