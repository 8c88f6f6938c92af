"""A paper as one value for those outside: programs, files, the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from broadsheet.papers import rows
from broadsheet.papers.facts import Facts
from broadsheet.papers.models import own_slug
from broadsheet.papers.records import Link, LinkKind, Version


class Whole(Struct, frozen=True, kw_only=True):
    """Everything that is known of one paper. Text is cleaned; formulas stand between dollars."""

    slug: str
    """The end of the paper's address: its arXiv id, or `b` and a number."""
    address: str
    """The path of its page on this site."""
    title: str
    abstract: str = ""
    summary: str = ""
    """One or two sentences that are not the authors'."""
    summary_by: str = ""
    authors: tuple[str, ...] = ()
    author_count: int | None = None
    organization: str = ""
    arxiv_id: str = ""
    doi: str = ""
    categories: tuple[str, ...] = ()
    """arXiv category codes, the primary one first."""
    keywords: tuple[str, ...] = ()
    published: date | None = None
    updated: date | None = None
    day: date | None = None
    """The day on whose page the paper stands."""
    votes: int = 0
    comments: int = 0
    links: tuple[Link, ...] = ()
    versions: tuple[Version, ...] = ()
    author_note: str = ""
    journal_ref: str = ""
    licence: str = ""
    withdrawn: bool = False

    @property
    def url(self) -> str:
        """Where the work itself is: arXiv, else its DOI; empty where neither is known."""
        if self.arxiv_id:
            return f"https://arxiv.org/abs/{self.arxiv_id}"
        return f"https://doi.org/{self.doi}" if self.doi else ""

    @property
    def pdf(self) -> str:
        if self.arxiv_id:
            return f"https://arxiv.org/pdf/{self.arxiv_id}"
        return next(iter(self.links_of(LinkKind.PDF)), "")

    def links_of(self, kind: LinkKind) -> list[str]:
        return [link.url for link in self.links if link.kind == kind]


def load(ids: Sequence[int]) -> list[Whole]:
    """The papers with these ids, in this order, in eight queries whatever their number."""
    facts = rows.load(ids) if ids else {}
    return [whole(key, facts[key]) for key in ids if key in facts]


def whole(key: int, facts: Facts) -> Whole:
    slug = facts.arxiv_id or own_slug(key)
    return Whole(
        slug=slug,
        address=f"/papers/{slug}",
        title=facts.title,
        abstract=facts.abstract,
        summary=facts.summary,
        summary_by=facts.summary_by,
        authors=facts.names,
        author_count=facts.author_count,
        organization=facts.organization,
        arxiv_id=facts.arxiv_id,
        doi=facts.doi,
        categories=facts.categories,
        keywords=facts.keywords,
        published=facts.published,
        updated=facts.updated,
        day=facts.day,
        votes=facts.votes,
        comments=facts.comments,
        links=tuple(sorted(facts.links, key=lambda link: (link.kind, link.url))),
        versions=facts.versions,
        author_note=facts.author_note,
        journal_ref=facts.journal_ref,
        licence=facts.licence,
        withdrawn=facts.withdrawn,
    )
