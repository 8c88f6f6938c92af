"""Background work: what lists, search and kept pages show follows votes and comments."""

from __future__ import annotations

import threading

from django.db import transaction

from broadsheet.community.models import Moved
from broadsheet.papers.actions import announce

PAUSE = 2.0
"""Seconds in which votes gather: a busy hour must not make every kept page anew at every vote."""
BATCH = 1_000


def follow(stop: threading.Event) -> None:
    while not stop.wait(PAUSE):
        while settle() == BATCH and not stop.is_set():
            pass


def settle() -> int:
    """Announce papers whose numbers moved; returns how many rows told of it."""
    told = dict(Moved.objects.order_by("id").values_list("id", "paper_id")[:BATCH])
    if told:
        with transaction.atomic():
            announce(set(told.values()))
            Moved.objects.filter(id__in=list(told)).delete()
    return len(told)
