"""What keeps votes honest: from which network they came, for a while; which are not counted; who
is marked as spam. And the notices that the site shows on every page.

Rows are written by `networks`, and by `community.oversight`, where each act gets its line in the
public log.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from broadsheet.papers.models import Paper

LONGEST_NOTICE = 500


class WeekKey(models.Model):
    """With which the networks of one week are hashed, together with the site's secret key. When
    it is deleted nobody can tell any more which network a hash stood for."""

    monday = models.DateField(primary_key=True)
    key = models.CharField(max_length=64)


class Trace(models.Model):
    """From which network a vote came: a keyed hash, which compares votes of one week only."""

    KEPT = timedelta(days=28)

    pk = models.CompositePrimaryKey("paper_id", "reader_id")
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="+", db_index=False)
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    network = models.CharField(max_length=32)
    at = models.DateTimeField(db_index=True)


class Uncounted(models.Model):
    """That a reader's vote for a paper does not count, whether or not it is cast again."""

    pk = models.CompositePrimaryKey("paper_id", "reader_id")
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="+", db_index=False)
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    since = models.DateTimeField()


class SpamMark(models.Model):
    """That an account is there for advertising only, and what was put aside with it: so that all
    of it can be brought back."""

    reader = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="spam_mark"
    )
    since = models.DateTimeField()
    comments = models.JSONField(default=list)
    """Numbers of the comments that the mark has hidden."""
    papers = models.JSONField(default=list)
    """Numbers of the papers for which the mark has left a vote uncounted."""


class NoticeQuerySet(models.QuerySet["SiteNotice"]):
    def shown_on(self, day: date) -> Self:
        return self.filter(until__gte=day).order_by("id")


class SiteNotice(models.Model):
    """A few words on every page, through their last day."""

    text = models.CharField(max_length=LONGEST_NOTICE)
    """Markdown, as comments have it."""
    until = models.DateField(db_index=True)
    since = models.DateTimeField(default=timezone.now)

    objects = NoticeQuerySet.as_manager()

    def __str__(self) -> str:
        return self.text[:60]
