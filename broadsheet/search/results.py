"""What a search answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isnan

import numpy as np

from broadsheet.search.counts import Counts
from broadsheet.search.ranking import Ranking


@dataclass(frozen=True, slots=True)
class Hit:
    paper_id: int
    score: float
    words_rank: int | None = None
    """Place in the ranking by words, from 1."""
    closeness: float | None = None
    """Cosine between the meanings."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A whole ranking, and what it was made of."""

    whole: Ranking
    words: Ranking
    closeness: Ranking

    def hits(self, limit: int, offset: int = 0) -> list[Hit]:
        """A page of it."""
        page = slice(offset, offset + limit)
        papers, scores = self.whole.papers[page], self.whole.scores[page].tolist()
        closeness = self.closeness.scores_of(papers, np.nan).tolist()
        places = self.words.places_of(papers).tolist()
        return [
            Hit(paper, score, place or None, None if isnan(close) else close)
            for paper, score, place, close in zip(
                papers.tolist(), scores, places, closeness, strict=True
            )
        ]


@dataclass(frozen=True, slots=True)
class Results:
    hits: list[Hit]
    total: int
    """Papers in the whole ranking, at most two thousand."""
    meaning: bool
    """Whether meaning was searched, and not words alone."""
    note: str = ""
    """What the reader should know about this search."""
    remarks: tuple[str, ...] = ()
    """What in the query no paper here can meet, a sentence for each."""
    counts: Counts = field(default_factory=dict)
    """The papers found by field, year and so on, where they were asked for; of a ranking its
    first five hundred."""
    plain: bool = False
    """Whether there was no usable index, and the database's titles answered."""


@dataclass(frozen=True, slots=True)
class Status:
    papers: int
    indexed: int
    embedded: int
    model: str
    """The model's name; empty where there is none."""
    note: str = ""
    drafts: int = 0
    """Of those embedded, how many by their titles alone so far."""
