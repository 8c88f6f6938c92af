"""Papers as RIS, what reference managers read.

Tags: https://en.wikipedia.org/wiki/RIS_(file_format)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from broadsheet.exports.people import person
from broadsheet.exports.whole import Whole
from broadsheet.papers.readable import plain


def document(papers: Sequence[Whole]) -> str:
    return "\n".join(record(paper) for paper in papers)


def record(paper: Whole) -> str:
    """One reference with its lines from TY to ER; what is not known is left out."""
    return "".join(f"{tag}  - {value}\n" for tag, value in _lines(paper)) + "ER  - \n"


def _lines(paper: Whole) -> Iterator[tuple[str, str]]:
    yield "TY", "GEN"
    for tag, value in (
        ("ID", paper.slug),
        ("TI", plain(paper.title)),
        *(("AU", _name(one)) for one in paper.authors),
        ("PY", str(paper.published.year) if paper.published else ""),
        ("DA", f"{paper.published:%Y/%m/%d}" if paper.published else ""),
        ("AB", plain(paper.abstract)),
        *(("KW", word) for word in paper.keywords),
        ("PB", "arXiv" if paper.arxiv_id else ""),
        ("AN", f"arXiv:{paper.arxiv_id}" if paper.arxiv_id else ""),
        ("DO", paper.doi),
        ("UR", paper.url),
        ("L1", paper.pdf),
        ("N1", plain(paper.journal_ref)),
    ):
        if value:
            yield tag, " ".join(value.split())


def _name(told: str) -> str:
    found = person(told)
    if found.is_group or not found.given:
        return told
    return ", ".join(filter(None, (found.family, found.given, found.suffix)))
