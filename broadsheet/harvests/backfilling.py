"""Days that an operator asked for, slice by slice: what is new is asked for in between."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from broadsheet.harvests import running
from broadsheet.harvests.models import Backfill
from broadsheet.sources.source import Source

SLICE = timedelta(days=7)


def go_on(backfill: Backfill, source: Source) -> None:
    """Ask for the next days. Raises claims.TakenError."""
    first = backfill.next_first
    last = min(backfill.last, first + SLICE - timedelta(days=1))
    told = running.run(source, days=(first, last), backfill=backfill)
    now = timezone.now()
    if told.error:
        failures = backfill.failures + 1
        wait = running.next_wait(running.SOONEST, failures)
        changed = {"failures": failures, "error": told.error, "next_run": now + wait}
    else:
        ended = now if last == backfill.last else None
        changed = {"failures": 0, "error": "", "reached": last, "ended": ended}
    Backfill.objects.filter(pk=backfill.pk).update(**changed)
