"""What a paper is, and the questions one can ask of papers.

All paper rows are written by `papers.actions`; everything else only reads.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Max, Min, Q

from broadsheet.papers.identifiers import clean_doi, split_arxiv_id
from broadsheet.papers.kinds import DayBasis, Scheme
from broadsheet.papers.prepared import Rows, prepared
from broadsheet.papers.records import LinkKind

NAMES_ON_CARD = 4


class PaperQuerySet(models.QuerySet["Paper"]):
    def on_day(self, day: date) -> Self:
        return self.filter(day=day)

    def between(self, first: date, last: date) -> Self:
        return self.filter(day__gte=first, day__lte=last)

    def by_votes(self) -> Self:
        """Most voted first; ties by comments, then the one saved last."""
        return self.order_by("-votes", "-comments", "-id")

    def after_place(self, votes: int, comments: int, paper_id: int) -> Self:
        """What follows one paper's place in `by_votes` order (keyset pagination)."""
        return self.filter(
            Q(votes__lt=votes)
            | Q(votes=votes, comments__lt=comments)
            | Q(votes=votes, comments=comments, id__lt=paper_id)
        )

    def by_publication(self) -> Self:
        """The newest publication first; ties by the one saved last."""
        return self.order_by("-published", "-id")

    def published_before(self, day: date, paper_id: int) -> Self:
        """What follows one paper's place in `by_publication` order."""
        return self.filter(published__lte=day).exclude(published=day, id__gte=paper_id)

    def submitted_by(self, source: str, user: str) -> Self:
        """What `user` of a source put on its daily page."""
        return self.filter(sightings__source=source, sightings__told__submittedOnDailyBy__user=user)

    def newest_day(self, until: date) -> date | None:
        """The latest day not after `until` that has papers."""
        found: date | None = self.filter(day__lte=until).aggregate(newest=Max("day"))["newest"]
        return found

    def next_day(self, after: date, until: date) -> date | None:
        """The earliest day after `after`, not later than `until`, that has papers."""
        later = self.filter(day__gt=after, day__lte=until)
        found: date | None = later.aggregate(next=Min("day"))["next"]
        return found

    def changed_after(self, change: int) -> Self:
        """Papers whose latest change is later than number `change`, oldest change first."""
        return self.filter(change__gt=change).order_by("change")

    def in_order(self, ids: Sequence[int]) -> list[Paper]:
        """The papers with these ids, in this order; ids that are gone are left out."""
        found = {paper.id: paper for paper in self.filter(id__in=ids)}
        return [found[key] for key in ids if key in found]

    def cards(self, ids: Sequence[int]) -> list[Paper]:
        """`in_order`, with what a card shows, in three more queries.

        The rows come as plain values: building objects of them takes longer than all the rest of
        a page.
        """
        papers = self.defer("raw", "author_note", "journal_ref", "licence").in_order(ids)
        names, codes = _grouped(_first_names(ids)), _grouped(_codes(ids))
        drawn = self._drawn(ids) if settings.FIRST_PAGES else frozenset()
        addresses = defaultdict(list)
        for paper_id, kind, url in _links(ids):
            addresses[paper_id].append((kind, url))
        for paper in papers:
            paper.first_names = names[paper.id]
            paper.category_codes = codes[paper.id]
            paper.addresses = addresses[paper.id]
            paper.has_first_page = paper.id in drawn
        return papers

    def _drawn(self, ids: Sequence[int]) -> frozenset[int]:
        """Those whose first page is kept and may be shown."""
        kept = self.filter(id__in=ids, first_page__licence=F("licence"))
        return frozenset(kept.exclude(first_page__image=b"").values_list("id", flat=True))

    def called(self, name: str) -> Paper | None:
        """The paper with this slug or address here, arXiv id in any spelling, or DOI."""
        # PostgreSQL refuses to compare with a text that has a NUL
        _, _, name = name.replace("\0", "").rpartition("/papers/")
        if own := re.fullmatch(r"b([1-9]\d{0,17})/?", name, re.ASCII | re.IGNORECASE):
            number = int(own[1])
            return self.filter(id=number).first() or self._joined(gone_id=number)
        if named := split_arxiv_id(name):
            return self.filter(slug=named[0]).first() or self._also(Scheme.ARXIV, named[0])
        if doi := clean_doi(name):
            named_so = Identifier.objects.filter(scheme=Scheme.DOI, value=doi)
            found = self.filter(id__in=named_so.values("paper")).first()
            return found or self._also(Scheme.DOI, doi)
        return None

    def _also(self, scheme: Scheme, value: str) -> Paper | None:
        """The paper that has this identifier beside its own."""
        return self.filter(other_names__scheme=scheme, other_names__value=value).first()

    def _joined(self, gone_id: int) -> Paper | None:
        """The paper of which that one is a part now."""
        return self.filter(joinings__gone_id=gone_id, joinings__parted_at=None).first()

    def seen_only_by(self, source: str) -> Self:
        others = Sighting.objects.filter(paper=models.OuterRef("pk")).exclude(source=source)
        return self.filter(sightings__source=source).filter(~models.Exists(others))


