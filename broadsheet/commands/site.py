"""Commands that run and look after the site."""

from __future__ import annotations

import click

from broadsheet.commands import loaded_settings, ready, say


def parent_option() -> click.Option:
    """For the processes that `up` starts."""
    return click.Option(["--parent"], type=int, hidden=True)


@click.command()
def up() -> None:
    """Serve the site with its background worker until Ctrl-C.

    Sets everything up first: the data folder, the database and, on an empty site, a starter
    shelf of papers.

    \b
    Example:
        BROADSHEET_PORT=8080 broadsheet up
    """
    settings = loaded_settings()
    say(f"{settings.SITE_NAME}, with its data in {settings.DATA}")
    from broadsheet import boot, serve

    def prepare() -> None:
        ready(tables=False)
        boot.prepare(say)

    serve.up(say, prepare)


@click.command(params=[parent_option()])
def web(parent: int | None) -> None:
    """Run the web server alone, without the worker.

    \b
    Example:
        BROADSHEET_HOST=0.0.0.0 broadsheet web
    """
    ready(tables=False)
    from broadsheet import serve

    serve.web(parent)


@click.command(params=[parent_option()])
def worker(parent: int | None) -> None:
    """Run the background worker alone: it keeps the index current.

    \b
    Example:
        DATABASE_URL=postgres://broadsheet@db/broadsheet broadsheet worker
    """
    ready(tables=False)
    from broadsheet import worker as background

    background.run(parent)


@click.command()
def migrate() -> None:
    """Bring the tables of the database up to date; `up` does it too.

    \b
    Example:
        broadsheet migrate
    """
    ready(tables=False)
    from broadsheet import boot

    boot.require_sound_settings(say)
    boot.prepare_database(say)
    say("The database is up to date.")


@click.command()
def check() -> None:
    """Look for mistakes in the installation and its settings.

    \b
    Example:
        broadsheet check
    """
    ready(tables=False)
    from django.core.checks import run_checks

    from broadsheet import checks

    found = run_checks()
    for sentence in checks.sentences(found):
        say(sentence)
    errors = sum(message.is_serious() for message in found)
    say(f"{errors} errors, {len(found) - errors} warnings." if found else "Everything is in order.")
    if errors:
        raise click.exceptions.Exit(1)


@click.command()
def status() -> None:
    """Tell what is stored, where, and what is indexed.

    \b
    Example:
        broadsheet status
    """
    ready()
    from broadsheet.commands import overview

    for name, value in overview.facts():
        say(f"{name:<12} {value}")


@click.command()
def shell() -> None:
    """Open a Python shell with the tables at hand.

    \b
    Example:
        echo "print(Paper.objects.count())" | broadsheet shell
    """
    ready()
    from django.core.management import call_command

    call_command("shell")


@click.command()
def mcp() -> None:
    """Let an agent read the papers: speak MCP over standard streams.

    The running site speaks it too, at its address /mcp.

    \b
    Example:
        broadsheet mcp
    """
    ready()
    from broadsheet import serve
    from broadsheet.api import mcp as protocol

    protocol.stdio(serve.local_address())


@click.command()
@click.argument("handle")
@click.argument("email")
@click.option("--admin", is_flag=True, help="May do everything on this site.")
@click.password_option(help="Asked for where it is not told.")
def reader(handle: str, email: str, admin: bool, password: str) -> None:
    """Make an account, such as that of the first administrator.

    \b
    Example:
        broadsheet reader ada ada@example.org --admin
    """
    ready()
    from broadsheet.readers import actions

    try:
        actions.add_reader(handle, email, password, is_admin=admin)
    except actions.Refused as error:
        raise click.ClickException(str(error)) from error
    say(f"{handle} can sign in now, as {email}.")


COMMANDS = (up, status, check, migrate, web, worker, mcp, reader, shell)
