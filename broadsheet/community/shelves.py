"""Collections: named lists of papers that one reader or several put in order, with notes."""

from __future__ import annotations

import secrets
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from broadsheet.papers.models import Paper

LONGEST_TITLE, LONGEST_ABOUT, LONGEST_NOTE = 120, 2_000, 2_000


class Reach(models.TextChoices):
    """Who can see a collection."""

    PRIVATE = "private", "Only me"
    LINK = "link", "Whoever has the address"
    PUBLIC = "public", "Everybody"


def new_key() -> str:
    return secrets.token_urlsafe(12)


class CollectionQuerySet(models.QuerySet["Collection"]):
    def visible_to(self, reader_id: int | None) -> Self:
        """Those that open for this reader (None: a visitor) who has their address; who is invited
        to edit one may look at it first."""
        theirs = Editor.objects.filter(collection=OuterRef("pk"), reader_id=reader_id or 0)
        return self.filter(Q(owner_id=reader_id) | ~Q(reach=Reach.PRIVATE) | Exists(theirs))

    def edited_by(self, reader_id: int) -> Self:
        """A reader's own and those of others that the reader edits."""
        theirs = Editor.objects.filter(collection=OuterRef("pk"), reader_id=reader_id)
        return self.filter(Q(owner_id=reader_id) | Exists(theirs.exclude(since=None)))

    def public(self) -> Self:
        return self.filter(reach=Reach.PUBLIC).order_by("-changed_at")


class Collection(models.Model):
    key = models.CharField(max_length=24, unique=True, default=new_key)
    """The end of its address; not to be guessed, as it may be all that guards the list."""
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="collections")
    title = models.CharField(max_length=LONGEST_TITLE)
    about = models.TextField(blank=True, default="", max_length=LONGEST_ABOUT)
    reach = models.CharField(max_length=8, choices=Reach, default=Reach.PRIVATE)
    changed_at = models.DateTimeField(default=timezone.now)

    objects = CollectionQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["reach", "-changed_at"], name="community_public"),)

    def __str__(self) -> str:
        return self.title


class Item(models.Model):
    """A paper in a collection, at its place."""

    pk = models.CompositePrimaryKey("collection_id", "paper_id")
    collection = models.ForeignKey(Collection, models.CASCADE, related_name="items", db_index=False)
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="+")
    position = models.PositiveIntegerField()
    note = models.TextField(blank=True, default="", max_length=LONGEST_NOTE)


class Editor(models.Model):
    """That a reader may change what is in another's collection, or was asked to."""

    pk = models.CompositePrimaryKey("collection_id", "reader_id")
    collection = models.ForeignKey(
        Collection, models.CASCADE, related_name="editors", db_index=False
    )
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="editing")
    invited_at = models.DateTimeField()
    since = models.DateTimeField(null=True)
    """When the reader accepted; before that, an invitation."""


class Deed(models.TextChoices):
    """What can be done to a collection that several share."""

    PUT = "put", "put in"
    OUT = "out", "took out"
    NOTE = "note", "wrote a note to"
    ORDER = "order", "moved up"
    TOLD = "told", "changed name, description or reach"
    INVITED = "invited", "invited"
    JOINED = "joined", "became an editor"
    LEFT = "left", "edits no more"
    DISMISSED = "dismissed", "took the right to edit from"


class Step(models.Model):
    """One thing that was done to a collection, and by whom: for its owner and editors."""

    collection = models.ForeignKey(Collection, models.CASCADE, related_name="steps")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    deed = models.CharField(max_length=10, choices=Deed)
    paper = models.ForeignKey(Paper, models.SET_NULL, null=True, related_name="+")
    handle = models.CharField(max_length=150, blank=True, default="")
    """Whom it concerns, by the handle at that time."""
    at = models.DateTimeField(default=timezone.now)
