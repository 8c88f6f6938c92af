"""What a paper's page tells machines about it: reference managers, search engines, previews.

Highwire tags: https://scholar.google.com/intl/en/scholar/inclusion.html#indexing
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from markupsafe import Markup

from broadsheet.exports.people import person
from broadsheet.exports.whole import Whole
from broadsheet.papers.readable import plain

EXCERPT = 300
MOST_NAMES = 200
"""Names of larger collaborations are left to the exports."""


def citation(paper: Whole, page: str) -> Iterator[tuple[str, str]]:
    """Name and content of each Highwire tag; `page` is the absolute address."""
    yield "citation_title", plain(paper.title)
    for name in paper.authors[:MOST_NAMES]:
        yield "citation_author", _family_first(name)
    if paper.published:
        yield "citation_publication_date", f"{paper.published:%Y/%m/%d}"
    for tag, value in (
        ("citation_doi", paper.doi),
        ("citation_arxiv_id", paper.arxiv_id),
        ("citation_pdf_url", paper.pdf),
        ("citation_abstract_html_url", page),
        ("citation_keywords", "; ".join(paper.keywords)),
    ):
        if value:
            yield tag, value


def preview(paper: Whole, page: str, image: str, site: str) -> Iterator[tuple[str, str]]:
    """Property and content of each Open Graph tag."""
    yield "og:type", "article"
    yield "og:site_name", site
    yield "og:title", plain(paper.title)
    yield "og:description", excerpt(paper)
    yield "og:url", page
    yield "og:image", image
    yield "og:image:width", "1200"
    yield "og:image:height", "630"
    yield "og:image:alt", f"The title of the paper: {plain(paper.title)}"


def excerpt(paper: Whole) -> str:
    """The beginning of the summary or the abstract, on one line."""
    text = " ".join(plain(paper.summary or paper.abstract).split())
    return text if len(text) <= EXCERPT else text[:EXCERPT].rpartition(" ")[0] + "…"


def linked_data(paper: Whole, page: str) -> Markup:
    """schema.org's ScholarlyArticle as JSON-LD that cannot end the element around it."""
    told = {
        "@context": "https://schema.org",
        "@type": "ScholarlyArticle",
        "@id": page,
        "headline": plain(paper.title),
        "author": [{"@type": _type(name), "name": name} for name in paper.authors[:MOST_NAMES]],
        "datePublished": paper.published,
        "dateModified": paper.updated,
        "abstract": plain(paper.abstract),
        "keywords": list(paper.keywords),
        "identifier": [f"arXiv:{paper.arxiv_id}"] * bool(paper.arxiv_id),
        "sameAs": [paper.url] * bool(paper.url),
        "license": paper.licence if paper.licence.startswith(("http://", "https://")) else "",
    }
    json = msgspec.json.encode({name: value for name, value in told.items() if value}).decode()
    for sign in "<>&\u2028\u2029":
        json = json.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(json)  # noqa: S704  no sign in it is HTML's any more


def _family_first(name: str) -> str:
    found = person(name)
    if found.is_group or not found.given:
        return name
    return ", ".join(filter(None, (found.family, found.given, found.suffix)))


def _type(name: str) -> str:
    return "Organization" if person(name).is_group else "Person"
