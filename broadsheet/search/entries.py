"""What the indexes keep of a paper, read from the tables in batches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

from broadsheet.papers.models import Authorship, Classification, Identifier, Paper, PaperQuerySet
from broadsheet.papers.text import plain

_FIELDS = (
    "id", "change", "slug", "title_key", "title", "abstract", "summary", "keywords",
    "day", "published", "source_votes",
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
    """The papers of a query, in its order. Four queries, however many papers."""
    rows = list(papers.values_list(*_FIELDS))
    ids = [row[0] for row in rows]
    names = _grouped(Identifier.objects.filter(paper_id__in=ids).values_list("paper_id", "value"))
    authors = _grouped(
        Authorship.objects.filter(paper_id__in=ids)
        .order_by("paper_id", "position")
        .values_list("paper_id", "name")
    )
    categories = _grouped(
        Classification.objects.filter(paper_id__in=ids)
        .order_by("paper_id", "position")
        .values_list("paper_id", "category")
    )
    return [_entry(row, names[row[0]], authors[row[0]], categories[row[0]]) for row in rows]


def entries_with(ids: Sequence[int]) -> list[Entry]:
    return entries(Paper.objects.filter(id__in=ids))


def _grouped(pairs: Iterable[tuple[int, str]]) -> defaultdict[int, list[str]]:
    grouped: defaultdict[int, list[str]] = defaultdict(list)
    for key, value in pairs:
        grouped[key].append(value)
    return grouped


def _entry(
    row: tuple[int, int, str, int, str, str, str, list[str], date | None, date | None, int],
    names: Sequence[str],
    authors: Sequence[str],
    categories: Sequence[str],
) -> Entry:
    key, change, slug, title_key, title, abstract, summary, keywords, day, published, votes = row
    return Entry(
        id=key,
        change=change,
        names=tuple({name.lower() for name in (slug, *names)}),
        title_key=title_key,
        title=plain(title),
        abstract=plain(abstract),
        summary=plain(summary),
        keywords=tuple(keywords),
        authors=tuple(authors),
        categories=tuple(categories),
        day=day,
        published=published,
        votes=votes,
    )
