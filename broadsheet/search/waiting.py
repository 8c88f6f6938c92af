"""Papers that wait for their embedding, and getting it for them.

Any number of processes, on any number of machines with the same database, embed at once: each
claims the papers that it is about to embed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from broadsheet.papers.models import Counter, Paper, PaperQuerySet
from broadsheet.search.embedding import Encoder, Vectors, sound
from broadsheet.search.entries import Entry
from broadsheet.search.models import Claim, Embedding

COUNTER = "embeddings"
CLAIMS = "embedding claims"
CLAIMED_FOR = timedelta(minutes=5)


def waiting(model: str) -> PaperQuerySet:
    """Papers without an embedding of this model, the newest day first."""
    embedded = Embedding.objects.filter(paper=OuterRef("pk"), model=model)
    return _newest_first(Paper.objects.filter(~Exists(embedded)))


def drafted(model: str) -> PaperQuerySet:
    """Papers that have an embedding of this model for their title alone, the newest day first."""
    drafts = Embedding.objects.filter(paper=OuterRef("pk"), model=model, draft=True)
    return _newest_first(Paper.objects.filter(Exists(drafts)))


def _newest_first(papers: PaperQuerySet) -> PaperQuerySet:
    return papers.order_by(F("day").desc(nulls_last=True), F("id").desc())


def claim(papers: PaperQuerySet, owner: UUID, count: int, without: set[int]) -> list[int]:
    """Up to `count` of the papers, in their order, for `owner` alone; none where all are taken."""
    claims = Claim.objects.filter(paper=OuterRef("pk"), until__gt=timezone.now())
    free = papers.filter(~Exists(claims)).values_list("id", flat=True)
    while found := [key for key in free[: count + len(without)] if key not in without][:count]:
        with transaction.atomic():
            _take_turns(CLAIMS)
            still = set(free.filter(id__in=found))
            until = timezone.now() + CLAIMED_FOR
            Claim.objects.bulk_create(
                [Claim(paper_id=key, owner=owner, until=until) for key in still],
                update_conflicts=True,
                unique_fields=["paper"],
                update_fields=["owner", "until"],
            )
        if still:
            return [key for key in found if key in still]
    return []


def release(owner: UUID) -> None:
    """Let others have what `owner` claimed and did not come to."""
    Claim.objects.filter(owner=owner).delete()


def embed(encoder: Encoder, batch: Sequence[Entry], *, draft: bool = False) -> set[int]:
    """Compute and save the embeddings of a batch, as a `draft` of the titles alone.

    Returns the papers that have got theirs. Left waiting are papers for which the model gave no
    vector, and papers that changed meanwhile.
    """
    vectors = encoder.encode([entry.title if draft else entry.meaning for entry in batch])
    good = sound(vectors)
    done = [entry for entry, is_good in zip(batch, good, strict=True) if is_good]
    return _save(encoder.name, done, vectors[good], draft=draft)


def _save(model: str, batch: Sequence[Entry], vectors: Vectors, *, draft: bool) -> set[int]:
    ids = [entry.id for entry in batch]
    with transaction.atomic():
        # a paper that is being written now is left for the next round
        still = Paper.objects.select_for_update(skip_locked=True).filter(id__in=ids)
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
                    draft=draft and batch[at].title != batch[at].meaning,
                )
                for number, at in enumerate(kept, start=last - len(kept) + 1)
            ],
            update_conflicts=True,
            unique_fields=["paper"],
            update_fields=["number", "model", "text_key", "vector", "draft"],
        )
        Claim.objects.filter(paper_id__in=ids).delete()
    return {batch[at].id for at in kept}


def _numbers(count: int) -> int:
    """Take `count` numbers of the sequence; returns the last. Its row stays locked meanwhile, so
    that numbers become visible in order."""
    _take_turns(COUNTER, count)
    return Counter.objects.get(name=COUNTER).value


def _take_turns(name: str, steps: int = 1) -> None:
    """Lock the counter until the transaction ends, and move it."""
    Counter.objects.get_or_create(name=name)
    Counter.objects.filter(name=name).update(value=F("value") + steps)
