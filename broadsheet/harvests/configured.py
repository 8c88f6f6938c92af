"""The sources that this site asks: those of the setting, then those switched on on its page."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from broadsheet.harvests.models import Source as Row
from broadsheet.harvests.operating import Chosen
from broadsheet.sources import known
from broadsheet.sources.source import Source


def of_settings() -> list[Source]:
    """Those of BROADSHEET_SOURCES. Raises ImproperlyConfigured for what is none."""
    try:
        return [known.source(word) for word in dict.fromkeys(settings.SOURCES)]
    except ValueError as reason:
        raise ImproperlyConfigured(f"BROADSHEET_SOURCES: {reason}") from None


def sources() -> list[Source]:
    """Every source. Raises ImproperlyConfigured for a word of the setting that is none; what was
    chosen and is none any more is left out."""
    return of_settings() + [one for _, one in chosen() if one]


def chosen() -> list[tuple[str, Source | None]]:
    """What was switched on on the page and is not in the setting, in that order; None where it
    is no source any more, since its package is gone."""
    words = Chosen.objects.order_by("since").values_list("name", flat=True)
    return [(word, _source_of(word)) for word in words if word not in settings.SOURCES]


def names() -> list[str]:
    return [*dict.fromkeys(settings.SOURCES), *(one.name for _, one in chosen() if one)]


def source(word: str) -> Source:
    """The source of this name. Raises ImproperlyConfigured."""
    try:
        return known.source(word)
    except ValueError as reason:
        raise ImproperlyConfigured(str(reason)) from None


def _source_of(word: str) -> Source | None:
    try:
        return known.source(word)
    except ValueError:
        return None


def rows() -> list[tuple[Source, Row]]:
    """Each source with what is kept about it."""
    return [(one, Row.objects.get_or_create(name=one.name)[0]) for one in sources()]
