"""The command that asks sources over the network."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from broadsheet.commands import ready, say

if TYPE_CHECKING:
    from broadsheet.harvests.models import Run
    from broadsheet.harvests.running import Days
    from broadsheet.sources.source import Source

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("source", required=False, metavar="[SOURCE]")
@click.option(
    "--from", "--since", "first", type=DAY, metavar="DAY", help="The first day to ask for."
)
@click.option("--to", "last", type=DAY, metavar="DAY", help="The last day; without it, today.")
@click.option("--dry-run", is_flag=True, help="Ask and count, save nothing.")
def harvest(
    source: str | None, first: datetime | None, last: datetime | None, dry_run: bool
) -> None:
    """Ask sources on the network for what is new.

    Without SOURCE, all of BROADSHEET_SOURCES; where that is empty, the sources that there are.
    What was interrupted goes on where it stopped.

    \b
    Examples:
        broadsheet harvest arxiv:cs.LG,cs.CL
        broadsheet harvest hf-daily --from 2025-12-01 --to 2025-12-07
    """
    if last and not first:
        raise click.UsageError("--to goes with --from.")
    ready()
    from broadsheet.harvests import configured

    sources = [configured.source(source)] if source else configured.sources()
    if not sources:
        _list_kinds()
        return
    asked = [(_dry if dry_run else _ask)(one, _days(first, last)) for one in sources]
    if not dry_run:
        from broadsheet.commands.papers import make_findable

        make_findable()
    if not all(asked):
        raise click.exceptions.Exit(1)


def _days(first: datetime | None, last: datetime | None) -> Days | None:
    if not first:
        return None
    today = date.today()  # noqa: DTZ011  the operator's own day
    until = last.date() if last else today
    if until < first.date():
        raise click.UsageError("--from is later than --to.")
    return first.date(), until


def _ask(source: Source, days: Days | None) -> bool:
    """Ask one source and tell; whether all went well."""
    from broadsheet.commands import progress
    from broadsheet.harvests import running
    from broadsheet.harvests.claims import TakenError

    try:
        with progress.bar(source.name, "records") as bar:

            def watch(told: Run) -> None:
                bar.n = told.records
                bar.refresh()

            told = running.run(source, days=days, watch=watch)
    except TakenError as taken:
        raise click.ClickException(str(taken)) from taken
    names = ("new", "changed", "unchanged", "rejected", "removed")
    counts = ", ".join(f"{getattr(told, name):,} {name}" for name in names)
    say(f"{source.name}: {counts}.")
    for reject in told.rejects.all()[:5]:
        say(f"  rejected {reject.position}: {reject.reason}")
    if told.error:
        click.echo(f"{source.name}: {told.error}", err=True)
    return not told.error


def _dry(source: Source, days: Days | None) -> bool:
    from broadsheet.fetching import FetchError
    from broadsheet.harvests import running
    from broadsheet.papers.records import Rejected, SourceError

    counts = Counter[bool]()
    try:
        for page in running.dry_run(source, days=days):
            counts.update(isinstance(one, Rejected) for one in page)
    except (FetchError, SourceError) as failure:
        click.echo(f"{source.name}: {failure}", err=True)
        return False
    finally:
        told = f"{counts[False]:,} records, {counts[True]:,} rejected"
        say(f"{source.name}: {told} (dry run: nothing was saved).")
    return True


def _list_kinds() -> None:
    from broadsheet.sources import known

    say("No source is set. BROADSHEET_SOURCES names them with a blank between, such as:")
    for kind in known.kinds().values():
        say(f"  {kind.example:<40} {kind.title}")


COMMANDS = (harvest,)
