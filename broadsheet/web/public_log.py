"""The public log: what moderators and curators decided, from both places where it is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import islice

from broadsheet.community.models import Decision
from broadsheet.contributions.models import Ruling

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
ONE = timedelta(microseconds=1)
Line = Decision | Ruling


def lines(before: int | None, most: int) -> tuple[list[Line], int | None]:
    """The newest lines that are older than `before`, in microseconds since 1970, and where to go
    on if there are more. Raises OverflowError for a time that no calendar has."""
    until = EPOCH + before * ONE if before is not None else None
    decisions = Decision.objects.select_related("by", "paper").order_by("-at", "-id")
    rulings = Ruling.objects.select_related("by", "paper").order_by("-at", "-id")
    if until:
        decisions, rulings = decisions.filter(at__lt=until), rulings.filter(at__lt=until)
    both: tuple[list[Line], list[Line]] = list(decisions[: most + 1]), list(rulings[: most + 1])
    found = list(islice(merge(*both, key=lambda line: line.at, reverse=True), most + 1))
    is_more = len(found) > most
    return found[:most], (found[most - 1].at - EPOCH) // ONE if is_more else None
