"""Every kind of source on the network, those of third parties too, and how a setting names one."""

from __future__ import annotations

import logging
from functools import lru_cache
from importlib.metadata import entry_points

from broadsheet.sources import (
    acl_anthology,
    arxiv,
    biorxiv,
    crossref,
    hf_papers,
    oai_repository,
    openalex,
    openreview,
    web_feed,
    zotero,
)
from broadsheet.sources.source import Kind, Source

log = logging.getLogger(__name__)

GROUP = "broadsheet.sources"
"""The group of entry points by which a package of somebody else adds a Kind."""
LONGEST_NAME = 120

OWN: tuple[Kind, ...] = (
    *arxiv.KINDS,
    hf_papers.KIND,
    *biorxiv.KINDS,
    openreview.KIND,
    acl_anthology.KIND,
    crossref.KIND,
    openalex.KIND,
    zotero.KIND,
    oai_repository.KIND,
    web_feed.KIND,
)


@lru_cache(maxsize=1)
def kinds() -> dict[str, Kind]:
    """Every kind by name. A package that cannot be loaded is left out, and the log says so."""
    found = {kind.name: kind for kind in OWN}
    for point in entry_points(group=GROUP):
        try:
            kind = point.load()
        except Exception:
            log.exception("The source %s of another package cannot be loaded.", point.name)
            continue
        found.setdefault(kind.name, kind)
    return found


def source(word: str) -> Source:
    """The source that one word of the setting names. Raises ValueError with a sentence."""
    name, _, parameter = word.partition(":")
    if len(word) > LONGEST_NAME:
        raise ValueError(f"{word[:40]}... is longer than {LONGEST_NAME} characters; name fewer.")
    kind = kinds().get(name)
    if not kind:
        raise ValueError(f"{name!r} is no source; there are {', '.join(sorted(kinds()))}.")
    return kind.make(parameter)
