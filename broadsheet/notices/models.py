"""What readers follow, what they are told, and which way: on the site, by mail, or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from broadsheet.community.models import Comment
from broadsheet.digests.models import Posted, PostedQuerySet

LONGEST_NAME = 500
LONGEST_SUBJECT = 300
LONGEST_ADDRESS = 1_000


class About(models.TextChoices):
    """What can be followed."""

    AUTHOR = "author", "author"
    READER = "reader", "reader"
    KEYWORD = "keyword", "keyword"
    CATEGORY = "category", "category"
    SEARCH = "search", "search"
    PAPER = "paper", "discussion of a paper"


class FollowQuerySet(models.QuerySet["Follow"]):
    def by(self, reader_id: int) -> Self:
        return self.filter(reader_id=reader_id).order_by("about", "name", "id")

    def of(self, about: About, marks: Iterable[str]) -> Self:
        """Everybody's follows of these."""
        return self.filter(about=about, mark__in=list(marks))


class Follow(models.Model):
    """That a reader wants to be told of something."""

    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows")
    about = models.CharField(max_length=8, choices=About)
    name = models.CharField(max_length=LONGEST_NAME)
    """As it is shown: a name, a keyword, a category's code, a query, a title."""
    mark = models.CharField(max_length=LONGEST_NAME)
    """By which it is found: an author's `Authorship.key`, the id of a reader or paper, or name."""
    them = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="followers"
    )
    """The reader who is followed."""
    since = models.DateTimeField(default=timezone.now)
    after = models.BigIntegerField(default=0)
    """The newest paper when a search was first followed: older ones are no news."""
    told: models.JSONField[list[int], list[int]] = models.JSONField(default=list)
    """The last papers of a search that were told of."""
    looked_at = models.DateTimeField(default=timezone.now)
    """When a search was last asked."""

    objects = FollowQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["reader", "about", "mark"], name="notices_follow_once"),
        )
        indexes = (
            models.Index(fields=["about", "mark"], name="notices_followers"),
            models.Index(fields=["about", "looked_at"], name="notices_searches"),
        )

    def __str__(self) -> str:
        return f"{self.about} {self.name}"


class Kind(models.TextChoices):
    """Why somebody is told."""

    REPLY = "reply", "Answers to my comments"
    MENTION = "mention", "Comments that address me"
    PAPER = "paper", "Comments on my papers, and on others that I follow"
    PERSON = "person", "What readers whom I follow say and submit"
    FOLLOWED = "followed", "New papers of what I follow"
    COLLECTION = "collection", "Invitations to edit a collection"
    CLAIM = "claim", "Decisions about what I asked for"


class Way(models.TextChoices):
    """How a reader is told of a kind."""

    SITE = "site", "On the site"
    DAILY = "daily", "On the site, and by mail once a day"
    ONCE = "once", "On the site, and by mail at once"
    NONE = "none", "Not at all"


class Wish(models.Model):
    """How a reader wants to be told of a kind; without a row, on the site."""

    pk = models.CompositePrimaryKey("reader_id", "kind")
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="wishes", db_index=False
    )
    kind = models.CharField(max_length=10, choices=Kind)
    way = models.CharField(max_length=5, choices=Way)


class Mute(models.Model):
    """That a reader wants to be told nothing of what another says or does."""

    pk = models.CompositePrimaryKey("reader_id", "them_id")
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="mutes", db_index=False
    )
    them = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")


class Bundle(Posted):
    """One mail with notices of one reader, written when it is sent; sent once, as a letter is."""

    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    made = models.DateTimeField()

    objects = PostedQuerySet["Bundle"].as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["stage", "not_before"], name="notices_outbox"),
            models.Index(fields=["reader", "made"], name="notices_bundles"),
        )


class NoticeQuerySet(models.QuerySet["Notice"]):
    def shown_to(self, reader_id: int) -> Self:
        """What a reader is told: nothing of comments that no longer stand, nor of the muted."""
        muted = Mute.objects.filter(reader_id=reader_id, them_id=OuterRef("actor_id"))
        stands = Q(comment=None) | Q(comment__hidden=False, comment__deleted_at=None)
        return self.filter(stands, ~Exists(muted), reader_id=reader_id)

    def unread(self) -> Self:
        return self.filter(read_at=None)

    def newest_first(self) -> Self:
        return self.order_by("-at", "-id")

    def after_place(self, at: datetime, notice_id: int) -> Self:
        """What follows one notice's place in that order."""
        return self.filter(Q(at__lt=at) | Q(at=at, id__lt=notice_id))


class Notice(models.Model):
    """One thing that a reader is told."""

    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind)
    subject = models.CharField(max_length=LONGEST_SUBJECT)
    """A sentence or a part of one, as plain text."""
    address = models.CharField(max_length=LONGEST_ADDRESS)
    """A path of this site."""
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    """Who did what is told."""
    comment = models.ForeignKey(Comment, models.CASCADE, null=True, related_name="+")
    follow = models.ForeignKey(Follow, models.CASCADE, null=True, related_name="notices")
    papers = models.PositiveIntegerField(default=0)
    """How many new papers of the follow it tells of."""
    mark = models.CharField(max_length=80, blank=True, default="")
    """What it is about: a reader is told of each mark once."""
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    due = models.DateTimeField(null=True)
    """When it is to go by mail; empty where it is not, or is in a bundle."""
    bundle = models.ForeignKey(Bundle, models.SET_NULL, null=True, related_name="notices")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["reader", "-at", "-id"], name="notices_newest"),
            models.Index(
                fields=["reader"], name="notices_unread", condition=Q(read_at__isnull=True)
            ),
            models.Index(fields=["due"], name="notices_due", condition=Q(due__isnull=False)),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["reader", "mark"], name="notices_once", condition=~Q(mark="")
            ),
        )

    def __str__(self) -> str:
        return self.subject


class Level(models.Model):
    """How far the background has told of new papers; whoever moves it holds its row."""

    name = models.CharField(max_length=20, primary_key=True)
    position = models.BigIntegerField()
    upto = models.BigIntegerField(default=0)
    """The last of the papers of which some followers have been told; 0 between papers."""
    follow = models.BigIntegerField(default=0)
    """The last of the follows that were told of these."""


class Outline(models.Model):
    """How often a reader has renewed the address of the list of feeds: older addresses end."""

    reader = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="outline"
    )
    number = models.PositiveIntegerField(default=0)
