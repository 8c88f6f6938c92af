"""From a source's Record to Facts: text cleaned for display, values checked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from broadsheet.papers.facts import Facts
from broadsheet.papers.kinds import DayBasis
from broadsheet.papers.records import Link, LinkKind, Record, Rejected, Version
from broadsheet.papers.text import (
    clean_abstract,
    clean_name,
    clean_title,
    find_links,
    says_withdrawn,
    title_key,
)

LONGEST_TITLE = 2_000
LONGEST_ABSTRACT = 200_000
MOST_LINKS = 60
FIRST_JOURNAL = date(1600, 1, 1)


_name_key = lru_cache(maxsize=50_000)(title_key)
"""Many names come again, in a file as in the world."""


class UnusableError(ValueError):
    """The record cannot become a paper; the message is the reason, for people."""


@dataclass(slots=True)
class Drafts:
    """What a batch of records tells, and those of them that cannot be papers."""

    facts: list[Facts] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


def drafts_of(records: Iterable[Record | Rejected], today: date) -> Drafts:
    drafts = Drafts()
    for record in records:
        if isinstance(record, Rejected):
            drafts.rejected.append(record)
            continue
        try:
            drafts.facts.append(draft(record, today))
        except UnusableError as reason:
            begins = storable(record.title[:200])
            drafts.rejected.append(Rejected(record.position, str(reason), begins))
    return drafts


def draft(record: Record, today: date) -> Facts:
    """The facts of one record.

    Raises:
        UnusableError: the record has no title, or a value no paper can have.
    """
    title_raw, abstract_raw = storable(record.title), storable(record.abstract)
    title, abstract = clean_title(title_raw), clean_abstract(abstract_raw)
    names_raw = tuple(storable(name) for name in record.authors)
    names = tuple(name for name in map(clean_name, names_raw) if name)
    _check(record, title, abstract, today)
    day, basis = _day_of(record)
    return Facts(
        text_source=record.source,
        title=title,
        title_key=title_key(title),
        abstract=abstract,
        summary=clean_abstract(storable(record.summary)),
        summary_by=storable(record.summary_by)[:120] if record.summary else "",
        names=names,
        name_keys=tuple(map(_name_key, names)),
        author_count=len(names) or record.author_count,
        organization=clean_title(storable(record.organization)),
        published=record.published,
        updated=record.updated,
        day=day,
        day_basis=basis,
        source_votes=max(record.votes or 0, 0),
        source_comments=max(record.comments or 0, 0),
        keywords=tuple(storable(word).strip() for word in record.keywords if word.strip()),
        author_note=clean_title(storable(record.author_note)),
        journal_ref=clean_title(storable(record.journal_ref)),
        licence=storable(record.licence)[:300],
        withdrawn=record.withdrawn or says_withdrawn(title, abstract, record.author_note),
        raw=_as_it_came(title_raw, title, abstract_raw, abstract, names_raw, names),
        arxiv_id=record.arxiv_id,
        doi=storable(record.doi)[:400],
        categories=tuple(dict.fromkeys(code for code in record.categories if 0 < len(code) <= 40)),
        links=_links(record, abstract_raw),
        versions=_versions(record),
        sources=frozenset({record.source}),
        told={record.source: record.told} if record.told else {},
    )


def storable(text: str) -> str:
    """Text that every database takes: no NUL, no half of a surrogate pair."""
    if text.isascii():
        return text.replace("\x00", "") if "\x00" in text else text
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def _check(record: Record, title: str, abstract: str, today: date) -> None:
    if not title:
        raise UnusableError("It has no title.")
    if len(title) > LONGEST_TITLE:
        raise UnusableError(f"Its title has {len(title):,} characters; a title has at most 2,000.")
    if len(abstract) > LONGEST_ABSTRACT:
        raise UnusableError(f"Its abstract has {len(abstract):,} characters: that is a full text.")
    for told in (record.published, record.updated, record.day, record.announced):
        if told and not FIRST_JOURNAL <= told <= today + timedelta(days=366):
            raise UnusableError(f"Its date {told.isoformat()} cannot be a paper's date.")


def _day_of(record: Record) -> tuple[date | None, int]:
    if record.source == "starter":
        return record.day, DayBasis.SHELF if record.day else DayBasis.NONE
    for day, basis in (
        (record.day, DayBasis.CHOSEN),
        (record.announced, DayBasis.ANNOUNCED),
        (record.published, DayBasis.PUBLISHED),
    ):
        if day:
            return day, basis
    return None, DayBasis.NONE


def _as_it_came(
    title_raw: str,
    title: str,
    abstract_raw: str,
    abstract: str,
    names_raw: tuple[str, ...],
    names: tuple[str, ...],
) -> dict[str, object]:
    raw: dict[str, object] = {}
    if title_raw != title:
        raw["title"] = title_raw
    if abstract_raw != abstract:
        raw["abstract"] = abstract_raw
    if names_raw != names:
        raw["authors"] = list(names_raw)
    return raw


def _links(record: Record, abstract_raw: str) -> tuple[Link, ...]:
    told = {link.url: link for link in (*record.links, *find_links(abstract_raw))}
    usable = [
        Link(LinkKind(link.kind), url)
        for url, link in told.items()
        if len(url) <= 500 and url.startswith(("https://", "http://")) and storable(url) == url
    ]
    return tuple(usable[:MOST_LINKS])


def _versions(record: Record) -> tuple[Version, ...]:
    versions = {version.number: version for version in record.versions}
    if record.version and record.version not in versions:
        versions[record.version] = Version(record.version)
    return tuple(versions[number] for number in sorted(versions))
