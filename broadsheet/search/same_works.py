"""Links between papers that are one work, kept level with the papers."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from threading import Lock

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from broadsheet.papers.identifiers import split_arxiv_id
from broadsheet.papers.models import Authorship, Counter, Paper, latest_change
from broadsheet.search.models import SameWork
from broadsheet.search.ranking import NOTHING, Ids
from broadsheet.search.sameness import Told, family, same_work, version_of

COUNTER = "same works"
BATCH = 500
FRESH_FOR = 1.0
"""Seconds for which links are taken as they were: the look takes longer than their use."""
MOST_ALIKE = 20
"""Papers of one title that are compared; a title of more ("Introduction") says nothing."""


@dataclass(frozen=True, slots=True)
class Other:
    """Another paper of the same work."""

    paper_id: int
    slug: str
    year: int | None

    @property
    def name(self) -> str:
        """`arXiv:2401.01234`, or the end of its address."""
        return f"arXiv:{self.slug}" if split_arxiv_id(self.slug) else self.slug


def link_next() -> int:
    """Compare the next papers that changed with those like them; returns how many there were."""
    reached = Counter.objects.filter(name=COUNTER).values_list("value", flat=True).first() or 0
    if reached >= latest_change():
        return 0
    with transaction.atomic():
        Counter.objects.get_or_create(name=COUNTER)
        place = Counter.objects.select_for_update().get(name=COUNTER)
        target = latest_change()
        rows = list(
            Paper.objects.changed_after(place.value).values_list(
                "id", "change", "title_key", "author_note"
            )[:BATCH]
        )
        _link(
            {row[0] for row in rows},
            {row[2] for row in rows},
            {row[0]: version_of(row[3]) for row in rows if "arxiv" in row[3].lower()},
        )
        place.value = rows[-1][1] if len(rows) == BATCH else target
        place.save()
    return len(rows)


def begin_anew() -> None:
    """Let all papers be compared once more."""
    Counter.objects.filter(name=COUNTER).delete()


def others(papers: Iterable[int]) -> dict[int, list[Other]]:
    """For each of these papers that has any: the other papers of its work. One query."""
    found: defaultdict[int, list[Other]] = defaultdict(list)
    fields = ("_id", "__slug", "__published")
    names = [f"{end}{field}" for end in ("later", "earlier") for field in fields]
    wanted = set(papers)
    for row in SameWork.objects.of(wanted).order_by("earlier_id").values_list(*names):
        for here, other in ((row[:3], row[3:]), (row[3:], row[:3])):
            if here[0] in wanted:
                found[here[0]].append(Other(other[0], other[1], other[2] and other[2].year))
    return dict(found)


class Known:
    """All links, read again when they may have changed. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: int | None = None
        self._of: dict[int, set[int]] = {}
        self._linked = NOTHING.papers
        self._until = 0.0

    def firsts(self, papers: Ids) -> NDArray[np.bool_]:
        """Which papers of a ranking stay when each work is shown once, by its first paper."""
        links, linked = self._links()
        shown: set[int] = set()
        again: list[int] = []
        for paper in papers[np.isin(papers, linked)].tolist():
            (again.append if links[paper] & shown else shown.add)(paper)
        return ~np.isin(papers, again)

    def _links(self) -> tuple[dict[int, set[int]], Ids]:
        if time.monotonic() < self._until:
            return self._of, self._linked
        place = Counter.objects.filter(name=COUNTER).values_list("value", flat=True).first()
        with self._lock:
            if place != self._seen:
                of: defaultdict[int, set[int]] = defaultdict(set)
                for later, earlier in SameWork.objects.values_list("later_id", "earlier_id"):
                    of[later].add(earlier)
                    of[earlier].add(later)
                self._of, self._seen = dict(of), place
                self._linked = np.fromiter(of, np.int64)
            self._until = time.monotonic() + FRESH_FOR
            return self._of, self._linked


def _link(fresh: set[int], keys: set[int], versions_of: dict[int, str]) -> None:
    """Link these papers anew; `keys` are their titles', `versions_of` whom they name."""
    alike: defaultdict[int, set[int]] = defaultdict(set)
    for key, paper in Paper.objects.filter(title_key__in=keys).values_list("title_key", "id"):
        alike[key].add(paper)
    calling = {paper: named for paper, named in versions_of.items() if named}
    called = Paper.objects.filter(slug__in=calling.values()).values_list("id", flat=True)
    suspects = {
        paper for group in alike.values() if 1 < len(group) <= MOST_ALIKE for paper in group
    } | ({*called, *calling} if calling else set())
    SameWork.objects.of(fresh).delete()
    told = _told(suspects)
    SameWork.objects.bulk_create(
        SameWork(earlier_id=min(pair), later_id=max(pair))
        for pair in _pairs(told)
        if not fresh.isdisjoint(pair)
    )


def _pairs(told: Sequence[Told]) -> set[tuple[int, int]]:
    """The pairs that are one work, among papers of one title and papers that name each other."""
    by_name = {one.arxiv_id: one for one in told if one.arxiv_id}
    titles: defaultdict[int, list[Told]] = defaultdict(list)
    for one in told:
        titles[one.title_key].append(one)
    suspects = [pair for group in titles.values() for pair in combinations(group, 2)]
    suspects += [(one, by_name[one.version_of]) for one in told if one.version_of in by_name]
    return {
        (min(ids), max(ids))
        for one, other in suspects
        if (ids := {one.paper_id, other.paper_id}) and len(ids) == 2 and same_work(one, other)
    }


def _told(ids: set[int]) -> list[Told]:
    families: defaultdict[int, set[str]] = defaultdict(set)
    for paper, name in Authorship.objects.filter(paper__in=ids).values_list("paper_id", "name"):
        families[paper].add(family(name))
    rows = Paper.objects.filter(id__in=ids).only(
        "id", "slug", "title_key", "abstract", "author_note"
    )
    return [
        Told(
            paper_id=paper.id,
            title_key=paper.title_key,
            arxiv_id=paper.arxiv_id,
            abstract=paper.abstract,
            families=frozenset(families[paper.id] - {""}),
            version_of=version_of(paper.author_note),
        )
        for paper in rows
    ]
