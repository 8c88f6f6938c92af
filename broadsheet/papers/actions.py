"""Writes to papers: the verbs that importers, harvesters and pages share."""

from __future__ import annotations

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from msgspec.structs import replace

from broadsheet.papers import rows
from broadsheet.papers.drafts import Drafts, drafts_of
from broadsheet.papers.facts import Facts, identifiers, merge, same_work
from broadsheet.papers.models import Counter, Cursor, Paper, PaperLink, Removal, Sighting
from broadsheet.papers.records import Link, Record, Rejected


@dataclass(slots=True)
class Saved:
    """What became of a batch, record by record: the ids of papers that were new or that a record
    changed (an id stands again when two records changed it), and how many told nothing new."""

    new: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    unchanged: int = 0
    rejected: list[Rejected] = field(default_factory=list)

    def counts(self) -> Tally[str]:
        return Tally[str](
            new=len(self.new),
            changed=len(self.changed),
            unchanged=self.unchanged,
            rejected=len(self.rejected),
        )


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
        counter = _locked_counter()
        shelf = _Shelf(counter.value)
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
        counter = _locked_counter()
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
        counter = _locked_counter()
        papers = list(Paper.objects.filter(id__in=ids).order_by("id").only("id"))
        for number, paper in enumerate(papers, start=counter.value + 1):
            paper.change = number
        Paper.objects.bulk_update(papers, ["change"], batch_size=500)
        Counter.objects.filter(pk=counter.pk).update(value=F("value") + len(papers))


def hold_changes() -> None:
    """Let nobody else save papers until the end of the transaction. This comes before a paper's
    own row is held, as for savers of papers; else each would wait for the other."""
    _locked_counter()


def put_on_day(paper_id: int, day: date | None, basis: int) -> Stood | None:
    """Let a paper stand on a day, or on none; returns where it stood, None where it is gone.
    Holds changes until the end of the transaction."""
    with transaction.atomic():
        counter = _locked_counter()
        stood = Paper.objects.filter(id=paper_id).values_list("day", "day_basis").first()
        if stood:
            _number(paper_id, counter, day=day, day_basis=basis)
    return Stood(*stood) if stood else None


def add_link(paper_id: int, link: Link) -> bool:
    """Let a paper have this address; False where it has it already, or is gone."""
    with transaction.atomic():
        counter = _locked_counter()
        known = PaperLink.objects.filter(paper_id=paper_id, url=link.url)
        if known.exists() or not Paper.objects.filter(id=paper_id).exists():
            return False
        PaperLink.objects.create(paper_id=paper_id, kind=link.kind.value, url=link.url)
        _number(paper_id, counter)
    return True


def drop_link(paper_id: int, url: str) -> None:
    with transaction.atomic():
        counter = _locked_counter()
        PaperLink.objects.filter(paper_id=paper_id, url=url).delete()
        _number(paper_id, counter)


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


def _number(paper_id: int, counter: Counter, **columns: object) -> None:
    """Write columns of a paper, as the next change."""
    Paper.objects.filter(id=paper_id).update(change=counter.value + 1, **columns)
    Counter.objects.filter(pk=counter.pk).update(value=F("value") + 1)


def _locked_counter() -> Counter:
    Counter.objects.get_or_create(name="changes")
    return Counter.objects.select_for_update().get(name="changes")


def _move_cursor(place: Place, saved: Saved) -> None:
    tally = Tally(place.tally) + saved.counts()
    Cursor.objects.update_or_create(
        name=place.cursor, defaults={"position": place.position, "tally": tally}
    )


class _Shelf:
    """The papers that a batch touches, held in memory between reading and writing.

    Records of one batch may speak of the same paper, so each is placed before the next is
    looked up.
    """

    def __init__(self, last_number: int) -> None:
        self.last_number = last_number
        self.stored: dict[int, Facts] = {}
        self.fresh: dict[int, Facts] = {}
        self.changed: dict[int, Facts] = {}
        self.owners: dict[tuple[str, str], int] = {}
        self.titles: defaultdict[int, list[int]] = defaultdict(list)

    def take_out(self, drafts: Sequence[Facts]) -> None:
        """Load every stored paper that shares an identifier or a title with the drafts."""
        self.owners = rows.owners({name for told in drafts for name in identifiers(told)})
        ids = {*rows.titled({told.title_key for told in drafts}), *self.owners.values()}
        if ids:
            self.stored = rows.load(sorted(ids))
        for key, facts in self.stored.items():
            self.titles[facts.title_key].append(key)

    def place(self, told: Facts, saved: Saved) -> None:
        key = self._paper_of(told)
        told = self._without_foreign_doi(told, key)
        if key is None:
            saved.new.append(self._add(told))
            return
        known = self._facts(key)
        merged = merge(known, told)
        if merged is known:
            saved.unchanged += 1
            return
        self._keep(key, merged)
        saved.changed.append(key)

    def write(self, now: datetime) -> None:
        """Write what is fresh and what changed, and move the counter past their numbers."""
        numbered = {}
        for key, facts in self.changed.items():
            self.last_number += 1
            numbered[key] = (self.last_number, facts)
        if self.fresh:
            rows.insert(self.fresh, now)
        if numbered:
            rows.update(numbered, now)
        Counter.objects.filter(name="changes").update(value=self.last_number)

    def _facts(self, key: int) -> Facts:
        return self.fresh.get(key) or self.changed.get(key) or self.stored[key]

    def _paper_of(self, told: Facts) -> int | None:
        """The paper that a telling is about: by arXiv id, by DOI, then by title."""
        for name in identifiers(told):
            key = self.owners.get(name)
            if key is not None and self._may_be(key, told):
                return key
        sure = [(same_work(self._facts(key), told), -key) for key in self.titles[told.title_key]]
        surest, key = max(sure, default=(0, 0))
        return -key if surest else None

    def _may_be(self, key: int, told: Facts) -> bool:
        known = self._facts(key)
        return not (known.arxiv_id and told.arxiv_id and known.arxiv_id != told.arxiv_id)

    def _without_foreign_doi(self, told: Facts, key: int | None) -> Facts:
        """A DOI names one paper; two arXiv papers that both claim it leave it to the first."""
        owner = self.owners.get(("doi", told.doi)) if told.doi else None
        return told if owner in {None, key} else replace(told, doi="")

    def _add(self, told: Facts) -> int:
        self.last_number += 1
        self._keep(self.last_number, told)
        return self.last_number

    def _keep(self, key: int, facts: Facts) -> None:
        (self.changed if key in self.stored else self.fresh)[key] = facts
        self.owners |= dict.fromkeys(identifiers(facts), key)
        if key not in self.titles[facts.title_key]:
            self.titles[facts.title_key].append(key)
