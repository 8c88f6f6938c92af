"""Papers that wait for their embedding, and getting it for them."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from broadsheet.papers.models import Counter, Paper, PaperQuerySet
from broadsheet.search.embedding import Encoder, Vectors, sound
from broadsheet.search.entries import Entry
from broadsheet.search.models import Embedding

COUNTER = "embeddings"


def waiting(model: str) -> PaperQuerySet:
    """Papers without an embedding of this model, the newest day first."""
    embedded = Embedding.objects.filter(paper=OuterRef("pk"), model=model)
    newest_first = (F("day").desc(nulls_last=True), F("id").desc())
    return Paper.objects.filter(~Exists(embedded)).order_by(*newest_first)


def embed(encoder: Encoder, batch: Sequence[Entry]) -> set[int]:
    """Compute and save the embeddings of a batch; returns the papers that have got theirs.

    Left waiting are papers for which the model gave no vector, and papers that changed meanwhile.
    """
    vectors = encoder.encode([entry.meaning for entry in batch])
    good = sound(vectors)
    done = [entry for entry, is_good in zip(batch, good, strict=True) if is_good]
    return _save(encoder.name, done, vectors[good])


def _save(model: str, batch: Sequence[Entry], vectors: Vectors) -> set[int]:
    with transaction.atomic():
        # a paper that is being written now is left for the next round
        still = Paper.objects.select_for_update(skip_locked=True).filter(
            id__in=[entry.id for entry in batch]
        )
        changes = dict(still.values_list("id", "change"))
        kept = [at for at, entry in enumerate(batch) if changes.get(entry.id) == entry.change]
        last = _numbers(len(kept))
        Embedding.objects.bulk_create(
            [
                Embedding(
                    paper_id=batch[at].id,
                    number=number,
                    model=model,
                    text_key=batch[at].text_key,
                    vector=vectors[at].astype("<f2").tobytes(),
                )
                for number, at in enumerate(kept, start=last - len(kept) + 1)
            ],
            update_conflicts=True,
            unique_fields=["paper"],
            update_fields=["number", "model", "text_key", "vector"],
        )
    return {batch[at].id for at in kept}


def _numbers(count: int) -> int:
    """Take `count` numbers of the sequence; returns the last. Its row stays locked meanwhile, so
    that numbers become visible in order."""
    Counter.objects.get_or_create(name=COUNTER)
    Counter.objects.filter(name=COUNTER).update(value=F("value") + count)
    return Counter.objects.get(name=COUNTER).value
