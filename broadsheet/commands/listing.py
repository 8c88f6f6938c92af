"""Papers as lines of text for the terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator

from django.db.models import Q

from broadsheet.papers.models import Paper
from broadsheet.papers.text import plain
from broadsheet.search.engine import Results
from broadsheet.search.query import parse


def find(name: str) -> Paper | None:
    """The paper with this arXiv id, DOI, address of either, or slug; None where there is none."""
    known = parse(name).name or name
    named = Q(slug__in=(name, known)) | Q(identifiers__value=known)
    return Paper.objects.filter(named).first()


def of_results(results: Results) -> Iterator[str]:
    """Two lines for each paper found, then what is to be said about the search itself."""
    ids = [hit.paper_id for hit in results.hits]
    papers = Paper.objects.for_cards().in_order(ids)
    for place, paper in enumerate(papers, start=1):
        yield f"{place:>3}. {plain(paper.title)}"
        facts = (paper.slug, str(paper.day or ""), ", ".join(paper.first_names()))
        yield "     " + "  ".join(fact for fact in facts if fact)
    if not papers:
        yield "No paper was found."
    if results.note:
        yield results.note


def whole(paper: Paper) -> Iterator[str]:
    """Everything that is known of one paper."""
    yield plain(paper.title)
    yield from _folded(
        ", ".join(paper.authorships.order_by("position").values_list("name", flat=True))
    )
    yield ""
    for name, value in _facts(paper):
        if value:
            yield f"{name:<12} {value}"
    for text in (paper.abstract, paper.summary):
        if text:
            yield ""
            yield from _folded(plain(text))


def _facts(paper: Paper) -> Iterator[tuple[str, str]]:
    for identifier in paper.identifiers.order_by("scheme"):
        yield identifier.get_scheme_display(), identifier.value
    yield "day", str(paper.day or "")
    yield "published", str(paper.published or "")
    categories = paper.classifications.order_by("position").values_list("category", flat=True)
    yield "categories", " ".join(categories)
    yield "votes", str(paper.source_votes or "")
    yield "journal", paper.journal_ref
    for link in paper.links.all():
        yield str(link.kind), link.url
    yield "address", f"/papers/{paper.slug}"


def _folded(text: str) -> list[str]:
    return textwrap.wrap(text, min(100, shutil.get_terminal_size().columns))
