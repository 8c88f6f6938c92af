"""What the operator does with sources."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from broadsheet.harvests.models import Source


def run_now(name: str) -> bool:
    """Let the worker ask the source within two minutes; whether the site has such a source."""
    return _change(name, paused=False, failures=0, next_run=timezone.now())


def pause(name: str) -> bool:
    """Let the source rest until `run_now`; whether the site has such a source."""
    return _change(name, paused=True)


def _change(name: str, **told: object) -> bool:
    if name not in settings.SOURCES:
        return False
    Source.objects.update_or_create(name=name, defaults=told)
    return True
