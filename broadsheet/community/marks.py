"""What readers did to these papers: asked once for a whole list."""

from __future__ import annotations

from collections.abc import Collection

from broadsheet.community.models import Vote
from broadsheet.readers.models import Reader


def voted_for(reader_id: int, papers: Collection[int]) -> frozenset[int]:
    """Those of these papers that the reader has voted for."""
    return frozenset(Vote.objects.by(reader_id, papers).values_list("paper_id", flat=True))


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
