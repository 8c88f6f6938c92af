"""The plain way to papers while there is no usable index: the database's titles."""

from __future__ import annotations

from django.db.models import Q

from broadsheet.papers.models import Paper
from broadsheet.papers.text import plain
from broadsheet.search.query import Query

LONGEST = 8
"""Words that are looked for."""
NOTE = (
    "The search index is being made or mended. Until then these are the newest papers that have "
    "all of the words in their titles; filters do not count."
)
REMEDY = "The worker of a running site mends it; without one, `broadsheet index` does."


def titled(query: Query, limit: int) -> list[int]:
    """Papers that have the query's words in their titles, newest first; or the one it names."""
    if query.name and (named := Paper.objects.called(query.name)):
        return [named.id]
    words = plain(query.meaning).split()[:LONGEST]
    if not words:
        return []
    wanted = Q(*(Q(title__icontains=word) for word in words))
    found = Paper.objects.filter(wanted).by_publication().values_list("id", flat=True)
    return list(found[:limit])
