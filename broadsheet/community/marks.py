"""What a reader did to these papers: asked once for a whole list."""

from __future__ import annotations

from collections.abc import Collection

from broadsheet.community.models import Vote


def voted_for(reader_id: int, papers: Collection[int]) -> frozenset[int]:
    """Those of these papers that the reader has voted for."""
    return frozenset(Vote.objects.by(reader_id, papers).values_list("paper_id", flat=True))
