"""Who gets which letter when, and the outbox: one row for each letter, whatever becomes of it."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Self, TypeVar

from django.db import models
from django.db.models import Q

from broadsheet.papers.models import Paper
from broadsheet.readers import mailboxes
from broadsheet.readers.models import Reader

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
    INTERESTS = "interests", "your interests"


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
    REPORTED = "reported", "its letters were reported as unwanted"
    ENDED = "ended", "ended"


def new_key() -> str:
    return secrets.token_urlsafe(12)


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def of(self, reader: Reader) -> Self:
        """All of one reader that have not ended, the oldest first, and those that the address of
        the account had without it."""
        theirs = Q(reader=reader)
        if mailbox := mailboxes.of_one(reader):
            theirs |= Q(reader=None, address=mailbox)
        return self.filter(theirs).exclude(state=State.ENDED).order_by("id")

    def due(self, now: datetime) -> Self:
        return self.filter(state=State.ACTIVE, next_at__lte=now).order_by("next_at", "id")

    def to(self, address: str) -> Self:
        """All whose mail goes to this address and that have not ended."""
        theirs = Q(reader=None, address=address.lower()) | Q(reader__in=mailboxes.whose(address))
        return self.filter(theirs).exclude(state=State.ENDED)

    def rest(self, state: State) -> int:
        """Send nothing more to these, for `state` says so; returns how many there were."""
        return self.update(state=state, next_at=None)

    def same_as(self, other: Subscription) -> Self:
        """Those of the same address about the same."""
        return self.filter(
            address=other.address, about=other.about, name=other.name, filters=other.filters
        )


class Subscription(models.Model):
    """One letter that an address gets again and again. The key in its links is its only lock."""

    key = models.CharField(max_length=20, unique=True, default=new_key)
    reader = models.ForeignKey(Reader, models.CASCADE, null=True, related_name="subscriptions")
    """Whose account it belongs to; without one, whoever reads the address's mail."""
    address = models.EmailField(db_index=True)
    about = models.CharField(max_length=10, choices=About)
    name = models.CharField(max_length=500, blank=True, default="")
    """A category's code, a keyword, an author, a query, or the keys of interests with blanks
    between; empty for trending, all papers and all interests."""
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
    least_votes = models.PositiveIntegerField(default=0)
    """Papers with fewer are left out."""
    only_with_papers = models.BooleanField(default=True)
    by_mail = models.BooleanField(default=True)
    """Else it goes to its feed and its channels alone."""
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

    @property
    def mailbox(self) -> str:
        """Where its mail goes: with an account to where all mail of its reader goes, by now; empty
        where to none."""
        return mailboxes.of_one(self.reader) if self.reader else self.address


class Kind(models.TextChoices):
    """Where else than to an address a letter may go."""

    WEBHOOK = "webhook", "a webhook"
    CHAT = "chat", "a chat"


class Channel(models.Model):
    """A place beside the mailbox that gets the same as the letters of a subscription."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="channels")
    kind = models.CharField(max_length=8, choices=Kind)
    host = models.CharField(max_length=253)
    """Shown to whoever set it up; the rest of the address is a secret."""
    sealed = models.TextField()
    """The whole address, as `secrets` seals it."""
    failures = models.PositiveSmallIntegerField(default=0)
    """Letters in a row that it did not take; at `GIVEN_UP` it is left alone."""
    created = models.DateTimeField(auto_now_add=True)

    GIVEN_UP = 5

    def __str__(self) -> str:
        return f"{self.get_kind_display()} at {self.host}"

    @property
    def is_given_up(self) -> bool:
        return self.failures >= self.GIVEN_UP


class What(models.TextChoices):
    CONFIRM = "confirm", "asks whether the address wants it"
    PAPERS = "papers", "the letter"


class Stage(models.TextChoices):
    """How far a letter has come. From HANDED on it is never sent again."""

    WAITING = "waiting", "waiting"
    CLAIMED = "claimed", "being written"
    HANDED = "handed", "being handed over"
    SENT = "sent", "sent"
    KEPT = "kept", "kept for the feed"
    EMPTY = "empty", "not sent: nothing to tell"
    REFUSED = "refused", "refused for good"
    DROPPED = "dropped", "not wanted any more"
    UNCERTAIN = "uncertain", "handed over, answer unknown"


P = TypeVar("P", bound="Posted")


class PostedQuerySet(models.QuerySet[P]):
    def ready(self, now: datetime) -> Self:
        """Those that wait and whose time has come."""
        return self.filter(stage=Stage.WAITING, not_before__lte=now).order_by("not_before", "id")

    def claimed_by_the_dead(self, now: datetime) -> Self:
        """Those whose writer died before the handover."""
        return self.filter(stage=Stage.CLAIMED, claimed_at__lt=now - LEASE)

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
    def by_mail(self) -> Self:
        return self.filter(channel=None)

    def for_channels(self) -> Self:
        return self.filter(channel__isnull=False)

    def of_papers(self) -> Self:
        """Those that told of papers, in mail or in the feed, the latest first."""
        told = (Stage.HANDED, Stage.SENT, Stage.KEPT, Stage.UNCERTAIN)
        return self.filter(what=What.PAPERS, channel=None, stage__in=told).order_by("-id")

    def to_address_since(self, address: str, since: datetime) -> Self:
        return self.filter(subscription__address=address, created__gte=since)


class Letter(Posted):
    """One letter of a subscription, written when it is sent."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="letters")
    channel = models.ForeignKey(Channel, models.CASCADE, null=True, related_name="letters")
    """Where it goes; without one, to the address."""
    what = models.CharField(max_length=8, choices=What)
    edition = models.CharField(max_length=40)
    """The moment for which it is due; one letter for each, by constraint."""
    since = models.DateTimeField(null=True)
    """It tells of what came after this."""
    papers: models.JSONField[list[int], list[int]] = models.JSONField(default=list)
    """Ids of those it told of; later letters of the subscription leave them out."""
    reasons: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    """Why each of these papers is in it."""
    created = models.DateTimeField(auto_now_add=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["stage", "not_before"], name="digests_outbox"),)
        constraints = (
            models.UniqueConstraint(
                fields=["subscription", "what", "edition"],
                condition=Q(channel=None),
                name="digests_one_edition",
            ),
            models.UniqueConstraint(
                fields=["channel", "edition"],
                condition=Q(channel__isnull=False),
                name="digests_one_for_channel",
            ),
        )


class Cause(models.TextChoices):
    """Why a letter came back."""

    GONE = "gone", "the address takes no mail"
    PASSING = "passing", "it could not be delivered for now"
    UNWANTED = "unwanted", "its reader reported it"


class Return(models.Model):
    """A letter that came back, told once however often it is told."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="returns")
    letter_id = models.BigIntegerField()
    cause = models.CharField(max_length=8, choices=Cause)
    status = models.CharField(max_length=12, blank=True, default="")
    """Of RFC 3463: `5.1.1`."""
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["letter_id", "cause"], name="digests_told_once"),
        )


class Opinion(models.Model):
    """What a reader without an account thinks of a paper in a letter: more or less like it."""

    pk = models.CompositePrimaryKey("subscription_id", "paper_id")
    subscription = models.ForeignKey(
        Subscription, models.CASCADE, related_name="opinions", db_index=False
    )
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="+")
    is_more = models.BooleanField()
    at = models.DateTimeField(auto_now=True)


class Followed(models.Model):
    """How often links of letters were followed on one day, and nothing else."""

    day = models.DateField(primary_key=True)
    times = models.PositiveIntegerField(default=0)
