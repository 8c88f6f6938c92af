"""What is stored, where, and how far the search index has come."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.db import connection
from django.db.models import Max, Min

from broadsheet.papers.models import Paper
from broadsheet.search import engine


def facts() -> Iterator[tuple[str, str]]:
    """Name and value of each, in the order of reading."""
    yield "data", str(settings.DATA)
    yield "database", _database()
    yield "papers", _papers()
    index = engine.status()
    yield "indexed", f"{index.indexed:,}"
    yield "embedded", f"{index.embedded:,}"
    yield "model", index.model or "none"
    if index.note:
        yield "note", index.note


def _database() -> str:
    told = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"SQLite in {told['NAME']}"
    return f"PostgreSQL, {told['NAME']} on {told['HOST'] or 'this machine'}"


def _papers() -> str:
    span = Paper.objects.aggregate(first=Min("day"), last=Max("day"))
    days = f", on days from {span['first']} to {span['last']}" if span["last"] else ""
    return f"{Paper.objects.count():,}{days}"
