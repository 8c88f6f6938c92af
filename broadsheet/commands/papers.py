"""Commands that bring papers in and look after them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from broadsheet.commands import ready, say

if TYPE_CHECKING:
    from broadsheet.harvest import ImportReport


@click.command("import")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--dry-run", is_flag=True, help="Read and count everything, save nothing.")
@click.option(
    "--saved-year",
    type=click.IntRange(1990, 2200),
    metavar="YEAR",
    help="The year in which saved text pages were saved; their dates may lack it.",
)
def import_(paths: tuple[str, ...], dry_run: bool, saved_year: int | None) -> None:
    """Bring papers in from files, folders or standard input (-).

    The format is known by the content, plain or compressed (.gz, .zst). Importing again changes
    nothing, and after an interruption goes on where it stopped.

    \b
    Examples:
        broadsheet import papers.jsonl.zst library.bib
        curl -s https://example.org/papers.json | broadsheet import -
    """
    ready()
    from broadsheet import harvest
    from broadsheet.commands.progress import ImportBar

    with ImportBar() as bar:
        report = harvest.import_paths(
            paths, dry_run=dry_run, saved_year=saved_year, watch=bar.watch
        )
    _tell(report, dry_run)
    if not (dry_run or report.interrupted):
        make_findable()
    if report.interrupted:
        raise click.exceptions.Exit(130)
    if report.problems or not report.files:
        raise click.exceptions.Exit(1)


def _tell(report: ImportReport, dry_run: bool) -> None:
    counts = ", ".join(
        f"{report.tally[name]:,} {name}" for name in ("new", "changed", "unchanged", "rejected")
    )
    would = " (dry run: nothing was saved)" if dry_run else ""
    say(f"{report.records:,} records from {report.files:,} files: {counts}{would}.")
    if report.rejects_file:
        say(f"Rejected records and why: {report.rejects_file}")
    if report.skipped:
        say(f"Left out: {len(report.skipped):,} files of no known format, as {report.skipped[0]}")
    for problem in report.problems:
        click.echo(problem, err=True)
    if report.interrupted:
        click.echo("Stopped; the same command again goes on from here.", err=True)
    elif not report.files and not report.problems:
        click.echo("Nothing to import was found.", err=True)


def make_findable() -> None:
    """Index what is new, where no running site is at it already."""
    from broadsheet.commands import progress
    from broadsheet.search import engine, jobs

    with progress.bar("indexing", "papers") as indexing:
        jobs.catch_up(progress.meter(indexing))
    found = engine.status()
    waiting = found.papers - found.embedded
    if found.model and waiting:
        say(
            f"{waiting:,} papers wait to be embedded: a running site does so in the background, "
            "`broadsheet index --embed` at once. Until then their words find them."
        )


@click.command()
@click.option("--rebuild", is_flag=True, help="Make all of it anew from the database.")
@click.option("--embed", is_flag=True, help="Also compute the embeddings that are missing.")
def index(rebuild: bool, embed: bool) -> None:
    """Bring the search index and the lists up to date.

    The worker of a running site does so by itself within seconds. Embeddings may be computed by
    any number of these commands at once, on any number of machines with the same database: each
    takes papers that no other has.

    \b
    Examples:
        broadsheet index --rebuild
        BROADSHEET_EMBED_THREADS=8 broadsheet index --embed
    """
    ready()
    from broadsheet.commands import progress
    from broadsheet.feeds import jobs as lists
    from broadsheet.search import engine, jobs

    with progress.bar("indexing", "papers") as indexing:
        (jobs.rebuild if rebuild else jobs.catch_up)(progress.meter(indexing))
    (lists.rebuild if rebuild else lists.catch_up)()
    lists.refresh_trends()
    if embed:
        progress.embed_all()
        jobs.catch_up()
    found = engine.status()
    say(f"{found.indexed:,} of {found.papers:,} papers indexed, {found.embedded:,} embedded.")


@click.command()
@click.option("--remove", is_flag=True, help="Take the shelf away, and never put it back.")
def starter(remove: bool) -> None:
    """Put the starter shelf on the site, or remove it.

    \b
    Example:
        broadsheet starter --remove
    """
    ready()
    from broadsheet import harvest as papers_in

    if remove:
        removed, kept = papers_in.remove_starter_shelf()
        also = f" {kept:,} stay, as other sources know them." if kept else ""
        say(f"Removed {removed:,} papers.{also}")
    else:
        say(f"Added {papers_in.fill_starter_shelf():,} papers.")


COMMANDS = (import_, index, starter)