@prepared
def _first_names(ids: Sequence[int]) -> models.QuerySet[Authorship, Any]:
    first = Authorship.objects.filter(paper__in=ids, position__lt=NAMES_ON_CARD)
    return first.order_by("position").values_list("paper_id", "name")


@prepared
def _codes(ids: Sequence[int]) -> models.QuerySet[Classification, Any]:
    placed = Classification.objects.filter(paper__in=ids).order_by("position")
    return placed.values_list("paper_id", "category")


@prepared
def _links(ids: Sequence[int]) -> models.QuerySet[PaperLink, Any]:
    links = PaperLink.objects.filter(paper__in=ids).order_by("kind", "url")
    return links.values_list("paper_id", "kind", "url")


def _grouped(rows: Rows) -> defaultdict[int, list[str]]:
    groups: defaultdict[int, list[str]] = defaultdict(list)
    for key, value in rows:
        groups[key].append(value)
    return groups


class Paper(models.Model):
    """One work, stored once. `id` is the number of its first change, so no table counts twice."""

    id = models.BigIntegerField(primary_key=True)
    change = models.BigIntegerField(unique=True)
    slug = models.CharField(max_length=64, unique=True)
    """Public address: the arXiv id where there is one, else `b` and the id."""
    title = models.TextField()
    title_key = models.BigIntegerField(db_index=True)
    """`papers.text.title_key` of the title: finds the same work where no id is known."""
    abstract = models.TextField(blank=True, default="")
    summary = models.TextField(blank=True, default="")
    summary_by = models.CharField(max_length=120, blank=True, default="")
    author_count = models.PositiveIntegerField(null=True)
    organization = models.TextField(blank=True, default="")
    published = models.DateField(null=True)
    updated = models.DateField(null=True)
    day = models.DateField(null=True)
    """The day on whose page the paper stands."""
    day_basis = models.SmallIntegerField(choices=DayBasis, default=DayBasis.NONE)
    source_votes = models.IntegerField(default=0)
    source_comments = models.IntegerField(default=0)
    own_votes = models.IntegerField(default=0, db_default=0)
    """Votes cast on this site, counted from their rows by the community."""
    own_comments = models.IntegerField(default=0, db_default=0)
    votes = models.IntegerField(default=0, db_default=0)
    """What lists are ordered by: those of the source and our own. A generated column would do the
    sum by itself, but SQLite reads no list of such from the index alone."""
    comments = models.IntegerField(default=0, db_default=0)
    keywords: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    author_note = models.TextField(blank=True, default="")
    journal_ref = models.TextField(blank=True, default="")
    licence = models.CharField(max_length=300, blank=True, default="")
    withdrawn = models.BooleanField(default=False)
    text_source = models.CharField(max_length=40)
    """The source whose title and abstract are shown."""
    raw: models.JSONField[dict[str, object], dict[str, object]] = models.JSONField(default=dict)
    """`title`, `abstract` and `authors` as they came, where cleaning changed them."""
    saved_at = models.DateTimeField()

    first_names: list[str]
    """Of the first authors; of papers that came by `cards`, as the next two are."""
    category_codes: list[str]
    addresses: list[tuple[str, str]]
    """Kind and address of each link."""
    has_first_page: bool = False

    objects = PaperQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["day", "-votes", "-comments", "-id"], name="paper_day_shown"),
            models.Index(fields=["-published", "-id"], name="paper_published"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(votes=F("source_votes") + F("own_votes"))
                & Q(comments=F("source_comments") + F("own_comments")),
                name="paper_sums",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def arxiv_id(self) -> str:
        """The arXiv id, or an empty string. A slug that is not `b123` is one."""
        return "" if self.slug == own_slug(self.id) else self.slug

    def links_of(self, kind: LinkKind) -> list[str]:
        return [url for told, url in self.addresses if told == kind]


def own_slug(paper_id: int) -> str:
    return f"b{paper_id}"


class Identifier(models.Model):
    """A name that the world has for a paper. One identifier names one paper, by constraint."""

    pk = models.CompositePrimaryKey("scheme", "value")
    scheme = models.CharField(max_length=16, choices=Scheme)
    value = models.CharField(max_length=400)
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="identifiers")


