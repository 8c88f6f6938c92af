"""Papers as lines of text for the terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator, Sequence

from broadsheet.api.own import Found, Listing
from broadsheet.exports.whole import Whole
from broadsheet.papers.readable import plain

NAMES = 4


def of_search(found: Found) -> Iterator[str]:
    """Two lines for each paper found, then what is to be said about the search itself."""
    yield from _numbered(found.papers)
    if found.note:
        yield found.note


def of_list(listing: Listing) -> Iterator[str]:
    """The list's title, two lines for each paper, and how many more there are."""
    yield f"{listing.title} ({listing.total:,} papers)"
    yield from _numbered(listing.papers)
    if listing.total > len(listing.papers) and listing.papers:
        yield f"{listing.total - len(listing.papers):,} more; --limit shows up to 100."


def whole(paper: Whole) -> Iterator[str]:
    """Everything that is known of one paper."""
    yield plain(paper.title)
    yield from _folded(", ".join(paper.authors))
    yield ""
    for name, value in _facts(paper):
        if value:
            yield f"{name:<12} {value}"
    for text in (paper.abstract, paper.summary):
        if text:
            yield ""
            yield from _folded(plain(text))


def _numbered(papers: Sequence[Whole]) -> Iterator[str]:
    for place, paper in enumerate(papers, start=1):
        yield f"{place:>3}. {plain(paper.title)}"
        facts = (paper.slug, str(paper.day or ""), ", ".join(paper.authors[:NAMES]))
        yield "     " + "  ".join(fact for fact in facts if fact)
    if not papers:
        yield "No paper was found."


def _facts(paper: Whole) -> Iterator[tuple[str, str]]:
    yield "arXiv", paper.arxiv_id
    yield "DOI", paper.doi
    yield "day", str(paper.day or "")
    yield "published", str(paper.published or "")
    yield "categories", " ".join(paper.categories)
    yield "votes", str(paper.votes or "")
    yield "journal", paper.journal_ref
    for link in paper.links:
        yield link.kind.value, link.url
    yield "address", paper.address


def _folded(text: str) -> list[str]:
    return textwrap.wrap(text, min(100, shutil.get_terminal_size().columns))
