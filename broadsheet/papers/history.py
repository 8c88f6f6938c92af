"""What a new telling means for a paper that was here already: lines of its history."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from broadsheet.papers.facts import TEXT_RANK, Facts
from broadsheet.papers.kinds import Event
from broadsheet.papers.text import normal_title

OWN_RECORD = 4
"""The least rank in `facts.TEXT_RANK` of a source that hands on the paper's own record: when one
of these has another title than the one before, the authors have changed it."""


class Line(NamedTuple):
    event: Event
    before: str
    after: str


def lines(known: Facts, merged: Facts) -> Iterator[Line]:
    """What happened between the two. What a source only tells late ("version 2" of a paper whose
    versions were not known) is no news."""
    before, after = _newest(known), _newest(merged)
    if 0 < before < after:
        yield Line(Event.VERSION, str(before), str(after))
    if _is_own(known) and _is_own(merged) and _differ(known.title, merged.title):
        yield Line(Event.TITLE, known.title, merged.title)
    if merged.withdrawn and not known.withdrawn:
        yield Line(Event.WITHDRAWN, "", merged.author_note)
    if merged.doi and merged.doi != known.doi and known.arxiv_id:
        yield Line(Event.PUBLISHED, "", merged.doi)


def _newest(facts: Facts) -> int:
    return max((version.number for version in facts.versions), default=0)


def _is_own(facts: Facts) -> bool:
    return TEXT_RANK.get(facts.text_source, 0) >= OWN_RECORD


def _differ(one: str, other: str) -> bool:
    return normal_title(one) != normal_title(other)
