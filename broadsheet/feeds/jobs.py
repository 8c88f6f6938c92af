"""Background work: the lists follow the papers, and trends follow the clock."""

from __future__ import annotations

import threading

from django.db.models import F
from django.utils import timezone

from broadsheet.feeds import placing, trends
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
    level = _level()
    if level >= latest_change():
        return 0
    placed, touched = 0, set[int]()
    while not (stop and stop.is_set()):
        found = Paper.objects.changed_after(level).values_list("id", "change")[:BATCH]
        batch = list(found)
        if not batch:
            break
        touched |= placing.place([key for key, _ in batch])
        level = batch[-1][1]
        placed += len(batch)
        _move(level)
    placing.recount(touched)
    return placed


def refresh_trends() -> None:
    now = timezone.now()
    trends.refresh(now)
    trends.draw(timezone.localdate())
    Counter.objects.get_or_create(name=TRENDS)
    Counter.objects.filter(name=TRENDS).update(value=F("value") + 1)


def rebuild() -> int:
    """Make everything anew from the papers."""
    _move(0)
    return catch_up()


def _level() -> int:
    found = Counter.objects.filter(name=LEVEL).values_list("value", flat=True)
    return next(iter(found), 0)


def _move(level: int) -> None:
    Counter.objects.update_or_create(name=LEVEL, defaults={"value": level})
