"""Who reads here: accounts, and what belongs to one reader alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone


class Reader(AbstractUser):
    """A person with an account. `username` is the handle that others see and address."""

    first_name = None  # type: ignore[assignment]  # people have names, not first and last ones
    last_name = None  # type: ignore[assignment]  # see first_name
    name = models.CharField(max_length=80, blank=True, default="")
    """As the reader wants to be called."""
    email = models.EmailField(unique=True)
    about = models.CharField(max_length=1000, blank=True, default="")
    link = models.URLField(max_length=300, blank=True, default="")
    orcid = models.CharField(max_length=19, blank=True, default="")
    """As `0000-0002-1825-0097`; typed by the reader, so no proof of anything."""
    is_public = models.BooleanField(default=False)
    """Whether others see more of the profile than handle and name."""
    invited_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="invited"
    )

    def __str__(self) -> str:
        return self.name or self.username


class TokenQuerySet(models.QuerySet["Token"]):
    def of(self, reader: Reader) -> Self:
        return self.filter(reader=reader).order_by("-made")

    def still_good(self) -> Self:
        now = timezone.now()
        return self.filter(reader__is_active=True).filter(
            models.Q(ends=None) | models.Q(ends__gt=now)
        )


class Token(models.Model):
    """By which a program acts for its reader. Only a hash of it is kept."""

    reader = models.ForeignKey(Reader, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    hash = models.CharField(max_length=64, unique=True)
    """SHA-256 in hexadecimal: the token is 256 random bits, so it needs no slow hash."""
    start = models.CharField(max_length=12)
    """Its first characters, by which the reader knows it again."""
    scopes = models.JSONField(default=list)
    made = models.DateTimeField(default=timezone.now)
    used = models.DateTimeField(null=True)
    """Last; to the minute."""
    ends = models.DateTimeField(null=True)

    objects = TokenQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> Self:
        return self.filter(guest=None, made__gt=timezone.now() - Invitation.LASTS)


class Invitation(models.Model):
    """By which one more may join where only the invited may."""

    LASTS = timedelta(days=14)

    host = models.ForeignKey(Reader, models.CASCADE, related_name="invitations")
    hash = models.CharField(max_length=64, unique=True)
    made = models.DateTimeField(default=timezone.now)
    guest = models.OneToOneField(Reader, models.CASCADE, null=True, related_name="invitation")

    objects = InvitationQuerySet.as_manager()

    @property
    def ends(self) -> datetime:
        return self.made + self.LASTS


class Happening(models.TextChoices):
    SIGNED_IN = "signed in"
    REFUSED = "sign-in refused"
    PASSWORD = "password changed"  # noqa: S105  the name of an event
    TOKEN_MADE = "token made"  # noqa: S105  the name of an event
    TOKEN_REVOKED = "token revoked"  # noqa: S105  the name of an event
    TAKEN_OUT = "took everything out"


class Event(models.Model):
    """Something that happened to an account, for its reader to see. Kept for a year."""

    KEPT = timedelta(days=365)

    reader = models.ForeignKey(Reader, models.CASCADE, related_name="events")
    what = models.CharField(max_length=40, choices=Happening.choices)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    network = models.CharField(max_length=45, blank=True, default="")
    detail = models.CharField(max_length=80, blank=True, default="")


class Counted(models.Model):
    """What limits on requests count: the table of Django's database cache, which writes it."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)
