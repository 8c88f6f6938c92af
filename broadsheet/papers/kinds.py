"""Kinds that facts and tables share. Knows no tables, so that a helper process can load it."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices


class DayBasis(IntegerChoices):
    """Why a paper stands on its day; a higher basis replaces a lower one."""

    NONE = 0, "no date known"
    SHELF = 1, "starter shelf"
    PUBLISHED = 2, "published"
    ANNOUNCED = 3, "announced"
    CHOSEN = 4, "chosen for the daily page"


class Scheme(TextChoices):
    ARXIV = "arxiv", "arXiv"
    DOI = "doi", "DOI"


class Event(TextChoices):
    """What can happen to a paper."""

    VERSION = "version", "New version"
    TITLE = "title", "New title"
    WITHDRAWN = "withdrawn", "Withdrawn"
    PUBLISHED = "published", "Published version"
    JOINED = "joined", "Made one with"
    PARTED = "parted", "Parted from"


class Why(TextChoices):
    """By what two papers were taken for one."""

    NAMED = "named", "a source gives both identifiers to one work"
    ALIKE = "alike", "title, authors and abstract agree"
    TITLE = "title", "a source told of it by its title"
    CHOSEN = "chosen", "a moderator decided so"
