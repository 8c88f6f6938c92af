"""What people do here: votes, comments, reactions, flags, decisions of moderators.

All rows are written by `actions`, `reacting` and `moderation`; everything else only reads.
Collections are in `shelves`, what a reader keeps alone in `desks`.
"""

from __future__ import annotations

from collections.abc import Collection as Some
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from broadsheet.integrity.models import Uncounted
from broadsheet.papers.models import Paper

LONGEST_COMMENT = 10_000
LONGEST_REASON = 500


class Verb(models.TextChoices):
    """What a reader did; each has a limit in `limits`."""

    VOTE = "vote"
    WITHDRAW = "withdraw"
    COMMENT = "comment"
    EDIT = "edit"
    FLAG = "flag"
    COLLECT = "collect"
    INVITE = "invite"
    REACT = "react"
    KEEP = "keep"
    FOLLOW = "follow"


class Act(models.Model):
    """That a reader wrote something: the trail that limits count and moderators follow."""

    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    verb = models.CharField(max_length=12)
    """A `Verb`; which there are is no matter of the table."""
    paper_id = models.BigIntegerField(null=True)
    comment_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["reader", "verb", "at"], name="community_acts"),)


class VoteQuerySet(models.QuerySet["Vote"]):
    def by(self, reader_id: int, papers: Some[int]) -> Self:
        return self.filter(reader_id=reader_id, paper_id__in=papers)

    def counted(self) -> Self:
        """Those that moderators have not left out."""
        same = {"paper_id": OuterRef("paper_id"), "reader_id": OuterRef("reader_id")}
        return self.exclude(Exists(Uncounted.objects.filter(**same)))


class Vote(models.Model):
    """One reader's vote for one paper; the key allows no second."""

    pk = models.CompositePrimaryKey("paper_id", "reader_id")
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="+", db_index=False)
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="votes")
    cast_at = models.DateTimeField()

    objects = VoteQuerySet.as_manager()


class Moved(models.Model):
    """That a paper's numbers moved: lists, search and kept pages are to follow. A row for each
    time and none shared, so that whoever takes rows away misses no later ones."""

    paper_id = models.BigIntegerField()


class Spoken(models.Model):
    """That a comment was written or edited, for whoever tells others of it. As with `Moved`, a row
    for each time: whoever takes rows away misses no later ones."""

    comment = models.ForeignKey("Comment", models.CASCADE, related_name="+")


class CommentQuerySet(models.QuerySet["Comment"]):
    def on(self, paper_id: int) -> Self:
        """The comments on a paper in the order in which they were written, with their writers."""
        return self.filter(paper_id=paper_id).select_related("reader").order_by("id")

    def standing(self) -> Self:
        """Those that everybody may read."""
        return self.filter(deleted_at=None, hidden=False)


class Comment(models.Model):
    """What a reader says about a paper, in Markdown; it is made HTML when it is shown."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="+")
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="comments"
    )
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="replies")
    text = models.TextField(max_length=LONGEST_COMMENT)
    written_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    """When its writer took it back."""
    hidden = models.BooleanField(default=False)
    """Whether a moderator did."""

    objects = CommentQuerySet.as_manager()

    @property
    def stands(self) -> bool:
        return not self.hidden and self.deleted_at is None


class Revision(models.Model):
    """What a comment said before it was edited."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="revisions")
    text = models.TextField()
    written_at = models.DateTimeField()


class Mention(models.Model):
    """That a comment addresses a reader."""

    pk = models.CompositePrimaryKey("comment_id", "reader_id")
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="mentions", db_index=False)
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")


class Feeling(models.TextChoices):
    """What a reader can say to a comment without words."""

    AGREE = "agree", "Agree"
    THANKS = "thanks", "Thanks"
    INSIGHT = "insight", "Insight"
    DOUBT = "doubt", "Doubt"


class Reaction(models.Model):
    """One feeling of one reader about one comment; the key allows no second."""

    pk = models.CompositePrimaryKey("comment_id", "reader_id", "feeling")
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="reactions", db_index=False)
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    feeling = models.CharField(max_length=8, choices=Feeling)
    at = models.DateTimeField()


class Lock(models.Model):
    """That nobody may comment on a paper for now."""

    paper = models.OneToOneField(Paper, models.CASCADE, primary_key=True, related_name="lock")
    since = models.DateTimeField()


class Why(models.TextChoices):
    """Why a comment is flagged."""

    SPAM = "spam", "Advertising or spam"
    ABUSE = "abuse", "Insult or harassment"
    OFF_TOPIC = "off-topic", "Not about the paper"
    PRIVATE = "private", "Somebody's private matters"
    UNLAWFUL = "unlawful", "Against the law"


class FlagQuerySet(models.QuerySet["Flag"]):
    def waiting(self) -> Self:
        return self.filter(settled=False)


class Flag(models.Model):
    """A reader's word to the moderators about a comment; one a reader a comment."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="flags")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    why = models.CharField(max_length=12, choices=Why)
    at = models.DateTimeField()
    settled = models.BooleanField(default=False)

    objects = FlagQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["comment", "reader"], name="community_flag_once"),
        )


class Kind(models.TextChoices):
    """What moderators can do; choosing days is for curators."""

    HIDE = "hide", "hid a comment"
    RESTORE = "restore", "showed a comment again"
    DISMISS = "dismiss", "left a flagged comment as it is"
    LOCK = "lock", "closed the discussion"
    UNLOCK = "unlock", "opened the discussion again"
    BAN = "ban", "banned"
    UNBAN = "unban", "lifted the ban of"
    UNCOUNT = "uncount", "left votes uncounted"
    COUNT = "count", "counted votes again"
    SPAM = "spam", "marked as spam"
    NO_SPAM = "no-spam", "took the mark of spam from"
    NOTICE = "notice", "put up a notice"
    NOTICE_END = "notice-end", "took a notice down"
    CLAIM = "claim", "confirmed as an author"
    NO_CLAIM = "no-claim", "did not confirm as an author"
    CLAIM_END = "claim-end", "no longer takes for an author"
    CURATOR = "curator", "made a curator of"
    CURATOR_END = "curator-end", "ended the curatorship of"
    PLACE = "place", "chose a day for a paper"
    UNPLACE = "unplace", "took a paper from its day"
    JOIN = "join", "made another paper a part of one"
    PART = "part", "parted papers that were made one"


class Decision(models.Model):
    """What a moderator or curator did and why: a line of the public log. It outlives what it is
    about."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=12)
    """A `Kind`; which there are is no matter of the table."""
    reason = models.CharField(max_length=LONGEST_REASON)
    at = models.DateTimeField(db_index=True)
    paper = models.ForeignKey(Paper, models.SET_NULL, null=True, related_name="+")
    comment = models.ForeignKey(Comment, models.SET_NULL, null=True, related_name="+")
    handle = models.CharField(max_length=150, blank=True, default="")
    """Whom it concerns, by the handle at that time."""
    until = models.DateTimeField(null=True)

    @property
    def said(self) -> str:
        """What was done, in words that follow the moderator's name."""
        return dict(Kind.choices)[self.kind]


class BanQuerySet(models.QuerySet["Ban"]):
    def in_force(self, now: datetime) -> Self:
        return self.filter(Q(until=None) | Q(until__gt=now))


class Ban(models.Model):
    """That a reader may read but not write, for a while or for good."""

    reader = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="ban"
    )
    reason = models.CharField(max_length=LONGEST_REASON)
    until = models.DateTimeField(null=True)

    objects = BanQuerySet.as_manager()
