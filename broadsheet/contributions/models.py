"""What readers bring: looked-up papers, submissions, chosen days, claims, links of authors.

All rows are written by the verbs of this room; everything else only reads.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from broadsheet.papers.kinds import DayBasis, Scheme
from broadsheet.papers.models import Paper
from broadsheet.papers.records import LinkKind

LONGEST_ADDRESS = 500
LONGEST_REASON = 500
LONGEST_WORDS = 1_000


class Outcome(models.TextChoices):
    """How far the look-up of a paper came."""

    WAITING = "waiting", "its source does not answer; it is asked again"
    FOUND = "found", "found"
    UNKNOWN = "unknown", "its source does not know it"
    GIVEN_UP = "given up", "its source did not answer for a day"


class LookupQuerySet(models.QuerySet["Lookup"]):
    def waiting(self) -> Self:
        return self.filter(outcome=Outcome.WAITING)

    def due(self, now: datetime) -> Self:
        """Those to be tried again, the one that waits the longest first."""
        waiting = self.waiting().filter(next_try__lte=now).select_related("reader")
        return waiting.order_by("next_try", "id")

    def by(self, reader_id: int) -> Self:
        """A reader's own, the newest first."""
        return self.filter(reader_id=reader_id).select_related("paper").order_by("-id")


class Lookup(models.Model):
    """That a reader asked for a paper which is not here, so that its source was asked."""

    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    scheme = models.CharField(max_length=16, choices=Scheme)
    value = models.CharField(max_length=400)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.WAITING)
    told = models.CharField(max_length=300, blank=True, default="")
    """What went wrong the last time, in a sentence."""
    paper = models.ForeignKey(Paper, models.SET_NULL, null=True, related_name="+")
    tries = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    next_try = models.DateTimeField()

    objects = LookupQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["outcome", "next_try"], name="contributions_due"),
            models.Index(fields=["reader", "at"], name="contributions_looked_up"),
        )


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def of(self, papers: Collection[int]) -> Self:
        """The submissions of these papers, with who made them."""
        return self.filter(paper_id__in=papers).select_related("reader")

    def by(self, reader_id: int) -> Self:
        """A reader's own, the newest first."""
        return self.filter(reader_id=reader_id).select_related("paper").order_by("-at")

    def untold(self) -> Self:
        """Those of which the followers of their readers have not been told."""
        return self.filter(is_told=False).select_related("reader", "paper").order_by("at")


class Submission(models.Model):
    """That a reader put a paper on a day's page; the key allows it once a paper."""

    paper = models.OneToOneField(Paper, models.CASCADE, primary_key=True, related_name="submission")
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="submissions"
    )
    at = models.DateTimeField()
    day = models.DateField()
    media = models.CharField(max_length=LONGEST_ADDRESS, blank=True, default="")
    """An image or a video that goes with it; never fetched."""
    is_told = models.BooleanField(default=False)
    """Whether those who follow the reader have been told."""

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["reader", "at"], name="contributions_submitted"),
            models.Index(fields=["at"], name="contributions_untold", condition=Q(is_told=False)),
        )


class ChosenQuerySet(models.QuerySet["Chosen"]):
    def astray(self) -> Self:
        """Those whose paper was moved to another day by what a source told later."""
        return self.exclude(paper__day=F("day"), paper__day_basis=DayBasis.CHOSEN)

    def curated_on(self, day: date) -> Self:
        """What curators put on the page of a day, with who did."""
        return self.filter(day=day, is_curated=True).select_related("by").order_by("at")


class Chosen(models.Model):
    """The day that somebody here chose for a paper, and where it stood before."""

    paper = models.OneToOneField(Paper, models.CASCADE, primary_key=True, related_name="chosen")
    day = models.DateField(db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    is_curated = models.BooleanField()
    """By a curator, not by who submitted it."""
    at = models.DateTimeField()
    former_day = models.DateField(null=True)
    former_basis = models.SmallIntegerField()

    objects = ChosenQuerySet.as_manager()


class Curator(models.Model):
    """That a reader may put papers on any day; moderators give and take it."""

    reader = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="curator"
    )
    since = models.DateTimeField()


class State(models.TextChoices):
    WAITING = "waiting", "waits for a moderator"
    CONFIRMED = "confirmed", "confirmed"
    REFUSED = "refused", "refused"


class Way(models.TextChoices):
    """By what a claim was known to be true."""

    ASKED = "asked", "a moderator"
    EMAIL = "email", "a verified e-mail address"
    ORCID = "orcid", "an ORCID that was signed in with"


class ClaimQuerySet(models.QuerySet["Claim"]):
    def waiting(self) -> Self:
        """Those that moderators have to decide, the oldest first."""
        return (
            self.filter(state=State.WAITING).select_related("reader", "paper").order_by("asked_at")
        )

    def confirmed(self) -> Self:
        return self.filter(state=State.CONFIRMED, reader__is_active=True)

    def of(self, papers: Collection[int]) -> Self:
        return self.filter(paper_id__in=papers).select_related("reader")

    def by(self, reader_id: int) -> Self:
        """A reader's own, the newest first."""
        return self.filter(reader_id=reader_id).select_related("paper").order_by("-asked_at")


class Claim(models.Model):
    """That a reader says to be an author of a paper."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="claims")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="claims")
    author = models.TextField()
    """The name as it stood in the list of authors."""
    author_key = models.BigIntegerField()
    """`papers.text.title_key` of it, as `Authorship.key`."""
    state = models.CharField(max_length=10, choices=State)
    way = models.CharField(max_length=10, choices=Way)
    words = models.CharField(max_length=LONGEST_WORDS, blank=True, default="")
    """What the reader told the moderators."""
    times = models.PositiveSmallIntegerField(default=1)
    """How often it was asked."""
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=LONGEST_REASON, blank=True, default="")

    objects = ClaimQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["paper", "reader"], name="contributions_claim_once"),
        )
        indexes = (models.Index(fields=["state", "asked_at"], name="contributions_claims"),)


class AuthorLinkQuerySet(models.QuerySet["AuthorLink"]):
    def standing(self) -> Self:
        """Those that are on the page of their paper now."""
        return self.filter(ended_at=None)


class AuthorLink(models.Model):
    """An address that an author set on a paper. Rows are ended and never changed, so they tell
    who set what and when."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="author_links")
    kind = models.CharField(max_length=16, choices=[(kind.value, kind.value) for kind in LinkKind])
    url = models.CharField(max_length=LONGEST_ADDRESS)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    is_new = models.BooleanField()
    """Whether no source had told of this address."""
    ended_at = models.DateTimeField(null=True)

    objects = AuthorLinkQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["paper", "kind"],
                condition=Q(ended_at=None),
                name="contributions_link_once",
            ),
        )
