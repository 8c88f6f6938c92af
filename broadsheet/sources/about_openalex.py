"""OpenAlex: how often papers are cited, and where they were published; fifty in one question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

import msgspec

from broadsheet.papers.identifiers import clean_doi
from broadsheet.sources.json_answers import decoded
from broadsheet.sources.source import Asking
from broadsheet.sources.teller import About, Known, More

BASE = "https://api.openalex.org/works"
ARXIV_DOI = "10.48550/arxiv."


class _Work(msgspec.Struct):
    doi: str | None = None
    cited_by_count: int = 0


class _Answer(msgspec.Struct):
    results: list[_Work]


@dataclass(frozen=True, slots=True)
class OpenAlex:
    base: str = BASE
    name: str = "openalex"
    title: str = "OpenAlex"
    most: int = 50
    about: About = About.NAMED
    key: str = ""

    def wants(self, paper: Known, today: date) -> bool:
        return bool(paper.doi or paper.arxiv_id)

    def more(self, papers: Sequence[Known], asking: Asking) -> Iterator[More]:
        named = {_doi(paper): paper for paper in papers if "|" not in _doi(paper)}
        asked = {
            "filter": "doi:" + "|".join(named),
            "select": "doi,cited_by_count",
            "per-page": str(len(named)),
        }
        if key := asking.keys.get(self.name):
            asked["api_key"] = key
        body = asking.fetch.get(f"{self.base}?{urlencode(asked)}").body
        cited = {
            clean_doi(work.doi or ""): work for work in decoded(body, _Answer, self.title).results
        }
        for doi, paper in named.items():
            work = cited.get(doi)
            yield More(paper.key, {"citations": work.cited_by_count} if work else {})


def _doi(paper: Known) -> str:
    return paper.doi or ARXIV_DOI + paper.arxiv_id.lower()
