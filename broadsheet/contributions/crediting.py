"""Who brought a paper here and who wrote it, for pages and programs: few queries for a list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from broadsheet.community.models import Comment
from broadsheet.contributions.models import AuthorLink, Chosen, Claim, Submission
from broadsheet.papers.records import LinkKind
from broadsheet.readers.models import Reader


@dataclass(slots=True)
class Credit:
    """What this site knows of the people of one paper."""

    submission: Submission | None = None
    claims: dict[int, Claim] = field(default_factory=dict)
    """The confirmed ones, by the key of the author's name."""
    is_author_talking: bool = False
    """Whether one of them has commented."""

    @property
    def submitter(self) -> Reader | None:
        """Who put the paper on a day, if they are still here."""
        by = self.submission.reader if self.submission else None
        return by if by and by.is_active else None

    def badge(self, reader_id: int | None) -> str:
        """What to write beside a reader's name under this paper."""
        if reader_id is None:
            return ""
        if any(one.reader_id == reader_id for one in self.claims.values()):
            return "Author"
        is_submitter = self.submission and self.submission.reader_id == reader_id
        return "Submitter" if is_submitter else ""


def submitters(papers: Collection[int]) -> dict[int, Reader]:
    """Who put these papers on a day; those who are gone are left out. One query."""
    found = Submission.objects.of(papers).filter(reader__is_active=True)
    return {one.paper_id: one.reader for one in found if one.reader}


def curators(day: date) -> list[Reader]:
    """Who put papers on the page of a day as a curator, each once, in the order of their acts."""
    chosen = Chosen.objects.curated_on(day)
    return list({one.by.pk: one.by for one in chosen if one.by and one.by.is_active}.values())


def credits_of(papers: Collection[int]) -> dict[int, Credit]:
    """For each of these papers, in two queries, and one more where authors are among us."""
    found = {key: Credit() for key in papers}
    for submission in Submission.objects.of(papers):
        found[submission.paper_id].submission = submission
    claimed = list(Claim.objects.confirmed().of(papers).order_by("id"))
    for claim in claimed:
        found[claim.paper_id].claims[claim.author_key] = claim
    if claimed:
        _mark_talking(claimed, found)
    return found


def author_links(papers: Collection[int]) -> dict[int, dict[LinkKind, str]]:
    """The addresses that authors set on these papers."""
    found: defaultdict[int, dict[LinkKind, str]] = defaultdict(dict)
    links = AuthorLink.objects.standing().filter(paper_id__in=papers)
    for paper_id, kind, url in links.values_list("paper_id", "kind", "url"):
        found[paper_id][LinkKind(kind)] = url
    return found


def _mark_talking(claimed: list[Claim], found: dict[int, Credit]) -> None:
    authors: defaultdict[int, set[int]] = defaultdict(set)
    for claim in claimed:
        authors[claim.paper_id].add(claim.reader_id)
    said = Comment.objects.standing().filter(
        paper_id__in=authors, reader_id__in={one.reader_id for one in claimed}
    )
    for paper_id, reader_id in said.values_list("paper_id", "reader_id").distinct():
        if reader_id in authors[paper_id]:
            found[paper_id].is_author_talking = True
