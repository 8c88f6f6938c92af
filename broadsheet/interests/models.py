"""What readers want to hear of, what taught it, and the papers that are offered for it.

All rows are written by `actions`, `library`, `carrying` and `learning`; everything else only reads.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from broadsheet.community.desks import Reading
from broadsheet.community.models import Vote
from broadsheet.community.shelves import Collection, Item
from broadsheet.papers.models import Paper

LONGEST_NAME, LONGEST_ABOUT, LONGEST_VALUE, LONGEST_TITLE = 80, 2_000, 120, 500
MOST_TRIES = 10


def new_key() -> str:
    return secrets.token_urlsafe(9)


class InterestQuerySet(models.QuerySet["Interest"]):
    def of(self, reader_id: int) -> Self:
        """A reader's, in the reader's order."""
        return self.filter(reader_id=reader_id).order_by("position", "id")

    def awake(self) -> Self:
        return self.filter(paused=False, reader__is_active=True)

    def stale(self) -> Self:
        """Those whose owner taught them something since they were learned, the first first."""
        return self.awake().filter(stale=True).order_by("changed_at", "id")


class Interest(models.Model):
    """One thing that a reader wants to hear of. It exists for its reader alone, but for whoever
    was given the address of its link."""

    key = models.CharField(max_length=24, unique=True, default=new_key)
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="interests")
    name = models.CharField(max_length=LONGEST_NAME)
    about = models.TextField(blank=True, default="", max_length=LONGEST_ABOUT)
    """What it is about in the reader's own words; ranks as one paper that is liked."""
    position = models.PositiveIntegerField(default=0)
    paused = models.BooleanField(default=False)
    uses_votes = models.BooleanField(default=False)
    """Whether what the reader votes for is liked here."""
    uses_follows = models.BooleanField(default=False)
    """Whether authors, keywords, categories and searches that the reader follows count here."""
    reading: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    """States of the reading list whose papers are liked here."""
    collections: models.ManyToManyField[Collection, Any] = models.ManyToManyField(
        Collection, related_name="+", blank=True
    )
    """The reader's own, whose papers are liked here."""
    others = models.PositiveSmallIntegerField(default=20, validators=[MaxValueValidator(100)])
    """Percent that counts what others like, against what the reader likes."""
    tries = models.PositiveSmallIntegerField(default=2, validators=[MaxValueValidator(MOST_TRIES)])
    """Places of a day for papers from which much would be learned."""
    link = models.CharField(max_length=24, blank=True, default="", db_index=True)
    """What the address of its link signs; empty where it is not shared."""
    stale = models.BooleanField(default=True, db_index=True)
    learned_from = models.CharField(max_length=120, blank=True, default="")
    """Fingerprint of all that was looked at when it was learned last."""
    learned_at = models.DateTimeField(null=True)
    learned: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    """What the reader may see of it: `words` and `papers`, each with a weight."""
    changed_at = models.DateTimeField(default=timezone.now)

    objects = InterestQuerySet.as_manager()

    def __str__(self) -> str:
        """Without the name, which must not reach a log."""
        return f"interest {self.pk}"


class Verdict(models.TextChoices):
    MORE = "more", "more like this"
    LESS = "less", "not for me"
    SEEN = "seen", "seen"


class Origin(models.TextChoices):
    """How a paper came to teach."""

    SAID = "said", "said of a pick"
    ASKED = "asked", "answered"
    LIBRARY = "library", "from a library"


class ExampleQuerySet(models.QuerySet["Example"]):
    def here(self) -> Self:
        return self.filter(paper__isnull=False)

    def elsewhere(self) -> Self:
        """Those of papers that this site does not have."""
        return self.filter(paper=None)


class Example(models.Model):
    """A paper by which an interest is taught: one of this site, or another's title."""

    interest = models.ForeignKey(Interest, models.CASCADE, related_name="examples")
    paper = models.ForeignKey(Paper, models.CASCADE, null=True, related_name="+")
    title = models.TextField(blank=True, default="")
    """Of one that is not here."""
    title_key = models.BigIntegerField(null=True)
    verdict = models.CharField(max_length=4, choices=Verdict)
    origin = models.CharField(max_length=8, choices=Origin)
    at = models.DateTimeField(default=timezone.now)
    model = models.CharField(max_length=120, blank=True, default="")
    vector = models.BinaryField(default=b"")
    """Of the title of one that is not here, by `model`; as `search.models.Embedding` has it."""

    objects = ExampleQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["interest", "paper"],
                condition=Q(paper__isnull=False),
                name="interests_example_once",
            ),
            models.UniqueConstraint(
                fields=["interest", "title_key"],
                condition=Q(paper__isnull=True),
                name="interests_title_once",
            ),
        )


class Asked(models.TextChoices):
    """What a reader may ask for in words."""

    AUTHOR = "author", "authors you follow"
    KEYWORD = "keyword", "keywords you follow"
    WORD = "word", "words that should be there"
    CATEGORY = "category", "categories"
    NOT_WORD = "not-word", "muted words"
    NOT_AUTHOR = "not-author", "muted authors"


class Wish(models.Model):
    """A name, word or category that an interest follows or is not to hear of."""

    interest = models.ForeignKey(Interest, models.CASCADE, related_name="wishes")
    kind = models.CharField(max_length=10, choices=Asked)
    value = models.CharField(max_length=LONGEST_VALUE)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["interest", "kind", "value"], name="interests_wish_once"
            ),
        )


class OfferQuerySet(models.QuerySet["Offer"]):
    def open(self) -> Self:
        """Without papers that the reader has judged, voted for or kept meanwhile."""
        reader = OuterRef("interest__reader")
        voted = Vote.objects.filter(paper=OuterRef("paper"), reader=reader)
        kept = Item.objects.filter(paper=OuterRef("paper"), collection__owner=reader)
        judged = Example.objects.filter(paper=OuterRef("paper"), interest__reader=reader)
        listed = Reading.objects.filter(paper=OuterRef("paper"), reader=reader)
        known = Exists(voted) | Exists(kept) | Exists(listed) | Exists(judged)
        return self.exclude(known)

    def unseen(self) -> Self:
        """Those that no page has shown to the reader."""
        return self.open().filter(shown_at=None)

    def since(self, moment: datetime) -> Self:
        return self.filter(made_at__gte=moment)

    def best_first(self) -> Self:
        return self.order_by("-score", "-paper_id")


class Offer(models.Model):
    """That a paper is offered for an interest, and why; on the page of the paper's day."""

    interest = models.ForeignKey(Interest, models.CASCADE, related_name="offers")
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="+")
    day = models.DateField()
    score = models.FloatField()
    is_try = models.BooleanField(default=False)
    """Whether it stands there so that something is learned from what the reader says of it."""
    because: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    """As `reasons.Because`."""
    made_at = models.DateTimeField(default=timezone.now)
    shown_at = models.DateTimeField(null=True)
    """When a page first showed it to the reader."""

    objects = OfferQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["interest", "day", "-score"], name="interests_day"),)
        constraints = (
            models.UniqueConstraint(fields=["interest", "paper"], name="interests_offer_once"),
        )


class Desk(models.Model):
    """What belongs to all interests of one reader."""

    reader = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="desk"
    )
    feed = models.CharField(max_length=24, unique=True, default=new_key)
    """What the address of the private feed signs; another one revokes it."""


class Apart(models.Model):
    """That what a reader keeps and votes for is not to shape the picks of others."""

    reader = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+"
    )
    since = models.DateTimeField(default=timezone.now)
