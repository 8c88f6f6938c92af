"""The history of a paper, and its other names, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broadsheet.papers.kinds import Event, Scheme
from broadsheet.papers.models import Paper
from broadsheet.papers.works import News, OtherName
from broadsheet.web.cards import Address

MOST = 50
"""Lines of a history on the page."""


@dataclass(frozen=True, slots=True)
class Line:
    at: datetime
    text: str
    title: str = ""
    """A title or a note that belongs to it, as papers have them."""


def history(paper: Paper) -> list[Line]:
    """What happened to the paper since it came, the newest first. One query."""
    return [_line(news) for news in News.objects.of(paper.id)[:MOST]]


def also_at(paper: Paper) -> list[Address]:
    """The other identifiers of the paper: of its preprint, of its publication. One query."""
    found = OtherName.objects.filter(paper=paper).order_by("scheme", "value")
    return [
        Address(f"arXiv:{one.value}", f"https://arxiv.org/abs/{one.value}")
        if one.scheme == Scheme.ARXIV
        else Address(f"DOI {one.value}", f"https://doi.org/{one.value}")
        for one in found
    ]


def _line(news: News) -> Line:
    if news.event == Event.VERSION:
        return Line(news.at, f"Version {news.after}")
    if news.event == Event.TITLE:
        return Line(news.at, "New title; before:", news.before)
    if news.event == Event.WITHDRAWN:
        return Line(news.at, "Withdrawn", news.after)
    if news.event == Event.PUBLISHED:
        return Line(news.at, f"Published as {news.after}")
    return Line(news.at, f"{Event(news.event).label}:", news.after)
