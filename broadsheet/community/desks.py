"""What a reader keeps alone: a reading list, notes on papers, and what the profile shows of them.

All rows are written by `keeping`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Count, Q

from broadsheet.papers.models import Paper

LONGEST_NOTE = 20_000


class State(models.TextChoices):
    """How far a reader is with a paper."""

    TO_READ = "to-read", "To read"
    READING = "reading", "Reading"
    READ = "read", "Read"


class ReadingQuerySet(models.QuerySet["Reading"]):
    def of(self, reader_id: int, state: str = "") -> Self:
        """A reader's list, the last put there first."""
        mine = self.filter(reader_id=reader_id).order_by("-since", "-paper_id")
        return mine.filter(state=state) if state else mine

    def after_place(self, since: datetime, paper_id: int) -> Self:
        """What follows one paper's place in that order."""
        return self.filter(Q(since__lt=since) | Q(since=since, paper_id__lt=paper_id))

    def counts(self, reader_id: int) -> dict[str, int]:
        mine = self.filter(reader_id=reader_id).order_by()
        return dict(mine.values_list("state").annotate(papers=Count("*")))


class Reading(models.Model):
    """That a paper is on a reader's reading list."""

    pk = models.CompositePrimaryKey("reader_id", "paper_id")
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="readings", db_index=False
    )
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State)
    since = models.DateTimeField()
    """When it got this state."""

    objects = ReadingQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["reader", "-since"], name="community_read_last"),)


class Note(models.Model):
    """What a reader wrote down about a paper, in Markdown; nobody else ever sees it."""

    pk = models.CompositePrimaryKey("reader_id", "paper_id")
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notes", db_index=False
    )
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="+")
    text = models.TextField(max_length=LONGEST_NOTE)
    written_at = models.DateTimeField()


class Showing(models.Model):
    """What a public profile shows of its reader; a profile that is not public shows none of it."""

    reader = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="showing"
    )
    papers = models.BooleanField("My papers", default=True)
    comments = models.BooleanField("My comments", default=True)
    collections = models.BooleanField("My public collections", default=True)
    votes = models.BooleanField("My votes, there and on papers", default=False)
