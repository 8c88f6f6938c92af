"""The background worker: everything of `schedule`, each part in a thread of its own."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from broadsheet import processes, schedule

log = logging.getLogger(__name__)

LONGEST_PAUSE = 60.0
"""Seconds until work that fails again and again is tried once more."""


def run(parent: int | None = None) -> None:
    """Work until Ctrl-C or SIGTERM."""
    stop = threading.Event()
    if not processes.may_begin(parent):
        return
    with processes.stopped_by_signals(stop):
        threads = [
            *(_thread(work.name, work.run, stop) for work in schedule.steady_work()),
            *(_thread(work.name, repeated(work), stop) for work in schedule.periodic_work()),
        ]
        stop.wait()
        for thread in threads:
            thread.join(processes.GRACE)


def persistently(name: str, work: Callable[[threading.Event], None], stop: threading.Event) -> None:
    """Do `work` until `stop`; when it fails, say so and do it again after a growing pause."""
    from django.db import connection

    failures = 0
    while not stop.is_set():
        started = time.monotonic()
        try:
            work(stop)
            return
        except Exception:
            lasted = time.monotonic() - started
            failures = 1 if lasted > LONGEST_PAUSE else failures + 1
            pause = min(LONGEST_PAUSE, 2.0**failures)
            log.exception("%s failed; trying again in %.0f s", name, pause)
        finally:
            connection.close()
        stop.wait(pause)


def repeated(work: schedule.Periodic) -> Callable[[threading.Event], None]:
    """The work, done `every` so often until it is stopped."""

    def repeat(stop: threading.Event) -> None:
        while not stop.wait(work.every.total_seconds()):
            work.run()

    return repeat


def _thread(
    name: str, work: Callable[[threading.Event], None], stop: threading.Event
) -> threading.Thread:
    # a daemon: work that does not end in time must not hold up the end of the process
    thread = threading.Thread(target=persistently, name=name, args=(name, work, stop), daemon=True)
    thread.start()
    return thread
