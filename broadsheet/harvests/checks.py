"""Boot checks of the sources."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register  # noqa: A004  its name
from django.core.exceptions import ImproperlyConfigured

from broadsheet.checks import OWN


@register(OWN)
def sources(**kwargs: Any) -> list[CheckMessage]:  # noqa: ANN401  Django passes its own
    """That every word of the setting is a source, and that those who are asked know by whom."""
    from broadsheet.harvests import configured, enriching  # models are not ready before

    try:
        found: list[object] = [*configured.of_settings(), *enriching.tellers()]
    except ImproperlyConfigured as error:
        hint = "`broadsheet harvest` without BROADSHEET_SOURCES lists what there is."
        return [Error(str(error), hint, id="broadsheet.E006")]
    if settings.CONTACT or not found:
        return []
    sentence = "Other sites are asked for papers and cannot know whom to write to."
    hint = "Set BROADSHEET_CONTACT to your e-mail address or a page about you."
    return [Warning(sentence, hint, id="broadsheet.W004")]
