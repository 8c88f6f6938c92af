"""Badges: the three most voted papers of a day, a week and a month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from broadsheet.feeds.lists import papers_in
from broadsheet.feeds.spans import SPANS, Span
from broadsheet.papers.models import Paper

PLACES = 3


@dataclass(frozen=True, slots=True)
class Medal:
    place: int
    span: Span

    @property
    def name(self) -> str:
        """`#1 paper of the day`."""
        return f"#{self.place} paper of the {self.span.kind}"


def medals_of(paper: Paper, today: date) -> list[Medal]:
    """What a paper has earned on its day, in its week and in its month; without votes, nothing."""
    if not paper.day or not paper.votes:
        return []
    found = []
    for make in SPANS.values():
        span = make(paper.day)
        first = list(papers_in(span, today).by_votes().values_list("id", flat=True)[:PLACES])
        if paper.id in first:
            found.append(Medal(first.index(paper.id) + 1, span))
    return found
