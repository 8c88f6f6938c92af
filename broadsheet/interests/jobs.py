"""Background work: interests are learned anew when their readers taught them, or papers came."""

from __future__ import annotations

import logging
import threading
import time

from broadsheet.interests import company, learning
from broadsheet.interests.models import Interest, InterestQuerySet

log = logging.getLogger(__name__)

PAUSE = 2.0
"""Seconds in which what a reader says gathers."""
EVERY = 300.0
"""Seconds between looks at all interests, for papers that came and what was voted or collected."""


def follow(stop: threading.Event) -> None:
    next_look = 0.0
    while not stop.wait(PAUSE):
        learn_all(Interest.objects.stale(), stop)
        if time.monotonic() >= next_look:
            learn_all(Interest.objects.awake().order_by("id"), stop)
            next_look = time.monotonic() + EVERY


def learn_company() -> None:
    company.learn_nightly()


def learn_all(interests: InterestQuerySet, stop: threading.Event | None = None) -> int:
    """Learn these anew as far as anything changed; returns how many were."""
    learned = 0
    for interest in interests.iterator(chunk_size=100):
        if stop and stop.is_set():
            break
        try:
            learned += learning.learn(interest)
        except Exception as fault:  # noqa: BLE001  one interest must not keep the others waiting
            # without the message, in which a reader's words could stand
            log.error("An interest could not be learned: %s", type(fault).__name__)
            Interest.objects.filter(pk=interest.pk).update(stale=False)
    return learned
