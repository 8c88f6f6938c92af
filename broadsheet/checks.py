"""Boot checks: what is wrong with this installation, each with an id, a sentence and a hint.

Ids: E is an error that stops the start, W a warning that does not.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004  its name
from django.db import DatabaseError, connection

OLDEST_SQLITE = (3, 35, 0)
OWN = "broadsheet"
"""Tag of the checks of this module."""
LOCAL = ("127.0.0.1", "localhost", "::1")


@register(OWN)
def data_folder(**kwargs: Any) -> list[CheckMessage]:  # noqa: ANN401  Django passes its own
    """All state lives there, so it has to take files."""
    try:
        settings.DATA.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.DATA):
            return []
    except OSError as error:
        sentence = f"The data folder {settings.DATA} cannot be written: {error.strerror}."
        return [Error(sentence, "Set BROADSHEET_DATA to a folder of yours.", id="broadsheet.E001")]


@register(OWN)
def database_version(**kwargs: Any) -> list[CheckMessage]:  # noqa: ANN401  Django passes its own
    if connection.vendor != "sqlite" or sqlite3.sqlite_version_info >= OLDEST_SQLITE:
        return []
    sentence = f"SQLite is {sqlite3.sqlite_version}; the oldest that works is 3.35."
    hint = "Use a newer Python, or PostgreSQL by DATABASE_URL."
    return [Error(sentence, hint, id="broadsheet.E002")]


@register(OWN)
def database_answers(**kwargs: Any) -> list[CheckMessage]:  # noqa: ANN401  Django passes its own
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return []  # it is made on the first start
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        sentence = f"The database does not answer: {' '.join(str(error).split())}"
        hint = "Start the database server, or correct DATABASE_URL."
        if connection.vendor == "sqlite":
            hint = f"Is {connection.settings_dict['NAME']} a database, and yours to write?"
        return [Error(sentence, hint, id="broadsheet.E003")]
    return []


@register(OWN)
def model_folder(**kwargs: Any) -> list[CheckMessage]:  # noqa: ANN401  Django passes its own
    folder = settings.MODEL
    if not folder or (Path(folder).is_dir() and os.access(folder, os.R_OK | os.X_OK)):
        return []
    sentence = f"The model folder {folder} is not a folder that can be read."
    hint = "Correct BROADSHEET_MODEL, or leave it empty for the packaged model."
    return [Error(sentence, hint, id="broadsheet.E004")]


@register(OWN)
def port(**kwargs: Any) -> list[CheckMessage]:  # noqa: ANN401  Django passes its own
    if settings.PORT >= 1024 or os.geteuid() == 0:
        return []
    sentence = f"Port {settings.PORT} is kept for the system's administrator."
    return [Warning(sentence, "Set BROADSHEET_PORT to 1024 or more.", id="broadsheet.W001")]


@register(OWN)
def public_hosts(**kwargs: Any) -> list[CheckMessage]:  # noqa: ANN401  Django passes its own
    if not _is_public() or not set(settings.ALLOWED_HOSTS) <= {*LOCAL, "[::1]"}:
        return []
    sentence = f"The site listens on {settings.HOST} but answers only to its local names."
    hint = "Set BROADSHEET_ALLOWED_HOSTS to the names under which it is reached."
    return [Warning(sentence, hint, id="broadsheet.W002")]


@register(OWN)
def public_secret(**kwargs: Any) -> list[CheckMessage]:  # noqa: ANN401  Django passes its own
    names = ("BROADSHEET_SECRET_KEY", "BROADSHEET_SECRET_KEY_FILE")
    if not _is_public() or any(os.environ.get(name) for name in names):
        return []
    sentence = "The site is public and its secret key is the one made in the data folder."
    hint = "Set BROADSHEET_SECRET_KEY_FILE, above all when several machines serve the site."
    return [Warning(sentence, hint, id="broadsheet.W003")]


@register(OWN)
def public_debug(**kwargs: Any) -> list[CheckMessage]:  # noqa: ANN401  Django passes its own
    if not _is_public() or not settings.DEBUG:
        return []
    sentence = "The site is public and shows its settings and code on error pages."
    return [Error(sentence, "Unset BROADSHEET_DEBUG.", id="broadsheet.E005")]


@register(OWN)
def public_mail(**kwargs: Any) -> list[CheckMessage]:  # noqa: ANN401  Django passes its own
    if not _is_public() or settings.SMTP or settings.MODE not in ("open", "invited"):
        return []
    sentence = "The site is public and people may join, but no letter can be sent to them."
    hint = "Set BROADSHEET_SMTP, or BROADSHEET_MODE to closed."
    return [Warning(sentence, hint, id="broadsheet.W004")]


def sentences(messages: Sequence[CheckMessage]) -> list[str]:
    """Each message as `id  sentence` with its hint on a line of its own."""
    return [f"{found.id}  {found.msg}\n    {found.hint or ''}".rstrip() for found in messages]


def _is_public() -> bool:
    return settings.HOST not in LOCAL
