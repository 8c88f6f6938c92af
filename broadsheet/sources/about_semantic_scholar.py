"""Semantic Scholar: how often a paper is cited, and where a preprint was published.

https://api.semanticscholar.org/api-docs/graph
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

import msgspec

from broadsheet.fetching import FetchError
from broadsheet.papers.records import Record
from broadsheet.sources import fields
from broadsheet.sources.json_answers import decoded
from broadsheet.sources.source import Asking
from broadsheet.sources.teller import About, Known, More

BASE = "https://api.semanticscholar.org/graph/v1"
FIELDS = "externalIds,citationCount,influentialCitationCount,venue,journal"


class _Names(msgspec.Struct, rename={"doi": "DOI", "arxiv": "ArXiv", "dblp": "DBLP"}):
    doi: str | None = None
    arxiv: str | None = None
    dblp: str | None = None


class _Journal(msgspec.Struct):
    name: str | None = None


class _Paper(msgspec.Struct, rename="camel"):
    external_ids: _Names | None = None
    citation_count: int | None = None
    influential_citation_count: int | None = None
    venue: str | None = None
    journal: _Journal | None = None


@dataclass(frozen=True, slots=True)
class SemanticScholar:
    base: str = BASE
    name: str = "semantic-scholar"
    title: str = "Semantic Scholar"
    most: int = 50
    about: About = About.NAMED
    key: str = "gives this site a share of its own"

    def wants(self, paper: Known, today: date) -> bool:
        return bool(paper.arxiv_id or paper.doi)

    def more(self, papers: Sequence[Known], asking: Asking) -> Iterator[More]:
        key = asking.keys.get(self.name)
        headers = {"x-api-key": key} if key else {}
        for paper in papers:
            named = f"ARXIV:{paper.arxiv_id}" if paper.arxiv_id else f"DOI:{paper.doi}"
            address = f"{self.base}/paper/{quote(named, safe=':')}?fields={FIELDS}"
            try:
                body = asking.fetch.get(address, headers).body
            except FetchError as failure:
                if failure.status != 404:
                    raise
                yield More(paper.key)
                continue
            yield _more(paper, decoded(body, _Paper, self.title))


def _more(paper: Known, told: _Paper) -> More:
    names = told.external_ids or _Names()
    numbers = {"citations": told.citation_count, "influential": told.influential_citation_count}
    found: dict[str, object] = {name: value for name, value in numbers.items() if value is not None}
    if names.dblp:
        found["dblp"] = names.dblp
    doi = fields.publisher_doi(names.doi)
    where = (told.journal.name if told.journal else None) or told.venue or ""
    if not paper.arxiv_id or not doi or paper.doi:
        return More(paper.key, found)
    record = Record(
        source="semantic-scholar",
        position=paper.arxiv_id,
        title=paper.title,
        arxiv_id=paper.arxiv_id,
        doi=doi,
        journal_ref="" if where.lower().startswith("arxiv") else where,
    )
    return More(paper.key, found, record)
