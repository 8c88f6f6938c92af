"""The page of one paper: everything known about it."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from broadsheet.feeds.medals import medals_of
from broadsheet.feeds.reasons import reasons
from broadsheet.feeds.spans import day_of
from broadsheet.papers.identifiers import clean_doi, split_arxiv_id
from broadsheet.papers.kinds import Scheme
from broadsheet.papers.models import Identifier, Paper
from broadsheet.papers.text import plain
from broadsheet.search import engine, same_works
from broadsheet.search.keyphrases import MOST, keyphrases
from broadsheet.web import bibtex as bib
from broadsheet.web import cards
from broadsheet.web.cards import Address
from broadsheet.web.errors import NotHere

NAMES_SHOWN = 30
SIMILAR = 6

SOURCES = {
    "arxiv-atom": "arXiv API",
    "arxiv-json": "arXiv metadata",
    "bibtex": "BibTeX file",
    "daily-page": "Daily Papers, saved page",
    "hf-daily": "Hugging Face Daily Papers",
    "oai-arxiv": "arXiv, by OAI-PMH",
    "oai-arxivraw": "arXiv, by OAI-PMH",
    "oai-dc": "OAI-PMH, Dublin Core",
    "ris": "RIS file",
    "starter": "starter shelf",
}


def paper(request: HttpRequest, slug: str) -> HttpResponse:
    found = _named(slug)
    if found.slug != slug:
        return redirect("paper", found.slug)
    return render(request, "paper.html", _facts(found))


def bibtex(_request: HttpRequest, slug: str) -> HttpResponse:
    found = _named(slug)
    entry = bib.entry(found, _names(found), *_category_and_doi(found))
    name = re.sub(r"[^\w.-]", "-", found.slug)
    headers = {"Content-Disposition": f'inline; filename="{name}.bib"'}
    return HttpResponse(entry, content_type="text/plain; charset=utf-8", headers=headers)


def _named(slug: str) -> Paper:
    """The paper at this address, or at one that means the same paper; else NotHere."""
    slug = slug.replace("\0", "")  # PostgreSQL refuses to compare with such a text
    found = Paper.objects.filter(slug=slug).first() or by_other_name(slug)
    if found:
        return found
    if named := split_arxiv_id(slug):
        elsewhere = Address("Read it at arXiv", f"https://arxiv.org/abs/{named[0]}")
        raise NotHere(f"The paper {named[0]} is not on this site.", elsewhere)
    raise NotHere("There is no paper at this address.")


def by_other_name(name: str) -> Paper | None:
    """The paper with this number here, arXiv id in any spelling, or DOI."""
    if own := re.fullmatch(r"b([1-9]\d{0,17})/?", name, re.ASCII | re.IGNORECASE):
        return Paper.objects.filter(id=int(own[1])).first()
    if named := split_arxiv_id(name):
        return Paper.objects.filter(slug=named[0]).first()
    if doi := clean_doi(name):
        owner = Identifier.objects.filter(scheme=Scheme.DOI, value=doi).select_related("paper")
        return next((identifier.paper for identifier in owner), None)
    return None


def _facts(paper: Paper) -> dict[str, Any]:
    names = _names(paper)
    category, doi = _category_and_doi(paper)
    others = same_works.others([paper.id]).get(paper.id, [])
    return {
        "paper": paper,
        "names": names[:NAMES_SHOWN],
        "more_names": names[NAMES_SHOWN:],
        "day_address": reverse("day", args=[day_of(paper.day).key]) if paper.day else "",
        "categories": list(paper.classifications.order_by("position")),
        "links": cards.other_addresses(paper),
        "arxiv": cards.arxiv_page(paper),
        "pdf": cards.pdf_address(paper),
        "doi": doi,
        "licence": cards.licence(paper.licence),
        "versions": list(paper.versions.order_by("number")),
        "sources": _sources(paper),
        "bibtex": bib.entry(paper, names, category, doi),
        "keyphrases": _keyphrases(paper),
        "others": others,
        "similar": _similar(paper, {other.paper_id for other in others}),
        "medals": medals_of(paper, timezone.localdate()),
        "reasons": reasons(paper),
    }


def _names(paper: Paper) -> list[str]:
    return list(paper.authorships.order_by("position").values_list("name", flat=True))


def _category_and_doi(paper: Paper) -> tuple[str, str]:
    """The primary category and the DOI, each empty where there is none."""
    codes = paper.classifications.filter(position=0).values_list("category", flat=True)
    dois = paper.identifiers.filter(scheme=Scheme.DOI).values_list("value", flat=True)
    return next(iter(codes), ""), next(iter(dois), "")


def _sources(paper: Paper) -> list[str]:
    told = paper.sightings.order_by("first_seen", "source").values_list("source", flat=True)
    return list(dict.fromkeys(SOURCES.get(name, name) for name in told))


def _keyphrases(paper: Paper) -> list[str]:
    """Ours, as many as the source's keywords leave room for, and none that it gave too."""
    given = {keyword.casefold() for keyword in paper.keywords}
    found = keyphrases(plain(paper.title), plain(paper.abstract or paper.summary))
    return [one for one in found if one.casefold() not in given][: max(0, MOST - len(given))]


def _similar(paper: Paper, same_work: set[int]) -> list[Paper]:
    hits = engine.similar(paper.id, SIMILAR + len(same_work))
    ids = [hit.paper_id for hit in hits if hit.paper_id not in same_work]
    return Paper.objects.for_cards().in_order(ids[:SIMILAR])
