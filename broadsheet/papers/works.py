"""What happened to papers: news of each, and which of them were made one.

All rows are written by `papers.actions` and `papers.joining`; everything else only reads.
"""

from __future__ import annotations

from typing import Self

from django.db import models

from broadsheet.papers.kinds import Event, Scheme, Why
from broadsheet.papers.models import Paper


class NewsQuerySet(models.QuerySet["News"]):
    def after(self, number: int) -> Self:
        """What followers have not heard yet. Whoever writes here holds the counter of changes, so
        numbers become visible in order."""
        return self.filter(id__gt=number).order_by("id")

    def of(self, paper_id: int) -> Self:
        """The history of a paper, the newest first."""
        return self.filter(paper_id=paper_id).order_by("-id")


class News(models.Model):
    """Something that happened to a paper after it was here: a line of its history."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="news")
    event = models.CharField(max_length=12, choices=Event)
    before = models.TextField(blank=True, default="")
    after = models.TextField(blank=True, default="")
    """What is different: two numbers of versions, two titles, a DOI, the address of a paper."""
    at = models.DateTimeField()

    objects = NewsQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "news"


class OtherName(models.Model):
    """An identifier that a paper has beside its own: that of its preprint, or of a paper that it
    was made one with. Who tells of it tells of this paper."""

    pk = models.CompositePrimaryKey("scheme", "value")
    scheme = models.CharField(max_length=16, choices=Scheme)
    value = models.CharField(max_length=400)
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="other_names")


class Twin(models.Model):
    """That a source has given the identifiers of two papers to one work; to be judged."""

    pk = models.CompositePrimaryKey("one_id", "other_id")
    one = models.ForeignKey(Paper, models.CASCADE, related_name="+", db_index=False)
    other = models.ForeignKey(Paper, models.CASCADE, related_name="+")


class JoiningQuerySet(models.QuerySet["Joining"]):
    def standing(self) -> Self:
        return self.filter(parted_at=None)

    def latest_of(self, paper_id: int) -> Joining | None:
        """The one that can be undone: later ones stand on earlier ones."""
        return self.standing().filter(paper_id=paper_id).order_by("-id").first()


class Joining(models.Model):
    """That two papers were made one, or that a telling was taken for this paper by its title; with
    everything that is needed to part them."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="joinings")
    why = models.CharField(max_length=12, choices=Why)
    at = models.DateTimeField()
    gone_id = models.BigIntegerField(null=True, db_index=True)
    """The paper that was here before under its own number; None for a telling."""
    gone: models.JSONField[dict[str, object], dict[str, object]] = models.JSONField()
    """The facts of that paper, or of the telling."""
    changed: models.JSONField[dict[str, list[object]], dict[str, list[object]]] = models.JSONField()
    """Each fact of the paper that this changed: as it was, and as it was afterwards."""
    moved: models.JSONField[list[dict[str, object]], list[dict[str, object]]] = models.JSONField(
        default=list
    )
    """Rows of other tables that came along, and those that could not: see `papers.moving`."""
    parted_at = models.DateTimeField(null=True)

    objects = JoiningQuerySet.as_manager()


class FullTextQuerySet(models.QuerySet["FullText"]):
    def shown_of(self, paper_id: int) -> str:
        """The text of a paper, if it has the licence still under which it was taken."""
        kept = self.filter(paper_id=paper_id, licence=models.F("paper__licence"))
        return kept.values_list("text", flat=True).first() or ""


class FirstPageQuerySet(models.QuerySet["FirstPage"]):
    def shown(self) -> Self:
        """Those of papers that have the licence still under which they were made."""
        return self.filter(licence=models.F("paper__licence")).exclude(image=b"")


class FullText(models.Model):
    """The text of a paper whose licence allows to keep and show it, made Markdown."""

    paper = models.OneToOneField(
        Paper, models.CASCADE, primary_key=True, related_name="full_text", db_index=False
    )
    text = models.TextField(blank=True, default="")
    """"" where it was asked for and there is none."""
    licence = models.CharField(max_length=300)
    """The one under which it was taken; a paper that has another one now is asked for again."""
    address = models.CharField(max_length=300)
    at = models.DateTimeField()

    objects = FullTextQuerySet.as_manager()


class FirstPage(models.Model):
    """A small picture of a paper's first page, where its licence allows to show it."""

    paper = models.OneToOneField(
        Paper, models.CASCADE, primary_key=True, related_name="first_page", db_index=False
    )
    image = models.BinaryField(default=b"")
    """PNG; empty where it was asked for and there is none."""
    licence = models.CharField(max_length=300)
    at = models.DateTimeField()

    objects = FirstPageQuerySet.as_manager()