class Authorship(models.Model):
    """One name at one place of a paper's author list; position 0 is the first author."""

    pk = models.CompositePrimaryKey("paper_id", "position")
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="authorships", db_index=False)
    position = models.PositiveIntegerField()
    name = models.TextField()
    key = models.BigIntegerField(db_index=True)
    """`papers.text.title_key` of the name: the same name however it is accented."""


class Classification(models.Model):
    """A category of a paper; position 0 is the primary one."""

    pk = models.CompositePrimaryKey("paper_id", "position")
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="classifications", db_index=False)
    position = models.PositiveIntegerField()
    category = models.CharField(max_length=40, db_index=True)


class PaperLink(models.Model):
    """An address that belongs to a paper, found in its text or told by a source."""

    pk = models.CompositePrimaryKey("paper_id", "url")
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="links", db_index=False)
    kind = models.CharField(max_length=16, choices=[(kind.value, kind.value) for kind in LinkKind])
    url = models.CharField(max_length=500)


class PaperVersion(models.Model):
    pk = models.CompositePrimaryKey("paper_id", "number")
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    submitted = models.DateField(null=True)


class Sighting(models.Model):
    """That a source has told of a paper, and when it first did."""

    pk = models.CompositePrimaryKey("paper_id", "source")
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="sightings", db_index=False)
    source = models.CharField(max_length=40, db_index=True)
    first_seen = models.DateTimeField()
    told: models.JSONField[dict[str, object], dict[str, object]] = models.JSONField(default=dict)
    """What the source tells beyond what all may tell, in its own shape."""


class Counter(models.Model):
    """The one sequence of changes. Its row is locked by whoever writes papers, so numbers become
    visible in order: a follower that has read up to a number has missed nothing before it."""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.BigIntegerField(default=0)


class RemovalQuerySet(models.QuerySet["Removal"]):
    def after(self, change: int) -> Self:
        return self.filter(change__gt=change).order_by("change")


class Removal(models.Model):
    """That a paper was removed, as a change in the sequence."""

    change = models.BigIntegerField(primary_key=True)
    paper_id = models.BigIntegerField()

    objects = RemovalQuerySet.as_manager()


class Cursor(models.Model):
    """How far a source or a file has been saved; moved in the transaction that saves."""

    name = models.CharField(max_length=200, primary_key=True)
    position = models.TextField()
    tally: models.JSONField[dict[str, int], dict[str, int]] = models.JSONField(default=dict)
    moved_at = models.DateTimeField(auto_now=True)


def latest_change() -> int:
    """Number of the newest change, 0 for an empty site."""
    row = Counter.objects.filter(name="changes").first()
    return row.value if row else 0
