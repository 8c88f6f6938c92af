"""Papers for tests, with everything a paper may have, in one call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import F

from broadsheet.papers.kinds import DayBasis, Scheme
from broadsheet.papers.models import (
    Authorship,
    Classification,
    Counter,
    Identifier,
    Paper,
    PaperLink,
    PaperVersion,
    Sighting,
    own_slug,
)
from broadsheet.papers.records import Link, Version
from broadsheet.papers.text import title_key

SAVED_AT = datetime(2025, 12, 15, 6, tzinfo=UTC)


def make_paper(
    title: str = "",
    *,
    arxiv_id: str = "",
    doi: str = "",
    names: Sequence[str] = (),
    categories: Sequence[str] = (),
    links: Sequence[Link] = (),
    versions: Sequence[Version] = (),
    sources: Sequence[str] = ("arxiv-json",),
    **facts: Any,
) -> Paper:
    """One paper with its rows in the other tables; `facts` are columns of Paper.

    Its id and change are the next number of the one sequence. Without a title it gets one of its
    own; with `names` its `author_count` follows from them unless it is given.
    """
    number = _next_change()
    title = title or f"Rivers and their banks, part {number}"
    defaults = {
        "change": number,
        "slug": arxiv_id or own_slug(number),
        "title_key": title_key(title),
        "author_count": len(names) or None,
        "day_basis": DayBasis.CHOSEN if facts.get("day") else DayBasis.NONE,
        "text_source": sources[0],
        "saved_at": SAVED_AT,
        "votes": facts.get("source_votes", 0),
        "comments": facts.get("source_comments", 0),
    }
    paper = Paper.objects.create(id=number, title=title, **(defaults | facts))
    _add_rows(paper, names, categories, links, versions, sources)
    for scheme, value in ((Scheme.ARXIV, arxiv_id), (Scheme.DOI, doi)):
        if value:
            Identifier.objects.create(scheme=scheme, value=value, paper=paper)
    return paper


def _next_change() -> int:
    Counter.objects.get_or_create(name="changes")
    Counter.objects.filter(name="changes").update(value=F("value") + 1)
    return Counter.objects.get(name="changes").value


def _add_rows(
    paper: Paper,
    names: Sequence[str],
    categories: Sequence[str],
    links: Sequence[Link],
    versions: Sequence[Version],
    sources: Sequence[str],
) -> None:
    Authorship.objects.bulk_create(
        Authorship(paper=paper, position=position, name=name, key=title_key(name))
        for position, name in enumerate(names)
    )
    Classification.objects.bulk_create(
        Classification(paper=paper, position=position, category=category)
        for position, category in enumerate(categories)
    )
    PaperLink.objects.bulk_create(
        PaperLink(paper=paper, kind=link.kind, url=link.url) for link in links
    )
    PaperVersion.objects.bulk_create(
        PaperVersion(paper=paper, number=version.number, submitted=version.submitted)
        for version in versions
    )
    Sighting.objects.bulk_create(
        Sighting(paper=paper, source=source, first_seen=SAVED_AT) for source in sources
    )
