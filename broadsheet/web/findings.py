"""What other sites know about a paper, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from broadsheet.harvests.findings import Finding
from broadsheet.papers.models import Paper
from broadsheet.web.cards import count

TITLES = {"openalex": "OpenAlex", "semantic-scholar": "Semantic Scholar"}


@dataclass(frozen=True, slots=True)
class Line:
    heading: str
    text: str
    at: datetime
    url: str = ""


def lines(paper: Paper) -> list[Line]:
    """Citations and stars, each with who counted them and when. One query, none where no site is
    asked."""
    if not settings.ENRICH:
        return []
    told = Finding.objects.of(paper.id).filter(teller__in=settings.ENRICH)
    return [line for finding in told if (line := _line(finding))]


def _line(finding: Finding) -> Line | None:
    found = finding.found
    if isinstance(citations := found.get("citations"), int):
        where = TITLES.get(finding.teller, finding.teller)
        return Line("Cited", f"{count(citations, 'time')}, by {where}", finding.at)
    if isinstance(stars := found.get("stars"), int):
        name = str(found.get("repository", ""))
        more = f", {found['licence']}" if found.get("licence") else ", no known licence"
        archived = ", archived" if found.get("archived") else ""
        url = f"https://github.com/{name}"
        return Line("Code", f"{name}: {count(stars, 'star')}{more}{archived}", finding.at, url)
    return None
