"""What the indexes keep of a paper, read from the tables in batches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import Any

from broadsheet.papers.kinds import Scheme
from broadsheet.papers.models import (
    Authorship,
    Classification,
    Identifier,
    Paper,
    PaperLink,
    PaperQuerySet,
    Sighting,
)
from broadsheet.papers.records import LinkKind
from broadsheet.papers.text import plain

_FIELDS = (
    "id", "change", "slug", "title_key", "title", "abstract", "summary", "keywords",
    "day", "published", "votes", "comments",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One paper as the indexes see it. Texts are plain, without TeX."""

    id: int
    change: int
    names: tuple[str, ...]
    """Slug, arXiv id and DOI, in lower case."""
    title_key: int
    title: str
    abstract: str
    """The abstract, or the summary where there is none."""
    summary: str
    keywords: tuple[str, ...]
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    day: date | None
    published: date | None
    votes: int
    has: frozenset[str] = frozenset()
    """What is known besides the title: `code`, `abstract`, ... as `has:` asks for it."""
    sources: tuple[str, ...] = ()

    @property
    def meaning(self) -> str:
        """The text that is embedded."""
        return f"{self.title}\n{self.abstract or self.summary}".strip()

    @property
    def text_key(self) -> int:
        """BLAKE2b of `meaning` with an 8-byte digest, as a signed number."""
        digest = blake2b(self.meaning.encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big", signed=True)


def entries(papers: PaperQuerySet) -> list[Entry]:
    """The papers of a query, in its order. Six queries, however many papers."""
    rows = list(papers.values(*_FIELDS))
    ids = [row["id"] for row in rows]
    names = _grouped(
        Identifier.objects.filter(paper_id__in=ids).values_list("paper_id", "value", "scheme")
    )
    in_order = ("paper_id", "position")
    authors = _grouped(
        Authorship.objects.filter(paper_id__in=ids)
        .order_by(*in_order)
        .values_list("paper_id", "name")
    )
    categories = _grouped(
        Classification.objects.filter(paper_id__in=ids)
        .order_by(*in_order)
        .values_list("paper_id", "category")
    )
    links = _grouped(PaperLink.objects.filter(paper_id__in=ids).values_list("paper_id", "kind"))
    sources = _grouped(Sighting.objects.filter(paper_id__in=ids).values_list("paper_id", "source"))
    return [
        _entry(
            row,
            names=names[row["id"]],
            authors=authors[row["id"]],
            categories=categories[row["id"]],
            links=links[row["id"]],
            sources=sources[row["id"]],
        )
        for row in rows
    ]


def entries_with(ids: Sequence[int]) -> list[Entry]:
    return entries(Paper.objects.filter(id__in=ids))


def texts_of(ids: Sequence[int]) -> dict[int, str]:
    """Title and abstract of papers, by their ids."""
    rows = Paper.objects.filter(id__in=ids).values_list("id", "title", "abstract")
    return {key: f"{title}\n{abstract}" for key, title, abstract in rows}


def _grouped(rows: Iterable[tuple[Any, ...]]) -> defaultdict[int, list[Any]]:
    """The second column, or what follows the first, by the first."""
    grouped: defaultdict[int, list[Any]] = defaultdict(list)
    for key, *values in rows:
        grouped[key].append(values[0] if len(values) == 1 else tuple(values))
    return grouped


def _entry(
    row: Mapping[str, Any],
    *,
    names: Sequence[tuple[str, str]],
    authors: Sequence[str],
    categories: Sequence[str],
    links: Sequence[str],
    sources: Sequence[str],
) -> Entry:
    return Entry(
        id=row["id"],
        change=row["change"],
        names=tuple({name.lower() for name in (row["slug"], *(value for value, _ in names))}),
        title_key=row["title_key"],
        title=plain(row["title"]),
        abstract=plain(row["abstract"]),
        summary=plain(row["summary"]),
        keywords=tuple(row["keywords"]),
        authors=tuple(authors),
        categories=tuple(categories),
        day=row["day"],
        published=row["published"],
        votes=row["votes"],
        has=_has(row, links, [scheme for _, scheme in names]),
        sources=tuple(dict.fromkeys(sources)),
    )


def _has(row: Mapping[str, Any], links: Sequence[str], schemes: Sequence[str]) -> frozenset[str]:
    found = {kind for kind in links if kind != LinkKind.OTHER}
    found |= {field for field in ("abstract", "summary") if row[field]}
    if row["comments"]:
        found.add("comments")
    if Scheme.DOI in schemes:
        found.add("doi")
    if Scheme.ARXIV in schemes:
        found.add("pdf")
    return frozenset(found)
