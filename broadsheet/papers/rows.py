"""Facts to rows and back, many at a time. The only place that writes SQL by hand.

The ORM's `bulk_create` builds an object for each row; at 312,341 papers with 1.9 million rows
that alone takes longer than writing them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import Any

import msgspec
from django.db import connection, models

from broadsheet.papers.facts import Facts, identifiers
from broadsheet.papers.kinds import Scheme
from broadsheet.papers.models import (
    Authorship,
    Classification,
    Identifier,
    Paper,
    PaperLink,
    PaperVersion,
    Sighting,
    own_slug,
)
from broadsheet.papers.records import Link, LinkKind, Version
from broadsheet.papers.works import OtherName

PLAIN_FIELDS = (
    "title",
    "title_key",
    "abstract",
    "summary",
    "summary_by",
    "author_count",
    "organization",
    "day_basis",
    "source_votes",
    "source_comments",
    "author_note",
    "journal_ref",
    "licence",
    "withdrawn",
    "text_source",
)
PAPER_FIELDS = (*PLAIN_FIELDS, "published", "updated", "day", "keywords", "raw")
"""Columns of Paper that have the same name in Facts; the last five are adapted when written."""

OWN_FIELDS = ("own_votes", "own_comments")
"""Columns that are read with the others and written by the community alone."""

Row = Sequence[Any]
CHUNK = 1_000


def owners(
    names: Iterable[tuple[str, str]], table: type[models.Model] = Identifier
) -> dict[tuple[str, str], int]:
    """Which of these identifiers (scheme, value) are known, and the paper each names."""
    values = defaultdict(list)
    for scheme, value in names:
        values[scheme].append(value)
    return {
        (scheme, value): key
        for scheme, wanted in values.items()
        for value, key in _among(table, ("value", "paper_id"), "value", wanted, scheme)
    }


def other_names(names: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """As `owners`, of identifiers that papers have beside their own."""
    return owners(names, OtherName) if OtherName.objects.exists() else {}


def titled(title_keys: Iterable[int]) -> list[int]:
    """Ids of the papers whose title has one of these keys."""
    return [key for (key,) in _among(Paper, ("id",), "title_key", list(title_keys))]


def _among(
    model: type[models.Model],
    columns: tuple[str, ...],
    column: str,
    wanted: Sequence[str | int],
    scheme: str | None = None,
) -> list[tuple[Any, ...]]:
    """Rows whose `column` is one of `wanted`, a thousand at a time."""
    found: list[tuple[Any, ...]] = []
    also, first = ('"scheme" = %s AND ', (scheme,)) if scheme else ("", ())
    with connection.cursor() as cursor:
        for start in range(0, len(wanted), CHUNK):
            those, values = _one_of(wanted[start : start + CHUNK])
            cursor.execute(
                f"SELECT {_quoted(columns)} FROM {_quoted([model._meta.db_table])}"  # noqa: S608  names are ours
                f" WHERE {also}{_quoted([column])} {those}",
                (*first, *values),
            )
            found += cursor.fetchall()
    return found


def _one_of(wanted: Sequence[str | int]) -> tuple[str, Sequence[Any]]:
    """A condition on a column and its values. PostgreSQL takes a list as one value, and is spared
    reading a thousand places."""
    if connection.vendor == "postgresql":
        return "= ANY(%s)", (list(wanted),)
    return f"IN ({', '.join(['%s'] * len(wanted))})", wanted


def load(ids: Iterable[int]) -> dict[int, Facts]:
    """The stored facts of these papers, in eight queries whatever their number."""
    wanted = list(ids)
    authors = _grouped(Authorship, ("name", "key"), wanted, "position")
    categories = _grouped(Classification, ("category",), wanted, "position")
    links = _grouped(PaperLink, ("kind", "url"), wanted, None)
    versions = _grouped(PaperVersion, ("number", "submitted"), wanted, "number")
    sources = _grouped(Sighting, ("source", "told"), wanted, None)
    known = _grouped(Identifier, ("scheme", "value"), wanted, None)
    facts = {}
    columns = (*PAPER_FIELDS, *OWN_FIELDS)
    for paper_id, *values in Paper.objects.filter(id__in=wanted).values_list("id", *columns):
        told = dict(zip(columns, values, strict=True))
        told["keywords"] = tuple(told["keywords"])
        named = dict(known[paper_id])
        facts[paper_id] = Facts(
            **told,
            names=tuple(name for name, _ in authors[paper_id]),
            name_keys=tuple(key for _, key in authors[paper_id]),
            arxiv_id=named.get(Scheme.ARXIV, ""),
            doi=named.get(Scheme.DOI, ""),
            categories=tuple(code for (code,) in categories[paper_id]),
            links=tuple(Link(LinkKind(kind), url) for kind, url in links[paper_id]),
            versions=tuple(Version(*row) for row in versions[paper_id]),
            sources=frozenset(source for source, _ in sources[paper_id]),
            told={source: own for source, own in sources[paper_id] if own},
        )
    return facts


def _grouped(
    model: type[models.Model], fields: tuple[str, ...], ids: list[int], order: str | None
) -> defaultdict[int, list[tuple[Any, ...]]]:
    rows = model._default_manager.filter(paper_id__in=ids)
    rows = rows.order_by(order) if order else rows
    groups: defaultdict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for paper_id, *values in rows.values_list("paper_id", *fields):
        groups[paper_id].append(tuple(values))
    return groups


def insert(fresh: dict[int, Facts], now: datetime) -> None:
    """Write papers that are not stored yet; each id is also the number of its change."""
    moment = _moment(now)
    _insert_many(
        Paper,
        ("id", "change", "slug", *PAPER_FIELDS, "votes", "comments", "saved_at"),
        (
            (key, key, _slug(key, facts), *_columns(facts), facts.votes, facts.comments, moment)
            for key, facts in fresh.items()
        ),
    )
    _insert_children(fresh, now)


def update(changed: dict[int, tuple[int, Facts]], now: datetime) -> None:
    """Write papers anew that are stored already; `changed` is id -> (number of change, facts)."""
    assignments = ", ".join(f'"{name}" = %s' for name in ("change", "slug", *PAPER_FIELDS))
    # not as they were loaded: somebody may have voted since
    assignments += ', "votes" = %s + "own_votes", "comments" = %s + "own_comments"'
    with connection.cursor() as cursor:
        cursor.executemany(
            f'UPDATE "{Paper._meta.db_table}" SET {assignments} WHERE "id" = %s',  # noqa: S608  names are ours
            [
                (
                    number,
                    _slug(key, facts),
                    *_columns(facts),
                    facts.source_votes,
                    facts.source_comments,
                    key,
                )
                for key, (number, facts) in changed.items()
            ],
        )
    ids = list(changed)
    sightings = Sighting.objects.filter(paper_id__in=ids)
    seen = {
        (paper_id, source): first
        for paper_id, source, first in sightings.values_list("paper_id", "source", "first_seen")
    }
    for model in (Identifier, Authorship, Classification, PaperLink, PaperVersion, Sighting):
        model._default_manager.filter(paper_id__in=ids).delete()
    _insert_children({key: facts for key, (_, facts) in changed.items()}, now, seen)


def _slug(paper_id: int, facts: Facts) -> str:
    return facts.arxiv_id or own_slug(paper_id)


_plain_columns = attrgetter(*PLAIN_FIELDS)


def _columns(facts: Facts) -> list[Any]:
    """Values of `PAPER_FIELDS`, as the database takes them."""
    return [
        *_plain_columns(facts),
        *map(_day, (facts.published, facts.updated, facts.day)),
        _json(list(facts.keywords)) if facts.keywords else "[]",
        _json(facts.raw) if facts.raw else "{}",
    ]


_encoder = msgspec.json.Encoder()


def _json(value: object) -> str:
    return _encoder.encode(value).decode()


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _moment(now: datetime) -> Any:  # noqa: ANN401  each database has its own type
    return connection.ops.adapt_datetimefield_value(now)


def _insert_children(
    papers: dict[int, Facts], now: datetime, seen: dict[tuple[int, str], datetime] | None = None
) -> None:
    seen, moment = seen or {}, _moment(now)
    _insert_many(
        Identifier,
        ("scheme", "value", "paper_id"),
        ((*name, key) for key, facts in papers.items() for name in identifiers(facts)),
    )
    _insert_many(
        Authorship,
        ("paper_id", "position", "name", "key"),
        (
            (key, position, name, name_key)
            for key, facts in papers.items()
            for position, (name, name_key) in enumerate(
                zip(facts.names, facts.name_keys, strict=True)
            )
        ),
    )
    _insert_many(
        Classification,
        ("paper_id", "position", "category"),
        (
            (key, position, code)
            for key, facts in papers.items()
            for position, code in enumerate(facts.categories)
        ),
    )
    _insert_many(
        PaperLink,
        ("paper_id", "kind", "url"),
        ((key, link.kind.value, link.url) for key, facts in papers.items() for link in facts.links),
    )
    _insert_many(
        PaperVersion,
        ("paper_id", "number", "submitted"),
        (
            (key, version.number, _day(version.submitted))
            for key, facts in papers.items()
            for version in facts.versions
        ),
    )
    _insert_many(
        Sighting,
        ("paper_id", "source", "first_seen", "told"),
        (
            (
                key,
                source,
                _moment(seen[key, source]) if (key, source) in seen else moment,
                _json(facts.told.get(source, {})),
            )
            for key, facts in papers.items()
            for source in facts.sources
        ),
    )


def _insert_many(model: type[models.Model], columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    """Each row is made when the database takes it, so that few are in memory at a time."""
    places = ", ".join(["%s"] * len(columns))
    table = _quoted([model._meta.db_table])
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY {table} ({_quoted(columns)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        cursor.executemany(
            f"INSERT INTO {table} ({_quoted(columns)}) VALUES ({places})",  # noqa: S608  names are ours
            rows,  # type: ignore[arg-type]  # the stubs ask for a sequence; it is walked once
        )


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
