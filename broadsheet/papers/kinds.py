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
