"""What the card and the paper page show of a paper, in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlsplit

from django.utils import timezone

from broadsheet.papers.identifiers import split_arxiv_id
from broadsheet.papers.models import Paper
from broadsheet.papers.records import Link, LinkKind

NAMES_BEFORE_OTHERS = 3
LONGEST_ADDRESS = 40

LINK_NAMES = {
    LinkKind.CODE: "Code",
    LinkKind.PROJECT: "Project",
    LinkKind.PDF: "PDF",
    LinkKind.MEDIA: "Media",
    LinkKind.DISCUSSION: "Discussion",
    LinkKind.OTHER: "Link",
}


@dataclass(frozen=True, slots=True)
class Address:
    """A named link to somewhere else."""

    name: str
    url: str

    @property
    def brief(self) -> str:
        """The address as people write it: `github.com/example/rivers`, cut where it is long."""
        parts = urlsplit(self.url)
        shown = f"{parts.netloc.removeprefix('www.')}{parts.path}".rstrip("/")
        return shown if len(shown) <= LONGEST_ADDRESS else f"{shown[:LONGEST_ADDRESS]}…"


def count(number: int, one: str, many: str = "") -> str:
    """`1 author`, `2 authors`, `9,868 papers`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def day(value: date) -> str:
    """`15 December 2025`."""
    return f"{value.day} {value:%B} {value.year}"


def short_day(value: date) -> str:
    """`15 Dec 2025`."""
    return f"{value.day} {value:%b} {value.year}"


def moment(value: datetime) -> str:
    """`15 Dec 2025, 14:05`, in the site's time zone."""
    local = timezone.localtime(value)
    return f"{short_day(local)}, {local:%H:%M}"


def published(paper: Paper, brief: bool = False) -> str:
    """The day of publication; of papers known by their year alone, which sources tell as its
    first day, the year."""
    if not paper.published:
        return ""
    if (paper.published.month, paper.published.day) == (1, 1) and not paper.arxiv_id:
        return str(paper.published.year)
    return short_day(paper.published) if brief else day(paper.published)


def byline(paper: Paper) -> str:
    """Who wrote it, on one line: names, or how many, or where; empty if nothing is known."""
    names = paper.first_names()
    total = max(paper.author_count or 0, len(names))
    if not names:
        return count(total, "author") if total else paper.organization
    if total <= len(names):
        *before, last = names
        return f"{', '.join(before)} and {last}" if before else last
    shown = names[:NAMES_BEFORE_OTHERS]
    return f"{', '.join(shown)} and {count(total - len(shown), 'other')}"


def arxiv_page(paper: Paper) -> str:
    return f"https://arxiv.org/abs/{paper.arxiv_id}" if paper.arxiv_id else ""


def card_addresses(paper: Paper) -> list[Address]:
    """The links of a card: arXiv, PDF, and the first of code and of project pages."""
    found = []
    if paper.arxiv_id:
        found.append(Address("arXiv", arxiv_page(paper)))
    if pdf := pdf_address(paper):
        found.append(Address("PDF", pdf))
    for kind in (LinkKind.CODE, LinkKind.PROJECT):
        found += [Address(LINK_NAMES[kind], url) for url in paper.links_of(kind)[:1]]
    return found


def pdf_address(paper: Paper) -> str:
    if paper.arxiv_id:
        return f"https://arxiv.org/pdf/{paper.arxiv_id}"
    return next(iter(paper.links_of(LinkKind.PDF)), "")


def other_addresses(links: Iterable[Link], arxiv_id: str) -> list[Address]:
    """Links told by sources or found in the abstract, those to arXiv's own record left out."""
    return [
        Address(LINK_NAMES[link.kind], link.url)
        for link in links
        if not (found := split_arxiv_id(link.url)) or found[0] != arxiv_id
    ]


def licence(told: str) -> Address:
    """A licence by its short name, with its address where it was told as one."""
    url = told if told.startswith(("https://", "http://")) else ""
    if found := re.search(r"creativecommons\.org/licenses/([a-z-]+)/(\d\.\d)", told):
        return Address(f"CC {found[1].upper()} {found[2]}", url)
    if "creativecommons.org/publicdomain/zero" in told:
        return Address("CC0", url)
    if "arxiv.org/licenses/nonexclusive-distrib" in told:
        return Address("arXiv, non-exclusive", url)
    return Address(told, url)
