"""The command that makes an invented community, and takes it away."""

from __future__ import annotations

import click

from broadsheet.commands import ready, say


@click.command()
@click.option("--remove", is_flag=True, help="Take the demo away, and everything it did.")
@click.option("--force", is_flag=True, help="Also on a site that has accounts of its own.")
def demo(remove: bool, force: bool) -> None:
    """Fill the site with an invented community, to see it alive.

    Its accounts are called demo-reader-1 and so on, a notice on every page says what they are, and
    nobody can sign in as one.

    \b
    Example:
        broadsheet demo
        broadsheet demo --remove
    """
    ready()
    from broadsheet import demo as invented

    try:
        say(invented.take_away() if remove else invented.put_up(forced=force))
    except invented.Refused as reason:
        raise click.ClickException(str(reason)) from reason


COMMANDS = (demo,)
