"""Crossref: the published version of a preprint, looked for by its title and first author."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

import msgspec

from broadsheet.papers.records import Record
from broadsheet.sources import crossref
from broadsheet.sources.json_answers import decoded, each
from broadsheet.sources.source import Asking
from broadsheet.sources.teller import About, Known, More

ROWS = 5
SOONEST = timedelta(days=60)
"""For so long after a preprint nobody looks for its publication."""


class _Found(msgspec.Struct):
    items: list[msgspec.Raw] = []


class _Answer(msgspec.Struct):
    message: _Found


@dataclass(frozen=True, slots=True)
class Crossref:
    base: str = crossref.BASE
    name: str = "crossref"
    title: str = "Crossref"
    most: int = 50
    about: About = About.PREPRINTS
    key: str = ""

    def wants(self, paper: Known, today: date) -> bool:
        is_old = bool(paper.published and paper.published <= today - SOONEST)
        return bool(is_old and paper.arxiv_id and paper.first_author and not paper.doi)

    def more(self, papers: Sequence[Known], asking: Asking) -> Iterator[More]:
        for paper in papers:
            asked = {
                "query.bibliographic": paper.title[:300],
                "query.author": paper.first_author,
                "rows": ROWS,
            }
            body = asking.fetch.get(f"{self.base}/works?{urlencode(asked)}").body
            items = decoded(body, _Answer, self.title).message.items
            found = [one for one in each(crossref.record, items) if isinstance(one, Record)]
            yield More(paper.key, candidates=found)
