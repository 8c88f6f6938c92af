"""How each source of this site stands, for its operator and its readers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from broadsheet.harvests import configured, enriching
from broadsheet.harvests.models import Backfill, Reject, Run
from broadsheet.harvests.models import Source as Row
from broadsheet.sources.arxiv_calendar import newest_announcement
from broadsheet.sources.source import Source
from broadsheet.sources.teller import Teller

GRACE = timedelta(hours=6)
"""For so long after an announcement its papers may be on their way."""
REJECTS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Standing:
    source: Source
    row: Row
    run: Run | None
    """The newest."""
    arrived: datetime | None
    """When the source last brought anything new."""
    rejects: list[Reject]
    now: datetime
    backfills: list[Backfill]
    """Those that are not at their end."""
    added: bool
    """Whether it was switched on here and not by the settings."""

    @property
    def by_days(self) -> bool:
        return bool(getattr(self.source, "by_days", False))

    @property
    def state(self) -> str:
        if self.row.paused:
            return "paused"
        if self.row.claim and self.row.claimed_until and self.row.claimed_until > self.now:
            return "being asked"
        if self.run is None:
            return "not asked yet"
        return "in trouble" if self.row.failures else "late" if self.is_late else "in order"

    @property
    def is_late(self) -> bool:
        """Whether papers should have come since the last that came: by arXiv's own calendar for
        arXiv, else when nothing went well for a day and two intervals."""
        if self.row.paused or self.run is None:
            return False
        if self.source.name.startswith(("arxiv:", "arxiv-new:")):
            return (self.arrived or self.run.started) < newest_announcement(self.now - GRACE)
        silent = self.now - (self.run.ended or self.run.started)
        return silent > 2 * self.source.every + timedelta(days=1)


def standings() -> list[Standing]:
    """Every source of the setting, in its order. Writes nothing."""
    fixed, now = configured.of_settings(), timezone.now()
    sources = fixed + [one for _, one in configured.chosen() if one]
    names = [source.name for source in sources]
    rows = Row.objects.in_bulk(names)
    runs = {run.source_id: run for run in Run.objects.latest_of(names)}
    arrivals = Run.objects.arrivals(names)
    newest = [run.id for run in runs.values()]
    rejects = Reject.objects.filter(run__in=newest, retried=False).order_by("id")
    kept: dict[int, list[Reject]] = {}
    for reject in rejects:
        kept.setdefault(reject.run_id, []).append(reject)
    backfills: dict[str, list[Backfill]] = {}
    for backfill in Backfill.objects.open().filter(source__in=names):
        backfills.setdefault(backfill.source_id, []).append(backfill)
    return [
        Standing(
            source,
            rows.get(source.name) or Row(name=source.name),
            run := runs.get(source.name),
            arrivals.get(source.name),
            kept.get(run.id, [])[:REJECTS_SHOWN] if run else [],
            now,
            backfills.get(source.name, []),
            place >= len(fixed),
        )
        for place, source in enumerate(sources)
    ]


@dataclass(frozen=True, slots=True)
class TellerStanding:
    """How a site stands that is asked for more about papers."""

    teller: Teller
    row: Row
    run: Run | None

    @property
    def state(self) -> str:
        if self.row.paused:
            return "paused"
        if self.run is None:
            return "not asked yet"
        return "in trouble" if self.row.failures else "in order"


def teller_standings() -> list[TellerStanding]:
    """Those of BROADSHEET_ENRICH, in its order. Writes nothing."""
    tellers = enriching.tellers()
    if not tellers:
        return []
    names = list(map(enriching.row_name, tellers))
    rows = Row.objects.in_bulk(names)
    runs = {run.source_id: run for run in Run.objects.latest_of(names)}
    return [
        TellerStanding(teller, rows.get(name) or Row(name=name), runs.get(name))
        for teller, name in zip(tellers, names, strict=True)
    ]
