"""Commands that read papers, here or at the site that --server names."""

from __future__ import annotations

import click

from broadsheet.commands import library, say

LIMIT = click.option("--limit", default=10, type=click.IntRange(1, 100), show_default=True)
FORMS = ("bib", "ris", "csl.json", "md")


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("query", nargs=-1, required=True)
@LIMIT
@click.option(
    "--sort",
    type=click.Choice(["relevance", "newest", "oldest", "votes"]),
    help="Relevance is the usual order; newest first where the query has filters alone.",
)
def search(query: tuple[str, ...], limit: int, sort: str | None) -> None:
    """Find papers by words and by meaning.

    Filters: au: ti: abs: cat: id: year: date: votes: has: source:, each also with a minus before
    it; "phrase", -word, OR and parentheses.

    \b
    Examples:
        broadsheet search --limit 5 learning from few examples
        broadsheet search --sort newest au:hinton year:2020..2025
        broadsheet search transformers -cat:cs.CV
        broadsheet --server https://papers.example.org search diffusion
    """
    library.open_()
    from broadsheet.api import own
    from broadsheet.commands import listing
    from broadsheet.search.query import Sort

    typed = " ".join(map(_quoted, query))
    found = library.ask(
        own.search, own.Query(q=typed, limit=limit, sort=Sort(sort) if sort else None)
    )
    for remark in found.remarks:
        click.echo(remark, err=True)
    for line in listing.of_search(found):
        say(line)


@click.command()
@click.argument("span", required=False, metavar="[DAY|WEEK|MONTH]")
@LIMIT
def ls(span: str | None, limit: int) -> None:
    """List the papers of a day, week or month, most voted first.

    A day is written 2025-12-15, a week 2025-W50, a month 2025-12; without one it is the newest
    day that has papers.

    \b
    Examples:
        broadsheet ls
        broadsheet ls 2025-W50 --limit 20
    """
    library.open_()
    from broadsheet.api import own
    from broadsheet.commands import listing

    asked = own.Asked(limit=limit, **_named(span))
    for line in listing.of_list(library.ask(own.papers, asked)):
        say(line)


@click.command()
@click.argument("name", metavar="ID")
def show(name: str) -> None:
    """Show one paper by its arXiv id, DOI or address.

    \b
    Example:
        broadsheet show 1706.03762
    """
    library.open_()
    from broadsheet.api import own
    from broadsheet.commands import listing

    for line in listing.whole(library.ask(own.paper, own.Named(name=name))):
        say(line)


@click.command()
@click.argument("names", nargs=-1, metavar="[ID]...")
@click.option("--of", "span", metavar="SPAN", help="A day, week or month: all of its papers.")
@click.option(
    "--format", "form", type=click.Choice(FORMS), default="bib", show_default=True,
    help="BibTeX, RIS, CSL-JSON or Markdown.",
)  # fmt: skip
def export(names: tuple[str, ...], span: str | None, form: str) -> None:
    """Write papers for reference managers.

    \b
    Examples:
        broadsheet export 1706.03762 >library.bib
        broadsheet export --of 2025-W50 --format ris >week.ris
    """
    if not names and not span:
        raise click.UsageError("Name papers by their ids, or a day, week or month with --of.")
    library.open_()
    from broadsheet.api import own
    from broadsheet.exports.forms import FORMS as KNOWN

    found = [library.ask(own.paper, own.Named(name=name)) for name in names]
    asked = own.Asked(limit=100, **_named(span))
    while span:
        listing = library.ask(own.papers, asked)
        found += listing.papers
        asked.after = listing.following
        if not asked.after:
            break
    click.echo(KNOWN[form].document(found), nl=False)


def _quoted(argument: str) -> str:
    """An argument with spaces as the phrase that it was in the shell; a query in one stays."""
    from broadsheet.search.filters import NAMES

    name, colon, value = argument.partition(":")
    if colon and " " in value and '"' not in value and name.lstrip("-").lower() in NAMES:
        return f'{name}:"{value}"'
    return argument


def _named(span: str | None) -> dict[str, str]:
    """Which kind of span is meant, by how it is written."""
    if not span:
        return {}
    kind = "week" if "W" in span else "day" if span.count("-") == 2 else "month"
    return {kind: span}


COMMANDS = (search, ls, show, export)
