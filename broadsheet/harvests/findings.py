"""What other sites know about papers: numbers of citations, stars of repositories."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models

from broadsheet.papers.models import Paper


class FindingQuerySet(models.QuerySet["Finding"]):
    def of(self, paper_id: int) -> Self:
        return self.filter(paper_id=paper_id).order_by("teller")

    def fresh(self, teller: str, since: datetime) -> Self:
        return self.filter(teller=teller, at__gte=since)


class Finding(models.Model):
    """What one site told about one paper when it was last asked."""

    pk = models.CompositePrimaryKey("paper_id", "teller")
    paper = models.ForeignKey(Paper, models.CASCADE, related_name="findings", db_index=False)
    teller = models.CharField(max_length=20)
    """The word of the setting."""
    at = models.DateTimeField()
    found: models.JSONField[dict[str, object], dict[str, object]] = models.JSONField(default=dict)
    """In the teller's own shape; empty where it knows nothing."""

    objects = FindingQuerySet.as_manager()
