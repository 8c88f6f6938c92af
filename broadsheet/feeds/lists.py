"""The named lists: what stands on the page of a day, a week or a month, and what lies beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from broadsheet.feeds.spans import SPANS, Span
from broadsheet.papers.models import Paper, PaperQuerySet
from broadsheet.search.models import SameWork

PAGE = 30
QUIET_DAYS = 7
"""Days whose most voted papers stand in where nothing trends."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a paper stands in a list by votes. A page that begins after a place stays the same
    when papers arrive above it."""

    votes: int
    comments: int
    paper_id: int

    @classmethod
    def of(cls, paper: Paper) -> Self:
        return cls(paper.votes, paper.comments, paper.id)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads what `str` of a place wrote; raises ValueError for anything else."""
        votes, comments, paper_id = (int(part) for part in text.split("."))
        if max(abs(votes), abs(comments), abs(paper_id)) >= 2**63:
            raise ValueError(f"no such place: {text!r}")
        return cls(votes, comments, paper_id)

    def __str__(self) -> str:
        return f"{self.votes}.{self.comments}.{self.paper_id}"


def papers_in(span: Span, today: date) -> PaperQuerySet:
    """The papers of a span, days to come left out; of each work the one that was saved first."""
    last = min(span.last, today)
    again = SameWork.objects.with_earlier_between(span.first, last).values("later_id")
    return Paper.objects.between(span.first, last).exclude(id__in=again)


def page_of(
    papers: PaperQuerySet, after: Place | None, size: int = PAGE
) -> tuple[list[Paper], Place | None]:
    """The next papers by votes, ready for cards, and the place to go on from if there are more."""
    if after:
        papers = papers.after_place(after.votes, after.comments, after.paper_id)
    # ids first: they come from the index alone, and a month's abstracts need no sorting
    ids = list(papers.by_votes().values_list("id", flat=True)[: size + 1])
    page = Paper.objects.cards(ids[:size])
    return page, Place.of(page[-1]) if page and len(ids) > size else None


def ids_of(papers: PaperQuerySet, after: Place | None, size: int) -> tuple[list[int], Place | None]:
    """The ids of the next papers by votes, and the place to go on from if there are more."""
    if after:
        papers = papers.after_place(after.votes, after.comments, after.paper_id)
    columns = papers.by_votes().values_list("votes", "comments", "id")
    found = [Place(*row) for row in columns[: size + 1]]
    page = found[:size]
    return [place.paper_id for place in page], page[-1] if len(found) > size else None


def trending(papers: PaperQuerySet, today: date) -> tuple[PaperQuerySet, date | None]:
    """Of these papers those that trend, the hottest first.

    Where nothing trends, as on a site without new papers: the most voted of the last seven days up
    to the newest that has papers, and that day.
    """
    hot = papers.filter(trend__score__gt=0)
    if hot.exists():
        return hot.order_by("-trend__score", "-id"), None
    newest = papers.newest_day(today)
    if not newest:
        return papers.none(), None
    first = date.fromordinal(max(newest.toordinal() - QUIET_DAYS + 1, 1))
    return papers.between(first, newest).by_votes(), newest


def nearest(span: Span, today: date) -> Span | None:
    """The span itself where it has papers, else the nearest earlier one that has some, else the
    nearest later one; None where no paper stands on any day up to `today`."""
    day = Paper.objects.newest_day(min(span.last, today)) or Paper.objects.next_day(
        span.last, today
    )
    return SPANS[span.kind](day) if day else None


def earlier(span: Span) -> Span | None:
    """The nearest span of the same kind before this one that has papers."""
    if span.first == date.min:
        return None
    day = Paper.objects.newest_day(span.first - timedelta(days=1))
    return SPANS[span.kind](day) if day else None


def later(span: Span, today: date) -> Span | None:
    """The nearest span of the same kind after this one that has papers, not after `today`."""
    day = Paper.objects.next_day(span.last, today)
    return SPANS[span.kind](day) if day else None
