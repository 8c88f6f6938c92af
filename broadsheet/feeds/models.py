"""What feeds derive from papers so that every list reads a few rows of an index, however many
papers there are. All of it can be made anew from the papers at any time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.db import models

from broadsheet.feeds.formulas import Outlook
from broadsheet.papers.models import Paper


class Kind(models.TextChoices):
    """Of what a heading is the name."""

    ALL = "all", "all papers"
    CATEGORY = "category", "category"
    FIELD = "field", "field"
    KEYWORD = "keyword", "keyword"
    SOURCE = "source", "source"


class HeadingQuerySet(models.QuerySet["Heading"]):
    def named(self, kind: Kind, names: Iterable[str]) -> Self:
        return self.filter(kind=kind, name__in=list(names))

    def of_kind(self, kind: Kind) -> Self:
        """Those under which papers stand, by name."""
        return self.filter(kind=kind, papers__gt=0).order_by("name")


class Heading(models.Model):
    """A name under which papers stand: a category, a field, a keyword, a source, or all."""

    kind = models.CharField(max_length=16, choices=Kind)
    name = models.CharField(max_length=80)
    """A category's code, a field's archive (`cs`), a keyword in lower case, a source's name."""
    papers = models.PositiveIntegerField(default=0)
    """How many stand here, as last counted."""

    objects = HeadingQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["kind", "name"], name="feeds_heading_name"),)

    def __str__(self) -> str:
        return self.name


class Placement(models.Model):
    """That a paper stands under a heading, with what the lists are ordered by."""

    pk = models.CompositePrimaryKey("paper_id", "heading_id")
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="placements", db_index=False)
    heading = models.ForeignKey(Heading, models.CASCADE, related_name="placements", db_index=False)
    day = models.IntegerField()
    """The paper's day as `date.toordinal()`, 0 without one."""
    votes = models.IntegerField()
    comments = models.IntegerField()

    class Meta:
        indexes = (
            models.Index(fields=["heading", "day", "paper"], name="feeds_newest"),
            models.Index(fields=["heading", "votes", "comments", "paper"], name="feeds_top"),
        )


class TrendQuerySet(models.QuerySet["Trend"]):
    def hottest(self) -> Self:
        return self.order_by("-score", "-paper_id")


class Trend(models.Model):
    """What is expected of a recent paper, with the numbers that led to it."""

    paper = models.OneToOneField(Paper, models.CASCADE, primary_key=True, related_name="trend")
    score = models.BigIntegerField()
    """`Outlook.trending` in millionths."""
    version = models.PositiveSmallIntegerField()
    """`formulas.VERSION` that computed it."""
    votes = models.IntegerField()
    comments = models.IntegerField()
    arrived = models.DateTimeField()
    computed = models.DateTimeField()
    prior = models.FloatField()
    usual = models.FloatField()
    field = models.CharField(max_length=80, blank=True, default="")
    """The field whose usual votes are meant; empty for the whole site."""

    objects = TrendQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["score", "paper"], name="feeds_trending"),)

    @property
    def outlook(self) -> Outlook:
        age = (self.computed - self.arrived).total_seconds() / 3600
        return Outlook(self.votes, self.comments, age, self.prior, self.usual)


class Draw(models.Model):
    """That a paper without votes was drawn for one of the places of a day."""

    day = models.DateField(db_index=True)
    place = models.PositiveSmallIntegerField()
    paper = models.OneToOneField(Paper, models.CASCADE, related_name="draw")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["day", "place"], name="feeds_draw_place"),)


class Remembered(models.Model):
    """The filters that a reader wants on every list."""

    reader = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+"
    )
    query = models.CharField(max_length=6_000)
    """As `choice.query` writes it, without the question mark."""
