"""What is costly to compute and therefore kept: one embedding for each paper; and who computes."""

from __future__ import annotations

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
