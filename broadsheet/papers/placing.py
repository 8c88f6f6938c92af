"""Which paper each telling of a batch is about, and what becomes of it there."""

from __future__ import annotations

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from broadsheet.papers import history, rows
from broadsheet.papers.facts import (
    Facts,
    changed,
    contradict,
    identifiers,
    merge,
    plain,
    same_work,
)
from broadsheet.papers.kinds import Why
from broadsheet.papers.models import Counter
from broadsheet.papers.records import Rejected
from broadsheet.papers.works import Joining, News, OtherName, Twin


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


@dataclass(slots=True)
class Remarks:
    """What is to be written down beside the papers themselves."""

    news: list[tuple[int, history.Line]] = field(default_factory=list)
    judged: list[tuple[int, Facts, Facts, Facts]] = field(default_factory=list)
    """Papers to which a telling was put by its title: before, the telling, and after."""
    twins: set[tuple[int, int]] = field(default_factory=set)
    names: dict[tuple[str, str], int] = field(default_factory=dict)

    def write(self, now: datetime) -> None:
        News.objects.bulk_create(
            News(paper_id=key, event=line.event, before=line.before, after=line.after, at=now)
            for key, line in self.news
        )
        Joining.objects.bulk_create(
            Joining(
                paper_id=key, why=Why.TITLE, at=now, gone=plain(told), changed=changed(was, is_now)
            )
            for key, was, told, is_now in self.judged
        )
        Twin.objects.bulk_create(
            (Twin(one_id=one, other_id=other) for one, other in self.twins), ignore_conflicts=True
        )
        OtherName.objects.bulk_create(
            (
                OtherName(scheme=name[0], value=name[1], paper_id=key)
                for name, key in self.names.items()
            ),
            ignore_conflicts=True,
        )


class Shelf:
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
        self.other_names: dict[tuple[str, str], int] = {}
        self.titles: defaultdict[int, list[int]] = defaultdict(list)
        self.remarks = Remarks()

    def take_out(self, drafts: Sequence[Facts]) -> None:
        """Load every stored paper that shares an identifier or a title with the drafts."""
        names = {name for told in drafts for name in identifiers(told)}
        self.owners = rows.owners(names)
        self.other_names = rows.other_names(names)
        ids = {
            *rows.titled({told.title_key for told in drafts}),
            *self.owners.values(),
            *self.other_names.values(),
        }
        if ids:
            self.stored = rows.load(sorted(ids))
        for key, facts in self.stored.items():
            self.titles[facts.title_key].append(key)

    def place(self, told: Facts, saved: Saved) -> None:
        told, key = self._under_its_own_name(told)
        by_title = key is None and (key := self._named(told)) is None
        if key is None:
            key = self._titled(told)
        told = self._without_foreign_doi(told, key)
        if key is None:
            saved.new.append(self._add(told))
            return
        known = self._facts(key)
        merged = merge(known, told)
        if merged is known:
            saved.unchanged += 1
            return
        self._remark(key, known, told, merged, by_title)
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
        self.remarks.write(now)
        Counter.objects.filter(name="changes").update(value=self.last_number)

    def _facts(self, key: int) -> Facts:
        return self.fresh.get(key) or self.changed.get(key) or self.stored[key]

    def _under_its_own_name(self, told: Facts) -> tuple[Facts, int | None]:
        """The telling without names that a paper has beside its own, and that paper."""
        key = None
        if told.doi and (key := self.other_names.get(("doi", told.doi))):
            told = replace(told, doi="")
        if told.arxiv_id and (owner := self.other_names.get(("arxiv", told.arxiv_id))):
            # the versions of one identifier are not those of another
            return replace(told, arxiv_id="", versions=()), owner
        return told, key

    def _named(self, told: Facts) -> int | None:
        """The paper that a telling names, by arXiv id or by DOI."""
        for name in identifiers(told):
            key = self.owners.get(name)
            if key is not None and self._may_be(key, told):
                return key
        return None

    def _titled(self, told: Facts) -> int | None:
        """The paper of this title that it is about most surely; of equals one that its source has
        told of, then the first."""
        sure = [
            (same_work(known, told), told.sources <= known.sources, -key)
            for key in self.titles[told.title_key]
            if (known := self._facts(key))
        ]
        surest, _, key = max(sure, default=(0, False, 0))
        return -key if surest else None

    def _may_be(self, key: int, told: Facts) -> bool:
        known = self._facts(key)
        return not (known.arxiv_id and told.arxiv_id and known.arxiv_id != told.arxiv_id)

    def _without_foreign_doi(self, told: Facts, key: int | None) -> Facts:
        """A DOI names one paper; where another has it, that one keeps it. When the other has no
        arXiv id, both may be one work, and this is noted."""
        owner = self.owners.get(("doi", told.doi)) if told.doi else None
        if owner in {None, key}:
            return told
        without = replace(told, doi="")
        if owner is not None and key is not None and not contradict(self._facts(owner), without):
            self.remarks.twins.add((min(owner, key), max(owner, key)))
        return without

    def _remark(self, key: int, known: Facts, told: Facts, merged: Facts, by_title: bool) -> None:
        self.remarks.news += [(key, line) for line in history.lines(known, merged)]
        if by_title and not told.sources <= known.sources:
            self.remarks.judged.append((key, known, told, merged))
        for name in {*identifiers(known), *identifiers(told)} - {*identifiers(merged)}:
            self.remarks.names[name] = key
            self.other_names[name] = key

    def _add(self, told: Facts) -> int:
        self.last_number += 1
        self._keep(self.last_number, told)
        return self.last_number

    def _keep(self, key: int, facts: Facts) -> None:
        (self.changed if key in self.stored else self.fresh)[key] = facts
        self.owners |= dict.fromkeys(identifiers(facts), key)
        if key not in self.titles[facts.title_key]:
            self.titles[facts.title_key].append(key)
