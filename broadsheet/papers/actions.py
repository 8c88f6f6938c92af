"""Writes to papers: the verbs that importers, harvesters and pages share."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from broadsheet.papers.drafts import Drafts, drafts_of
from broadsheet.papers.models import Counter, Cursor, Paper, PaperLink, Removal, Sighting
from broadsheet.papers.placing import Saved, Shelf
from broadsheet.papers.records import Link, Record


@dataclass(frozen=True, slots=True)
class Place:
    """Where a cursor stands after a batch, and the counts so far."""

    cursor: str
    position: str
    tally: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Stood:
    """The day on whose page a paper stood, and why (a `kinds.DayBasis`)."""

    day: date | None
    basis: int


def save_records(records: Iterable[Record], place: Place | None = None) -> Saved:
    """Save a batch of records, each paper once, all of them or (on an exception) none.

    `place` moves a cursor in the same transaction, so that what it says is saved, is. A record
    that cannot be a paper is returned in `rejected` and does not stop the others.
    """
    return save_drafts(drafts_of(records, timezone.now().date()), place)


def save_drafts(drafts: Drafts, place: Place | None = None) -> Saved:
    """As `save_records`, for records that are drafted already."""
    now = timezone.now()
    saved = Saved(rejected=drafts.rejected)
    with transaction.atomic():
        counter = locked_counter()
        shelf = Shelf(counter.value)
        shelf.take_out(drafts.facts)
        for told in drafts.facts:
            shelf.place(told, saved)
        shelf.write(now)
        if place:
            _move_cursor(place, saved)
    return saved


def remove_papers(ids: Sequence[int]) -> int:
    """Remove these papers and say so in the sequence of changes; returns how many there were."""
    with transaction.atomic():
        counter = locked_counter()
        present = list(Paper.objects.filter(id__in=ids).values_list("id", flat=True))
        numbers = range(counter.value + 1, counter.value + 1 + len(present))
        Removal.objects.bulk_create(
            Removal(change=number, paper_id=key)
            for number, key in zip(numbers, present, strict=True)
        )
        Paper.objects.filter(id__in=present).delete()
        Counter.objects.filter(pk=counter.pk).update(value=F("value") + len(present))
    return len(present)


def announce(ids: Collection[int]) -> None:
    """Number these papers as changed, so that lists, search and kept pages look at them again."""
    with transaction.atomic():
        counter = locked_counter()
        papers = list(Paper.objects.filter(id__in=ids).order_by("id").only("id"))
        for number, paper in enumerate(papers, start=counter.value + 1):
            paper.change = number
        Paper.objects.bulk_update(papers, ["change"], batch_size=500)
        Counter.objects.filter(pk=counter.pk).update(value=F("value") + len(papers))


def put_on_day(paper_id: int, day: date | None, basis: int) -> Stood | None:
    """Let a paper stand on a day, or on none; returns where it stood, None where it is gone.
    Holds changes until the end of the transaction."""
    with transaction.atomic():
        locked_counter()
        stood = Paper.objects.filter(id=paper_id).values_list("day", "day_basis").first()
        if stood:
            told = Paper.objects.filter(id=paper_id)
            told.update(day=day, day_basis=basis, change=number_change())
    return Stood(*stood) if stood else None


def add_link(paper_id: int, link: Link) -> bool:
    """Let a paper have this address; False where it has it already, or is gone."""
    with transaction.atomic():
        locked_counter()
        known = PaperLink.objects.filter(paper_id=paper_id, url=link.url)
        if known.exists() or not Paper.objects.filter(id=paper_id).exists():
            return False
        PaperLink.objects.create(paper_id=paper_id, kind=link.kind.value, url=link.url)
        Paper.objects.filter(id=paper_id).update(change=number_change())
    return True


def drop_link(paper_id: int, url: str) -> None:
    with transaction.atomic():
        locked_counter()
        PaperLink.objects.filter(paper_id=paper_id, url=url).delete()
        Paper.objects.filter(id=paper_id).update(change=number_change())


def forget_source(source: str) -> tuple[int, int]:
    """Remove papers that only `source` told of, and its mark on the others.

    Returns how many papers were removed, and how many stay because others told of them too.
    """
    with transaction.atomic():
        removed = remove_papers(
            list(Paper.objects.seen_only_by(source).values_list("id", flat=True))
        )
        kept, _ = Sighting.objects.filter(source=source).delete()
    return removed, kept


def locked_counter() -> Counter:
    """The sequence of changes, held until the end of the transaction: one writer at a time. This
    comes before a paper's own row is held; else two would wait for each other."""
    held = Counter.objects.select_for_update().filter(name="changes")
    counter = held.first()
    if counter is None:
        Counter.objects.get_or_create(name="changes")
        counter = held.get()
    return counter


def number_change() -> int:
    """The next number of the sequence; the counter must be locked."""
    Counter.objects.filter(name="changes").update(value=F("value") + 1)
    return Counter.objects.get(name="changes").value


def _move_cursor(place: Place, saved: Saved) -> None:
    tally = Tally(place.tally) + saved.counts()
    stands = {"position": place.position, "tally": tally, "moved_at": timezone.now()}
    if not Cursor.objects.filter(name=place.cursor).update(**stands):
        Cursor.objects.create(name=place.cursor, position=place.position, tally=tally)
