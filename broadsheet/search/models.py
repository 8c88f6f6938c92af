"""What is costly to compute and therefore kept: embeddings, and which papers are one work."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Self

from django.db import models

from broadsheet.papers.models import Paper


class Embedding(models.Model):
    """The meaning of a paper's title and abstract as one vector.

    A row stands only for a vector that a model really computed: a paper without a row, or whose
    row has another `model` or `text_key`, is waiting. `number` orders rows by when they were
    written (the counter `embeddings`), so that each node's vector file can follow.
    """

    paper = models.OneToOneField(Paper, models.CASCADE, primary_key=True, related_name="embedding")
    number = models.BigIntegerField(unique=True)
    model = models.CharField(max_length=120)
    text_key = models.BigIntegerField()
    """64-bit hash of the text that was embedded."""
    vector = models.BinaryField()
    """Unit length, little-endian float16, as many as the model has dimensions."""
    draft = models.BooleanField(default=False)
    """Of the title alone: computed ten times as fast, and replaced by that of the whole text."""

    class Meta:
        indexes = (
            models.Index(fields=["paper"], name="embedding_drafts", condition=models.Q(draft=True)),
        )


class Claim(models.Model):
    """That somebody computes a paper's embedding now, so that nobody else does.

    It ends by itself, so that the papers of a process that was killed are free again.
    """

    paper = models.OneToOneField(Paper, models.CASCADE, primary_key=True, related_name="claim")
    owner = models.UUIDField()
    until = models.DateTimeField(db_index=True)


class SameWorkQuerySet(models.QuerySet["SameWork"]):
    def of(self, papers: Iterable[int]) -> Self:
        """The pairs in which one of these papers stands."""
        ids = list(papers)
        return self.filter(models.Q(later__in=ids) | models.Q(earlier__in=ids))

    def with_earlier_between(self, first: date, last: date) -> Self:
        return self.filter(earlier__day__gte=first, earlier__day__lte=last)


class SameWork(models.Model):
    """That two papers are one work: a preprint and its extended version, the same text sent twice.

    Derived by `search.same_works` and made anew at any time; no paper is changed by it.
    """

    pk = models.CompositePrimaryKey("later_id", "earlier_id")
    later = models.ForeignKey(Paper, models.CASCADE, related_name="+", db_index=False)
    earlier = models.ForeignKey(Paper, models.CASCADE, related_name="+")
    """The one that was saved first; lists that have both show this one."""

    objects = SameWorkQuerySet.as_manager()
