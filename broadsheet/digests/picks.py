"""What stands in a letter."""

from __future__ import annotations

from dataclasses import dataclass

from broadsheet.papers.models import Paper


@dataclass(frozen=True, slots=True)
class Pick:
    paper: Paper
    reason: str
    """In words, without a capital and without an end."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a letter. Letters about one list have one, without a title."""

    picks: list[Pick]
    title: str = ""
    query: str = ""
    """What its links say more of: `?of=key` for an interest."""
