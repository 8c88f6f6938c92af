"""The sources of this site, their runs, and what they could not use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Max, Q
from django.utils import timezone


class SourceQuerySet(models.QuerySet["Source"]):
    def due(self, now: datetime) -> Self:
        return self.filter(paused=False, next_run__lte=now).order_by("next_run")

    def free(self, now: datetime) -> Self:
        """That nobody asks at the moment."""
        return self.filter(Q(claim="") | Q(claimed_until__lt=now))


class Source(models.Model):
    """One word of the setting, or of those added on the page, and when it is asked next."""

    name = models.CharField(max_length=120, primary_key=True)
    paused = models.BooleanField(default=False)
    next_run = models.DateTimeField(default=timezone.now)
    hour = models.PositiveSmallIntegerField(null=True)
    """The hour of the site's clock at which it is asked, once a day; None for its own times."""
    failures = models.PositiveIntegerField(default=0)
    """Runs that failed since the last one that went well."""
    claim = models.CharField(max_length=120, blank=True, default="")
    """Who asks it now; "" for nobody."""
    claimed_until = models.DateTimeField(null=True)

    objects = SourceQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class Host(models.Model):
    """What is known of a host that this site asks."""

    name = models.CharField(max_length=200, primary_key=True)
    """As in an address, with the port where one is named."""
    next_turn = models.DateTimeField(default=timezone.now)
    """Nobody begins a request before."""
    rests_until = models.DateTimeField(null=True)
    holder = models.CharField(max_length=120, blank=True, default="")
    """Who waits for an answer now; "" for nobody."""
    held_until = models.DateTimeField(null=True)

    def is_held(self, now: datetime) -> bool:
        return bool(self.holder and self.held_until and self.held_until > now)


class BackfillQuerySet(models.QuerySet["Backfill"]):
    def open(self) -> Self:
        """Those that are not at their end, the oldest first."""
        return self.filter(ended=None).order_by("id")

    def due(self, now: datetime) -> Self:
        return self.open().filter(paused=False, next_run__lte=now)


class Backfill(models.Model):
    """Days of a source that an operator asked for, done in slices so that it can rest between."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="backfills")
    first = models.DateField()
    last = models.DateField()
    reached = models.DateField(null=True)
    """The last day that is done."""
    asked = models.DateTimeField(default=timezone.now)
    paused = models.BooleanField(default=False)
    next_run = models.DateTimeField(default=timezone.now)
    failures = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    """What went wrong the last time; "" for nothing."""
    ended = models.DateTimeField(null=True)

    objects = BackfillQuerySet.as_manager()

    @property
    def next_first(self) -> date:
        return self.reached + timedelta(days=1) if self.reached else self.first

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def days_done(self) -> int:
        return (self.reached - self.first).days + 1 if self.reached else 0


class RunQuerySet(models.QuerySet["Run"]):
    def newest_first(self) -> Self:
        return self.order_by("-id")

    def unfinished(self) -> Self:
        return self.filter(ended=None)

    def latest_of(self, names: Sequence[str]) -> Self:
        """The newest run of each of these sources."""
        newest = self.filter(source__in=names).values("source").annotate(newest=Max("id"))
        return self.filter(id__in=newest.values("newest"))

    def arrivals(self, names: Sequence[str]) -> dict[str, datetime]:
        """When each of these sources last brought something new or changed."""
        brought = self.filter(Q(new__gt=0) | Q(changed__gt=0), source__in=names)
        return dict(
            brought.values("source").annotate(newest=Max("started")).values_list("source", "newest")
        )


class Run(models.Model):
    """One time that a source was asked."""

    source = models.ForeignKey(Source, models.CASCADE, related_name="runs")
    started = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)
    first = models.DateField(null=True)
    last = models.DateField(null=True)
    """The days asked for, where somebody asked for some."""
    backfill = models.ForeignKey(Backfill, models.SET_NULL, null=True, related_name="runs")
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True, default="")
    """What went wrong, in a sentence; "" for nothing."""

    objects = RunQuerySet.as_manager()

    @property
    def records(self) -> int:
        return self.new + self.changed + self.unchanged + self.rejected


class Reject(models.Model):
    """A record that could not be used."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="rejects")
    position = models.CharField(max_length=100)
    reason = models.TextField()
    excerpt = models.CharField(max_length=200, blank=True, default="")
    retried = models.BooleanField(default=False)
    """Whether its source was asked for it again since."""
