"""What the console commands do. Imports are inside the functions: `--help` must be quick."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from django.conf import LazySettings


def say(sentence: str) -> None:
    click.echo(sentence)


def loaded_settings() -> LazySettings:
    """The settings without the rest of Django, which takes longer to load."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "broadsheet.settings")
    from django.conf import settings

    return settings


def ready(*, tables: bool = True) -> None:
    """Set Django up; with `tables` also make sure that the database has them."""
    loaded_settings()
    import django

    django.setup()
    if tables:
        from broadsheet import boot

        boot.prepare_database(_aside)


def _aside(sentence: str) -> None:
    click.echo(sentence, err=True)
