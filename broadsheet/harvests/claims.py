"""One process at a time asks a source.

A claim is a row changed by a condition, so of two that try one succeeds, on every database. It
lasts some minutes and is renewed while work goes on. The transaction that saves also renews it, so
a process that slept through its claim saves nothing more.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from broadsheet.harvests.models import Run, Source

LASTS = timedelta(minutes=10)
"""Longer than any single wait of `fetching` with the answer after it."""
KILLED = "The process that asked was ended in the middle; the next run goes on from there."


class LostClaimError(Exception):
    """Another process has taken the source over."""


class TakenError(Exception):
    """Another process asks the source; the message says so."""


@contextmanager
def claimed(name: str, *, only_due: bool = False) -> Iterator[str]:
    """Hold the source `name`; gives the claim. Raises TakenError."""
    now = timezone.now()
    _free_the_dead(name)
    free = Source.objects.filter(name=name).free(now)
    if only_due:
        free = free.due(now)
    claim = new_claim()
    if not free.order_by().update(claim=claim, claimed_until=now + LASTS):
        raise TakenError(f"Another process asks {name} already, or it is not due.")
    Run.objects.filter(source=name).unfinished().update(ended=now, error=KILLED)
    try:
        yield claim
    finally:
        Source.objects.filter(claim=claim).update(claim="", claimed_until=None)


def renew(claim: str) -> None:
    """Hold the source for some more minutes. Raises LostClaimError."""
    held = Source.objects.filter(claim=claim)
    if not held.update(claimed_until=timezone.now() + LASTS):
        raise LostClaimError("Another process has taken over.")


def _free_the_dead(name: str) -> None:
    """End the claim of a process of this machine that is gone."""
    for claim in Source.objects.filter(name=name).values_list("claim", flat=True):
        if is_of_the_dead(claim):
            Source.objects.filter(name=name, claim=claim).update(claim="", claimed_until=None)


def new_claim() -> str:
    """A mark of this process by which nobody else is known."""
    return f"{_machine()}/{os.getpid()}/{uuid4().hex[:12]}"


def is_of_the_dead(claim: str) -> bool:
    """Whether the process that made it was on this machine and is gone."""
    there, _, rest = claim.partition("/")
    pid = rest.partition("/")[0]
    return there == _machine() and pid.isdecimal() and not _is_alive(int(pid))


def _machine() -> str:
    return socket.gethostname().replace("/", "-")[:60]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
