"""Who gets which letter when, and the outbox: one row for each letter, whatever becomes of it."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Self, TypeVar

from django.db import models
from django.db.models import Q

LEASE = timedelta(minutes=10)
"""How long a worker may take for one letter before another may have it."""
EVERY_DAY = 0b1111111


class About(models.TextChoices):
    """What a letter is about."""

    TRENDING = "trending", "trending papers"
    ALL = "all", "all new papers"
    CATEGORY = "category", "a category or field"
    KEYWORD = "keyword", "a keyword"
    SOURCE = "source", "a source"
    AUTHOR = "author", "an author"
    SEARCH = "search", "a search"


class Rhythm(models.TextChoices):
    DAILY = "daily", "on chosen days"
    WEEKLY = "weekly", "once a week"
    MONTHLY = "monthly", "once a month"


class State(models.TextChoices):
    """How a subscription stands."""

    ASKED = "asked", "not yet confirmed"
    ACTIVE = "active", "active"
    PAUSED = "paused", "paused"
    REFUSED = "refused", "its address does not take mail"
    ENDED = "ended", "ended"


def new_key() -> str:
    return secrets.token_urlsafe(12)


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def due(self, now: datetime) -> Self:
        return self.filter(state=State.ACTIVE, next_at__lte=now).order_by("next_at", "id")

    def same_as(self, other: Subscription) -> Self:
        """Those of the same address about the same."""
        return self.filter(
            address=other.address, about=other.about, name=other.name, filters=other.filters
        )


class Subscription(models.Model):
    """One letter that an address gets again and again. The key in its links is its only lock."""

    key = models.CharField(max_length=20, unique=True, default=new_key)
    address = models.EmailField(db_index=True)
    about = models.CharField(max_length=10, choices=About)
    name = models.CharField(max_length=500, blank=True, default="")
    """A category's code, a keyword, an author, or a query; empty for trending and all papers."""
    filters = models.CharField(max_length=500, blank=True, default="")
    """A list's choice as it stands in an address: `category=cs.LG&votes=5`."""
    rhythm = models.CharField(max_length=8, choices=Rhythm, default=Rhythm.DAILY)
    weekdays = models.PositiveSmallIntegerField(default=EVERY_DAY)
    """A bit for each day of daily and weekly letters, Monday the lowest."""
    monthday = models.PositiveSmallIntegerField(default=1)
    """Of monthly letters; the last day of a shorter month."""
    hour = models.PositiveSmallIntegerField(default=7)
    zone = models.CharField(max_length=64, default="UTC")
    at_most = models.PositiveSmallIntegerField(default=10)
    only_with_papers = models.BooleanField(default=True)
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    resume_at = models.DateTimeField(null=True)
    """When a pause ends; without it a pause lasts until it is ended."""
    next_at = models.DateTimeField(null=True)
    last_at = models.DateTimeField(null=True)
    """When the latest letter was due: the next tells of what came since."""
    created = models.DateTimeField(auto_now_add=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["state", "next_at"], name="digests_due"),)
        constraints = (
            models.UniqueConstraint(
                fields=["address", "about", "name", "filters"], name="digests_once_each"
            ),
        )

    def __str__(self) -> str:
        """Without the address, which must not reach a log."""
        return f"{self.about} {self.name} {self.filters}".strip()


class What(models.TextChoices):
    CONFIRM = "confirm", "asks whether the address wants it"
    PAPERS = "papers", "the letter"


class Stage(models.TextChoices):
    """How far a letter has come. From HANDED on it is never sent again."""

    WAITING = "waiting", "waiting"
    CLAIMED = "claimed", "being written"
    HANDED = "handed", "being handed over"
    SENT = "sent", "sent"
    EMPTY = "empty", "not sent: nothing to tell"
    REFUSED = "refused", "refused for good"
    DROPPED = "dropped", "not wanted any more"
    UNCERTAIN = "uncertain", "handed over, answer unknown"


P = TypeVar("P", bound="Posted")


class PostedQuerySet(models.QuerySet[P]):
    def claimable(self, now: datetime) -> Self:
        """Waiting ones whose time has come, and those whose writer died before the handover."""
        waiting = Q(stage=Stage.WAITING, not_before__lte=now)
        dead = Q(stage=Stage.CLAIMED, claimed_at__lt=now - LEASE)
        return self.filter(waiting | dead).order_by("not_before", "id")

    def abandoned(self, now: datetime) -> Self:
        """Those whose sender died between the handover and its record."""
        return self.filter(stage=Stage.HANDED, claimed_at__lt=now - LEASE)


class Posted(models.Model):
    """What goes to the mail server once: how far it came, as `handover` moves it."""

    stage = models.CharField(max_length=10, choices=Stage, default=Stage.WAITING)
    not_before = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True)
    claimed_by = models.CharField(max_length=40, blank=True, default="")
    finished_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True, default="")
    """What the mail server said last, without addresses."""

    class Meta:
        abstract = True


class LetterQuerySet(PostedQuerySet["Letter"]):
    def to_address_since(self, address: str, since: datetime) -> Self:
        return self.filter(subscription__address=address, created__gte=since)


class Letter(Posted):
    """One letter of a subscription, written when it is sent."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="letters")
    what = models.CharField(max_length=8, choices=What)
    edition = models.CharField(max_length=40)
    """The moment for which it is due; one letter for each, by constraint."""
    since = models.DateTimeField(null=True)
    """It tells of what came after this."""
    papers: models.JSONField[list[int], list[int]] = models.JSONField(default=list)
    """Ids of those it told of; later letters of the subscription leave them out."""
    created = models.DateTimeField(auto_now_add=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["stage", "not_before"], name="digests_outbox"),)
        constraints = (
            models.UniqueConstraint(
                fields=["subscription", "what", "edition"], name="digests_one_edition"
            ),
        )
