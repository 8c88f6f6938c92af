"""Papers as CSL-JSON, what citation processors read.

The schema: https://github.com/citation-style-language/schema (csl-data.json, version 1.0.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from broadsheet.exports.people import person
from broadsheet.exports.whole import Whole
from broadsheet.papers.readable import plain

Item = dict[str, object]


def document(papers: Sequence[Whole]) -> str:
    return msgspec.json.format(msgspec.json.encode([item(paper) for paper in papers])).decode()


def item(paper: Whole) -> Item:
    """One paper; what is not known is left out."""
    fields: Item = {
        "id": paper.slug,
        "type": "article",
        "genre": "Preprint" if paper.arxiv_id else "",
        "title": plain(paper.title),
        "author": [name(one) for one in paper.authors],
        "issued": parts(paper.published) if paper.published else None,
        "abstract": plain(paper.abstract),
        "keyword": ", ".join(paper.keywords),
        "number": f"arXiv:{paper.arxiv_id}" if paper.arxiv_id else "",
        "publisher": "arXiv" if paper.arxiv_id else "",
        "DOI": paper.doi,
        "URL": paper.url,
        "note": plain(paper.journal_ref),
    }
    return {key: value for key, value in fields.items() if value}


def name(told: str) -> dict[str, str]:
    found = person(told)
    if found.is_group or not found.given:
        return {"literal": told}
    parts_of_name = {"family": found.family, "given": found.given, "suffix": found.suffix}
    return {key: value for key, value in parts_of_name.items() if value}


def parts(day: date) -> dict[str, list[list[int]]]:
    return {"date-parts": [[day.year, day.month, day.day]]}
