"""The console command `broadsheet`."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import click

from broadsheet import __version__
from broadsheet.commands import demo, harvest, papers, reading, site

INTERRUPTED = 130


class Commands(click.Group):
    """A group whose commands fail with one sentence when the fault is not in the program."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            sentence = explained(error)
            if sentence is None:
                raise
            raise click.ClickException(sentence) from error

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)  # in the order in which one needs them


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "--version", "-V", prog_name="broadsheet")
@click.option(
    "--server", metavar="URL", help="Read at a site elsewhere: for search, ls, show and export."
)
@click.pass_context
def broadsheet(ctx: click.Context, server: str | None) -> None:
    """A daily page of research papers on your own machine.

    \b
    Example:
        broadsheet up
    """
    readers = [command.name for command in reading.COMMANDS]
    if server and ctx.invoked_subcommand not in readers:
        raise click.UsageError(f"--server goes with {', '.join(map(str, readers))} only.")
    if server and not server.startswith(("http://", "https://")):
        raise click.UsageError("--server wants an address that begins with http:// or https://.")


for command in (
    *site.COMMANDS,
    *reading.COMMANDS,
    *papers.COMMANDS,
    *harvest.COMMANDS,
    *demo.COMMANDS,
):
    broadsheet.add_command(command)


def main() -> NoReturn:
    """Run the command of the command line and exit: 0, 1 for a failure, 2 for a wrong usage."""
    try:
        outcome = broadsheet.main(prog_name="broadsheet", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # whoever read the output has gone; nothing is left to be told, at the exit neither
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    sys.exit(outcome if isinstance(outcome, int) else 0)


def explained(error: Exception) -> str | None:
    """One sentence for a mistake in what the program was given; None for one of its own."""
    from django.core.exceptions import ImproperlyConfigured
    from django.db.utils import OperationalError

    from broadsheet.boot import NotReadyError
    from broadsheet.search.files import Locked
    from broadsheet.search.model import NoModel

    if isinstance(error, ImproperlyConfigured | NotReadyError | NoModel):
        return str(error)
    if isinstance(error, Locked):
        return "Another process is at this already; wait until it has ended."
    if isinstance(error, OperationalError):
        return f"The database cannot be used: {' '.join(str(error).split())}"
    return None
