"""A search whose results may stand in the order of trends, which search itself does not know."""

from __future__ import annotations

from broadsheet.feeds.models import Trend
from broadsheet.search import engine
from broadsheet.search.query import Query, Sort
from broadsheet.search.results import Results

RISING = 1_000
"""Papers that trend, the hottest, that are put before the others."""


def search(query: Query, *, limit: int = 30, offset: int = 0, counting: bool = False) -> Results:
    """The papers for a query, as `search.engine.search` finds them, in any order there is."""
    rising: list[int] = []
    if query.order is Sort.TRENDING:
        hot = Trend.objects.filter(score__gt=0).hottest()
        rising = list(hot.values_list("paper_id", flat=True)[:RISING])
    return engine.search(query, limit=limit, offset=offset, counting=counting, rising=rising)
