"""What readers did to these papers: asked once for a whole list."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from broadsheet.community.models import Vote
from broadsheet.papers.models import Paper
from broadsheet.papers.prepared import prepared
from broadsheet.readers.models import Reader

Numbers = tuple[int, int]
"""Votes and comments of a paper."""


def voted_for(reader_id: int, papers: Collection[int]) -> frozenset[int]:
    """Those of these papers that the reader has voted for."""
    return frozenset(Vote.objects.by(reader_id, papers).values_list("paper_id", flat=True))


def numbers(reader_id: int, papers: Collection[int]) -> tuple[dict[int, Numbers], frozenset[int]]:
    """How these papers stand now, and those that the reader has voted for: one query."""
    rows = _numbers(reader_id, papers)
    stand = {key: (votes, comments) for key, votes, comments, _ in rows}
    return stand, frozenset(key for key, *_, voted in rows if voted)


@prepared
def _numbers(reader_id: int, papers: Collection[int]) -> QuerySet[Paper, Any]:
    mine = Vote.objects.filter(reader_id=reader_id, paper_id=OuterRef("id"))
    return Paper.objects.filter(id__in=papers).values_list("id", "votes", "comments", Exists(mine))


def open_voters(paper_id: int, most: int) -> list[Reader]:
    """Those who voted for a paper and let it be seen, the last first."""
    seen = Vote.objects.filter(
        paper_id=paper_id,
        reader__is_active=True,
        reader__is_public=True,
        reader__showing__votes=True,
    )
    votes = seen.counted().select_related("reader").order_by("-cast_at", "-reader_id")
    return [vote.reader for vote in votes[:most]]
