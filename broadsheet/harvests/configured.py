"""The sources that this site asks: those of the setting, and no other."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from broadsheet.harvests.models import Source as Row
from broadsheet.sources import known
from broadsheet.sources.source import Source


def sources() -> list[Source]:
    """Those of BROADSHEET_SOURCES. Raises ImproperlyConfigured for what is none."""
    return [source(word) for word in dict.fromkeys(settings.SOURCES)]


def source(word: str) -> Source:
    """The source of this name. Raises ImproperlyConfigured."""
    try:
        return known.source(word)
    except ValueError as reason:
        raise ImproperlyConfigured(f"BROADSHEET_SOURCES: {reason}") from None


def rows() -> list[tuple[Source, Row]]:
    """Each source with what is kept about it."""
    return [(one, Row.objects.get_or_create(name=one.name)[0]) for one in sources()]
