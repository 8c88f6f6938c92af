"""Background work: ask the sources that are due."""

from __future__ import annotations

from django.utils import timezone

from broadsheet.harvests import configured, one_work, running
from broadsheet.harvests.claims import TakenError
from broadsheet.harvests.models import Source


def run_due() -> None:
    """Ask every source of the setting that is due, one after another."""
    for source, row in configured.rows():
        if not Source.objects.due(timezone.now()).filter(name=row.name).exists():
            continue
        try:
            running.run(source, only_due=True)
        except TakenError:
            continue  # another worker was quicker


def join_one_works() -> None:
    """Make one paper of pairs that are one work."""
    while one_work.join_next():
        pass
