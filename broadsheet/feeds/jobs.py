"""Background work: the lists follow the papers, and trends follow the clock."""

from __future__ import annotations

import threading

from django.db import transaction
from django.utils import timezone

from broadsheet.feeds import placing, trends
from broadsheet.feeds.models import Heading
from broadsheet.papers.models import Counter, Paper, latest_change

LEVEL = "lists"
"""The counter that tells up to which change papers stand under their headings."""
TRENDS = "trends"
"""The counter of how often trends were computed."""
BATCH = 1_000
PAUSE = 1.0
"""Seconds between two looks for new papers."""


def follow(stop: threading.Event) -> None:
    """Keep every list level with the papers until `stop`."""
    while not stop.wait(PAUSE):
        if catch_up(stop):
            refresh_trends()


def catch_up(stop: threading.Event | None = None) -> int:
    """Put papers that changed under their headings; returns how many."""
    placed, touched = 0, set[int]()
    while _level() < latest_change() and not (stop and stop.is_set()):
        batch, headings = _place_next()
        placed += batch
        touched |= headings
    placing.recount(touched)
    return placed


def _place_next() -> tuple[int, set[int]]:
    """Place one batch; its size and its headings. Whoever comes second waits, and goes on there."""
    with transaction.atomic():
        level = _locked(LEVEL)
        newest = latest_change()
        changed = Paper.objects.changed_after(level.value).values_list("id", "change")
        batch = dict(changed[:BATCH])
        headings = placing.place(list(batch)) if batch else set[int]()
        # the last changes may have been removals, which leave no paper to be found
        seen = () if len(batch) == BATCH else (newest,)
        level.value = max(*seen, *batch.values(), level.value)
        level.save()
    return len(batch), headings


def refresh_trends() -> None:
    """Compute what trends and draw for the day; the pages that visitors get follow."""
    today = timezone.localdate()
    with transaction.atomic():
        times = _locked(TRENDS)
        trends.refresh(timezone.now())
        trends.draw(today)
        times.value += 1
        times.save()


def rebuild() -> int:
    """Make everything anew from the papers; returns how many were placed."""
    Counter.objects.filter(name=LEVEL).update(value=0)
    placed = catch_up()
    placing.recount(Heading.objects.values_list("id", flat=True))
    return placed


def _level() -> int:
    found = Counter.objects.filter(name=LEVEL).values_list("value", flat=True)
    return next(iter(found), 0)


def _locked(name: str) -> Counter:
    Counter.objects.get_or_create(name=name)
    return Counter.objects.select_for_update().get(name=name)
