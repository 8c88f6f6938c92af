"""Background work: ask the sources that are due, and join what is one work."""

from __future__ import annotations

from django.utils import timezone

from broadsheet.harvests import backfilling, configured, enriching, full_texts, one_work, running
from broadsheet.harvests.claims import TakenError
from broadsheet.harvests.models import Backfill, Source


def run_due() -> None:
    """Ask every source of the setting that is due, one after another; then for the next days of
    each backfill."""
    for source, row in configured.rows():
        if not Source.objects.due(timezone.now()).filter(name=row.name).exists():
            continue
        try:
            running.run(source, only_due=True)
        except TakenError:
            continue  # another worker was quicker
    _backfill()


def join_one_works() -> None:
    """Make one paper of pairs that are one work."""
    while one_work.join_next():
        pass


def enrich_due() -> None:
    """Ask the sites of BROADSHEET_ENRICH for more about papers."""
    enriching.run_due()


def fetch_texts() -> None:
    """Fetch texts and first pages of papers whose licence allows it, where the settings say so."""
    full_texts.run_due()


def _backfill() -> None:
    sources = {source.name: source for source in configured.sources()}
    for backfill in Backfill.objects.due(timezone.now()).filter(source__in=sources):
        try:
            backfilling.go_on(backfill, sources[backfill.source_id])
        except TakenError:
            continue
