"""What every template can use."""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment, StrictUndefined

from broadsheet.papers import categories
from broadsheet.papers.text import plain
from broadsheet.web import accounts, cards, frame, marked, oversight, wide
from broadsheet.web.avatars import avatar
from broadsheet.web.desk import STATES
from broadsheet.web.mathematics import typeset
from broadsheet.web.reactions import EMOJI

FILTERS = {
    "byline": cards.byline,
    "count": cards.count,
    "day": cards.day,
    "excerpt": wide.excerpt,
    "published": cards.published,
    "headline": wide.headline,
    "moment": cards.moment,
    "marked_headline": marked.headline,
    "marked_names": marked.names,
    "marked_passage": marked.passage,
    "paragraphs": wide.paragraphs,
    "plain": plain,
    "short_day": cards.short_day,
    "typeset": typeset,
}


def environment(**options: Any) -> Environment:  # noqa: ANN401  Django passes its own options
    """A strict environment: an unknown name in a template is an error, not an empty string."""
    options |= {"undefined": StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    env = Environment(**{**options, "autoescape": True})  # noqa: S701  autoescape is on
    env.globals.update(
        account_pages=accounts.PAGES,
        asset=asset,
        avatar=avatar,
        emoji=EMOJI,
        card_addresses=cards.card_addresses,
        category_name=categories.name,
        mode=settings.MODE,
        messages=frame.messages,
        reader=accounts.reader_of,
        site=settings.SITE_NAME,
        site_notices=oversight.notices_for,
        reading_states=STATES,
        url=address,
        yours=frame.yours,
    )
    env.filters.update(FILTERS)
    return env


@lru_cache(maxsize=8192)
def address(name: str, *parts: object) -> str:
    """The path of the page `name`: `url("paper", paper.slug)`. Fifty of them are on a page."""
    return reverse(name, args=parts)


@lru_cache
def asset(path: str) -> str:
    """The address of a static file with a mark of its content, so that it may be kept for long."""
    found = finders.find(path)
    if not found:
        raise FileNotFoundError(f"no static file {path!r}")
    return f"{static(path)}?{blake2b(Path(found).read_bytes(), digest_size=4).hexdigest()}"
