"""A library that a reader pastes: every paper of it that is here teaches, and so do the titles of
those that are not."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.db import transaction

from broadsheet.community.limits import Refused
from broadsheet.interests import actions
from broadsheet.interests.models import LONGEST_TITLE, Example, Interest, Origin, Verdict
from broadsheet.papers.identifiers import clean_doi, split_arxiv_id
from broadsheet.papers.kinds import Scheme
from broadsheet.papers.models import Identifier, Paper
from broadsheet.papers.records import Record, SourceError
from broadsheet.papers.text import clean_title, normal_title, title_key
from broadsheet.readers.models import Reader
from broadsheet.sources import Options, detect

MOST_BYTES, MOST_ENTRIES = 2_000_000, 2_000
WORDS_OF_A_TITLE = 3
"""Fewer are no title by which a paper could be known again."""
_OWN = re.compile(r"/papers/(\S+)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One paper as a library names it."""

    title: str = ""
    arxiv_id: str = ""
    doi: str = ""
    slug: str = ""
    verdict: str = Verdict.MORE

    @property
    def name(self) -> str:
        return self.title or self.arxiv_id or self.doi or self.slug

    @property
    def has_title(self) -> bool:
        return len(normal_title(self.title).split()) >= WORDS_OF_A_TITLE


@dataclass(slots=True)
class Told:
    """What came of a library."""

    here: list[int] = field(default_factory=list)
    """Ids of its papers that this site has."""
    elsewhere: list[str] = field(default_factory=list)
    """Titles of others, which teach all the same."""
    unknown: list[str] = field(default_factory=list)
    """Names of papers that are not here and have no title."""
    problems: list[str] = field(default_factory=list)
    """What could not be understood, a sentence for each."""


def add(reader: Reader, key: str, text: str) -> Told:
    """Let an interest be taught by a library. Raises Refused."""
    with transaction.atomic():  # counted before the work of reading is done
        interest = actions.held(reader, key)
    entries, problems = read(text)
    if not entries:
        reason = problems[0] if problems else "There is nothing in it yet."
        raise Refused(f"No paper was found in this. {reason}", 400)
    with transaction.atomic():
        told = put(interest, entries, Origin.LIBRARY)
    told.problems = problems
    return told


def read(text: str) -> tuple[list[Entry], list[str]]:
    """The papers of a library in any form that is known, or of lines with ids or titles; and what
    was not understood. Raises Refused where it is too large."""
    data = text.replace("\0", "").strip().encode()
    if len(data) > MOST_BYTES:
        raise Refused("A library can have 2 MB at once. Paste it in parts.", 413)
    try:
        form = detect(data)
    except SourceError:
        return [one for line in text.splitlines() for one in _of_line(line)][:MOST_ENTRIES], []
    entries, problems = [], []
    try:
        for one in islice(form.records(io.BytesIO(data), Options()), MOST_ENTRIES):
            if isinstance(one, Record):
                entries.append(_of_record(one))
            else:
                problems.append(f"{one.position.capitalize()}: {one.reason}.")
    except SourceError as reason:
        problems.append(f"{str(reason).capitalize()}.")
    return entries, problems


def put(interest: Interest, entries: Sequence[Entry], origin: str) -> Told:
    """Let the interest be taught by these, each once; within a transaction. What was said of a
    paper before stays. Raises Refused."""
    if not Interest.objects.select_for_update(no_key=True).filter(pk=interest.pk).first():
        raise Refused("There is no interest of yours at this address.", 404)
    actions.refuse_full(interest, len(entries))
    found = match(entries)
    told, here, elsewhere = Told(), dict[int, str](), dict[int, Entry]()
    for entry, paper in zip(entries, found, strict=True):
        if paper is not None:
            here.setdefault(paper, entry.verdict)
        elif entry.has_title:
            elsewhere.setdefault(title_key(entry.title), entry)
        else:
            told.unknown.append(entry.name)
    told.here, told.elsewhere = list(here), [entry.title for entry in elsewhere.values()]
    examples = [
        Example(interest=interest, paper_id=paper, verdict=verdict, origin=origin)
        for paper, verdict in here.items()
    ]
    examples += [
        Example(
            interest=interest,
            title=entry.title[:LONGEST_TITLE],
            title_key=key,
            verdict=Verdict.MORE,
            origin=origin,
        )
        for key, entry in elsewhere.items()
        if entry.verdict == Verdict.MORE
    ]
    Example.objects.bulk_create(examples, ignore_conflicts=True, batch_size=500)
    actions.taught(interest)
    return told


def match(entries: Sequence[Entry]) -> list[int | None]:
    """The paper of this site that each names, if any: by identifier, else by title. Three
    queries for each 500."""
    found: list[int | None] = []
    for start in range(0, len(entries), 500):
        found += _matched(entries[start : start + 500])
    return found


def _matched(entries: Sequence[Entry]) -> list[int | None]:
    named = Identifier.objects.filter(
        value__in={name for one in entries for name in (one.arxiv_id, one.doi) if name}
    )
    ids = {(row[0], row[1]): row[2] for row in named.values_list("scheme", "value", "paper_id")}
    slugs = {one.slug for one in entries if one.slug}
    by_slug = dict(Paper.objects.filter(slug__in=slugs).values_list("slug", "id"))
    keys = {title_key(one.title) for one in entries if one.has_title}
    by_title = dict(
        Paper.objects.filter(title_key__in=keys).order_by("-id").values_list("title_key", "id")
    )
    return [
        ids.get((Scheme.ARXIV, one.arxiv_id))
        or ids.get((Scheme.DOI, one.doi))
        or by_slug.get(one.slug)
        or (by_title.get(title_key(one.title)) if one.has_title else None)
        for one in entries
    ]


def _of_record(record: Record) -> Entry:
    return Entry(clean_title(record.title), record.arxiv_id, record.doi)


def _of_line(line: str) -> Iterable[Entry]:
    """The papers that one line names: ids with blanks or commas between, or else a title."""
    parts = [_named(part) for part in re.split(r"[\s,;]+", line.strip()) if part]
    if parts and all(parts):
        return [one for one in parts if one]
    title = clean_title(line.strip().strip("-*•").strip())
    return [Entry(title)] if title else []


def _named(part: str) -> Entry | None:
    if found := split_arxiv_id(part):
        return Entry(arxiv_id=found[0])
    if own := _OWN.search(part):
        known = split_arxiv_id(own[1])
        return Entry(arxiv_id=known[0]) if known else Entry(slug=own[1])
    doi = clean_doi(part)
    return Entry(doi=doi) if doi else None
