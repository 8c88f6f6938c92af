"""What the operator does with sources."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from broadsheet.harvests import configured, enriching
from broadsheet.harvests.models import Backfill, Reject, Run, Source

EARLIEST = date(1950, 1, 1)


class CannotError(Exception):
    """Why it cannot be done, in a sentence for the operator."""


def run_now(name: str) -> bool:
    """Let the worker ask the source within two minutes; whether the site has such a source."""
    return _change(name, paused=False, failures=0, next_run=timezone.now())


def pause(name: str) -> bool:
    """Let the source rest until `run_now`; whether the site has such a source."""
    return _change(name, paused=True)


def backfill(name: str, first: date, last: date) -> Backfill:
    """Let the worker ask for what the source has of these days. Raises CannotError."""
    if name not in configured.names():
        raise CannotError("There is no such source here.")
    if not by_days(name):
        raise CannotError("This source cannot be asked for days: it tells what it has.")
    if not EARLIEST <= first <= last <= timezone.now().date():
        raise CannotError("The first day is not after the last, and the last not after today.")
    with transaction.atomic():
        Source.objects.get_or_create(name=name)
        row = Source.objects.select_for_update().get(name=name)
        waiting = row.backfills.open().filter(first=first, last=last).first()
        return waiting or Backfill.objects.create(source=row, first=first, last=last)


def set_backfill_paused(number: int, *, paused: bool) -> bool:
    """Let a backfill rest or go on; whether there is such a one."""
    found = Backfill.objects.open().filter(pk=number)
    return bool(found.update(paused=paused, failures=0, next_run=timezone.now()))


def drop_backfill(number: int) -> bool:
    """End a backfill where it stands; what came stays."""
    return bool(Backfill.objects.open().filter(pk=number).update(ended=timezone.now()))


def retry(number: int) -> None:
    """Let the worker ask again for what a run could not use: its days where the source can be
    asked for days, else all that it tells. Raises CannotError."""
    run = Run.objects.filter(pk=number, rejects__retried=False).first()
    if not run or run.source_id not in configured.names():
        raise CannotError("There is nothing left to try again.")
    with transaction.atomic():
        Reject.objects.filter(run=run).update(retried=True)
        if by_days(run.source_id):
            backfill(run.source_id, *_days_of(run))
        else:
            run_now(run.source_id)


def by_days(name: str) -> bool:
    """Whether the source can be asked for what it has of some days."""
    return bool(getattr(configured.source(name), "by_days", False))


def _days_of(run: Run) -> tuple[date, date]:
    """The days that a run was about: those it was asked for, else since the run before it."""
    last = run.started.date()
    before = Run.objects.filter(source=run.source_id, id__lt=run.pk, error="", first=None)
    since = before.order_by("-id").values_list("started", flat=True).first()
    first = (since or run.started).date() - timedelta(days=1)
    return run.first or first, run.last or last


def _change(name: str, **told: object) -> bool:
    if name not in configured.names() and name not in map(enriching.row_name, enriching.tellers()):
        return False
    Source.objects.update_or_create(name=name, defaults=told)
    return True
