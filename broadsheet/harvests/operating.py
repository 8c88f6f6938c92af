"""What operators decide about sources on their pages, beside the settings, and a log of it.

What the settings name is asked whatever stands here, and a key that they give is the one that is
used; what stands here comes on top.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Chosen(models.Model):
    """A source that was switched on on the page; the settings name others."""

    name = models.CharField(max_length=120, primary_key=True)
    """As a word of the setting."""
    since = models.DateTimeField(default=timezone.now)


class Key(models.Model):
    """A key for a kind of source, sealed; nobody is shown it again."""

    name = models.CharField(max_length=40, primary_key=True)
    sealed = models.TextField()
    since = models.DateTimeField(default=timezone.now)


class Deed(models.Model):
    """What an operator did, and to which source."""

    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    did = models.CharField(max_length=40)
    what = models.CharField(max_length=200)
