"""Templates of mails. Mail programs that drop style sheets still show styles that stand where they
apply; they are put there once for each template and not for each letter."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import css_inline
from django.template import engines

if TYPE_CHECKING:
    from jinja2 import Environment, Template

SHEET = "letters/letter.css"
_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_PLACE = re.compile(r"<!--tag(\d+)-->|tag(\d+)\.")
_INLINER = css_inline.CSSInliner(
    keep_style_tags=False,
    keep_at_rules=True,
    load_remote_stylesheets=False,
    minify_css=True,
)
"""What is for phones and the dark stays in the head."""


@lru_cache
def template(name: str) -> Template:
    """A page, or a part of one, of `web/templates`, with the styles of letters."""
    env: Environment = engines["jinja2"].env  # type: ignore[attr-defined]  # of this engine alone
    source, sheet = (_source(env, one) for one in (name, SHEET))
    tags: list[str] = []

    def hidden(found: re.Match[str]) -> str:
        tags.append(found[0])
        place = f"tag{len(tags) - 1}"
        # a comment may stand anywhere, a value only where text may
        return f"<!--{place}-->" if found[0].startswith("{%") else f"{place}."

    html = _TAG.sub(hidden, source)
    if "</head>" in html:
        html = _INLINER.inline(html.replace("</head>", f"<style>{sheet}</style></head>"))
    else:
        html = _INLINER.inline_fragment(html, sheet)
    return env.from_string(_PLACE.sub(lambda found: tags[int(found[1] or found[2])], html))


def ascii_only(html: str) -> str:
    """With all other letters as numbers."""
    return html.encode("ascii", "xmlcharrefreplace").decode()


def _source(env: Environment, name: str) -> str:
    assert env.loader is not None, "Django gives its environments a loader"  # noqa: S101  for types alone
    return env.loader.get_source(env, name)[0]
