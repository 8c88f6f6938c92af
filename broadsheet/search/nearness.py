"""What is near a query in meaning, as far as papers are embedded."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from broadsheet.search import embedding
from broadsheet.search.fusion import LEAST_CLOSENESS
from broadsheet.search.likeness import middle
from broadsheet.search.model import NoModel
from broadsheet.search.ranking import Ids, Ranking
from broadsheet.search.vectors import Table

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Direction:
    """Where a query's meaning points to among the papers embedded so far."""

    table: Table
    vector: NDArray[np.float32]

    def nearest(self, limit: int, among: Ids | None = None) -> Ranking:
        """The nearest papers that have anything to do with the query, by their cosines."""
        return self.table.nearest(self.vector, limit, among).at_least(LEAST_CLOSENESS)

    def closeness(self, papers: Ids) -> Ranking:
        """Those of the papers that are embedded, by their cosines."""
        return self.table.closeness(self.vector, papers)


def direction(table: Table | None, parts: Sequence[str]) -> tuple[Direction | None, str]:
    """Where a text points to, or None and what the reader should know about that.

    A text that is too long for the model comes in parts.
    """
    if not table:
        return None, _only_words(embedding.availability()[1] or "no paper is embedded yet")
    try:
        vector = middle([embedding.embedded_query(part) for part in parts])
        if embedding.encoder().name != table.state.model:
            return None, _only_words("papers are being embedded with another model")
    except NoModel as reason:
        return None, _only_words(str(reason))
    except Exception as fault:  # noqa: BLE001  words must answer whatever ails the model
        _log_once(repr(fault))
        return None, _only_words("the model failed")
    return Direction(table, vector), ""


@lru_cache(maxsize=100)
def _log_once(fault: str) -> None:
    log.warning("A query could not be embedded: %s", fault)


def _only_words(why: str) -> str:
    return f"Only words were searched: {why}."
