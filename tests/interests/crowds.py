"""Many readers who keep papers, for tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import count

from django.utils import timezone

from broadsheet.community.desks import Reading
from broadsheet.community.models import Vote
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader

_NUMBERS = count(1)


def crowd(number: int, *, days: int = 300) -> list[Reader]:
    """So many readers, whose accounts are so many days old, each a minute older than the next."""
    now = timezone.now()
    return Reader.objects.bulk_create(
        Reader(
            username=f"crowd{key}",
            email=f"crowd{key}@example.org",
            date_joined=now - timedelta(days=days, minutes=number - place),
        )
        for place, key in enumerate(next(_NUMBERS) for _ in range(number))
    )


def vote(readers: Iterable[Reader], papers: Sequence[Paper], *, apart: float = 700) -> None:
    """All vote for all, so many minutes after each other."""
    start = timezone.now() - timedelta(days=200)
    Vote.objects.bulk_create(
        Vote(paper=paper, reader=reader, cast_at=start + timedelta(minutes=apart * place))
        for place, reader in enumerate(readers)
        for paper in papers
    )


def listed(readers: Iterable[Reader], papers: Sequence[Paper]) -> None:
    """All have all on their reading lists."""
    Reading.objects.bulk_create(
        Reading(reader=reader, paper=paper, state="read", since=timezone.now())
        for reader in readers
        for paper in papers
    )
