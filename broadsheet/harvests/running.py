"""One run of one source: asked page by page, each page saved with the cursor after it."""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import TypeAlias

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from broadsheet.fetching import Fetcher, FetchError, Manners
from broadsheet.harvests import claims, hosts, keys
from broadsheet.harvests.models import Backfill, Reject, Run
from broadsheet.harvests.models import Source as Row
from broadsheet.papers.actions import Place, remove_papers, save_records
from broadsheet.papers.drafts import drafts_of
from broadsheet.papers.models import Cursor, Paper
from broadsheet.papers.records import Record, Rejected, SourceError
from broadsheet.sources.source import Asking, Page, Source

log = logging.getLogger(__name__)

Days: TypeAlias = tuple[date, date]
Watch = Callable[[Run], None]

SOONEST = timedelta(minutes=5)
LATEST = timedelta(days=1)
"""Between these is the next run after one that failed."""
MOST_REJECTS = 200
"""Of one run that are kept with their reasons; all are counted."""
STOPPED = "Stopped by the operator; the next run goes on from there."


def unwatched(run: Run) -> None:
    """Nobody watches."""


def fetcher(claim: str = "") -> Fetcher:
    """A fetcher that introduces this site, and holds the claim while it waits."""
    manners = Manners(settings.CONTACT, allow_loopback=settings.ALLOW_LOOPBACK_SOURCES)
    if settings.ALLOW_LOOPBACK_SOURCES:
        manners = Manners(settings.CONTACT, pause=0, allow_loopback=True)
    return Fetcher(
        manners, before=lambda: claims.renew(claim) if claim else None, book=hosts.Hosts()
    )


def run(
    source: Source,
    *,
    days: Days | None = None,
    only_due: bool = False,
    backfill: Backfill | None = None,
    watch: Watch = unwatched,
) -> Run:
    """Ask `source` for what is new, or for what it has of `days`; both go on where they stopped.

    What went wrong stands in the run's `error`. Raises claims.TakenError when another process is
    at it, and KeyboardInterrupt after the run was closed.
    """
    Row.objects.get_or_create(name=source.name)
    with claims.claimed(source.name, only_due=only_due) as claim:
        first, last = days or (None, None)
        told = Run.objects.create(source_id=source.name, first=first, last=last, backfill=backfill)
        with _closing(told, source), fetcher(claim) as fetch:
            place = cursor_name(source.name, days)
            for page in source.records_since(_position(place), _asking(fetch, days)):
                _save(page, place, claim, told)
                watch(told)
            if days:
                Cursor.objects.filter(name=place).delete()
    return told


def dry_run(source: Source, *, days: Days | None = None) -> Iterator[list[Record | Rejected]]:
    """What would come, page by page, without saving anything or moving the cursor."""
    with fetcher() as fetch:
        position = _position(cursor_name(source.name, days))
        for page in source.records_since(position, _asking(fetch, days)):
            records = [one for one in page.items if isinstance(one, Record)]
            refused = [one for one in page.items if isinstance(one, Rejected)]
            yield [*records, *refused, *drafts_of(records, timezone.now().date()).rejected]


def cursor_name(source: str, days: Days | None = None) -> str:
    return f"source:{source}" + (f" {days[0]}..{days[1]}" if days else "")


def _asking(fetch: Fetcher, days: Days | None) -> Asking:
    first, last = days or (None, None)
    return Asking(fetch, timezone.now().date(), first, last, keys.all_keys())


def _position(cursor: str) -> str:
    kept = Cursor.objects.filter(name=cursor).first()
    return kept.position if kept else ""


def _save(page: Page, place: str, claim: str, told: Run) -> None:
    """Save a page whole, with the cursor, the counts and the claim; or nothing of it."""
    records = [one for one in page.items if isinstance(one, Record)]
    refused = [one for one in page.items if isinstance(one, Rejected)]
    with transaction.atomic():
        claims.renew(claim)
        saved = save_records(records, Place(place, page.cursor, {}))
        refused += saved.rejected
        counts = saved.counts()
        counts["rejected"] = len(refused)
        counts["removed"] = _remove(page)
        _keep_rejects(refused, told)
        _count(counts, told)


def _count(counts: Counter[str], told: Run) -> None:
    for name, number in counts.items():
        setattr(told, name, getattr(told, name) + number)
    told.save(update_fields=[*counts])


def _keep_rejects(refused: list[Rejected], told: Run) -> None:
    room = max(0, MOST_REJECTS - told.rejected)
    Reject.objects.bulk_create(
        Reject(run=told, position=one.position[:100], reason=one.reason, excerpt=one.excerpt[:200])
        for one in refused[:room]
    )


def _remove(page: Page) -> int:
    """Remove papers that their source has deleted and nobody else told of."""
    named = [paper.id for paper in map(Paper.objects.called, page.gone) if paper]
    alone = Paper.objects.seen_only_by(page.told_by).filter(id__in=named)
    return remove_papers(list(alone.values_list("id", flat=True))) if named else 0


@contextmanager
def _closing(told: Run, source: Source) -> Iterator[None]:
    """Write down how the run ended, and when the next one is due."""
    wait: float | None = None
    try:
        yield
    except (FetchError, SourceError) as failure:
        told.error = str(failure)
        wait = failure.wait if isinstance(failure, FetchError) else None
    except claims.LostClaimError as lost:
        told.error = str(lost)
    except KeyboardInterrupt:
        told.error = STOPPED
        raise
    except DatabaseError:
        raise
    except Exception as failure:
        log.exception("Asking %s failed.", source.name)
        told.error = f"The program failed ({type(failure).__name__}); the log tells more."
    finally:
        _close(told, source, wait)


def _close(told: Run, source: Source, wait: float | None) -> None:
    now = timezone.now()
    told.ended = now
    told.save(update_fields=["ended", "error"])
    if told.backfill_id:  # the source has its own times
        return
    row = Row.objects.get(name=source.name)
    row.failures = row.failures + 1 if told.error else 0
    row.next_run = now + next_wait(source.every, row.failures, wait)
    if row.hour is not None and not row.failures:
        row.next_run = next_at(row.hour, now)
    row.save(update_fields=["failures", "next_run"])
    if told.error:
        log.warning("%s: %s Next run at %s.", source.name, told.error, f"{row.next_run:%F %H:%M}")


def next_at(hour: int, now: datetime) -> datetime:
    """The next time that the site's clock shows this hour, with up to ten minutes of chance."""
    here = timezone.localtime(now)
    moment = here.replace(hour=hour, minute=0, second=0, microsecond=0)
    if moment <= here:
        moment = (moment.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=here.tzinfo)
    return moment + timedelta(minutes=random.uniform(0, 10))  # noqa: S311  spreads load, guards nothing


def next_wait(every: timedelta, failures: int, asked: float | None = None) -> timedelta:
    """Time until the next run: `every`, or after failures five minutes, doubling up to a day, and
    at least as long as the source asked for. A tenth of it is chance."""
    wait = every
    if failures:
        wait = min(LATEST, SOONEST * 2 ** min(failures - 1, 12))
        wait = max(wait, timedelta(seconds=min(asked or 0, LATEST.total_seconds())))
    return wait * random.uniform(1.0, 1.1)  # noqa: S311  nobody is to guess anything
