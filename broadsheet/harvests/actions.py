"""What the operator does with sources."""

from __future__ import annotations

from django.utils import timezone

from broadsheet.harvests.models import Source


def run_now(name: str) -> bool:
    """Let the worker ask the source within a minute or two; returns whether there is such a one."""
    found = Source.objects.filter(name=name)
    return bool(found.update(next_run=timezone.now(), paused=False, failures=0))


def pause(name: str) -> bool:
    return bool(Source.objects.filter(name=name).update(paused=True))
