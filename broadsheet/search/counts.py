"""How many of the papers found are in each field, of each year: the ways to narrow a search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import tantivy

SHOWN = {"archive": 40, "category": 60, "year": 60, "has": 10, "source": 12}
"""The index's fields that are counted, and how many of their values."""


@dataclass(frozen=True, slots=True)
class Count:
    value: str
    papers: int


Counts = dict[str, list[Count]]
"""The values of each counted field, those of most papers first."""


def counted(searcher: tantivy.Searcher, wanted: tantivy.Query) -> Counts:
    """Count the papers of a query by the values of the fields in `SHOWN`."""
    asked = {name: {"terms": {"field": name, "size": size}} for name, size in SHOWN.items()}
    found: dict[str, Any] = searcher.aggregate(wanted, asked)
    return {name: [_count(bucket) for bucket in found[name]["buckets"]] for name in SHOWN}


def _count(bucket: dict[str, Any]) -> Count:
    key = bucket["key"]
    return Count(str(int(key) if isinstance(key, float) else key), int(bucket["doc_count"]))
