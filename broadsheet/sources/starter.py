"""The starter shelf: landmark papers that an empty site opens with.

Facts and summaries stand in `starter_shelf.jsonl`, one paper a line. The summaries are the
project's own words, not the papers' abstracts, so `abstract` stays empty.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from typing import Any

from broadsheet.papers.records import Link, LinkKind, Record

SOURCE = "starter"
SUMMARY_BY = "Broadsheet"
SHELF = "starter_shelf.jsonl"


def records() -> Iterator[Record]:
    """Every paper of the shelf, in the order in which the days are to be filled."""
    with files(__package__).joinpath(SHELF).open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            yield _record(json.loads(line), position=f"line {number}")


def _record(entry: dict[str, Any], position: str) -> Record:
    return Record(
        source=SOURCE,
        position=position,
        title=entry["title"],
        summary=entry["summary"],
        summary_by=SUMMARY_BY,
        authors=tuple(entry["authors"]),
        arxiv_id=entry.get("arxiv", ""),
        doi=entry.get("doi", ""),
        categories=tuple(entry["categories"]),
        published=_published(entry),
        links=tuple(Link(LinkKind.CODE, url) for url in [entry.get("code")] if url),
        journal_ref=entry.get("venue", ""),
    )


def _published(entry: dict[str, Any]) -> date:
    """The full date where it is known, else the first day of the year."""
    if "published" in entry:
        return date.fromisoformat(entry["published"])
    return date(entry["year"], 1, 1)
