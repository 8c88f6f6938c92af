"""The page of one paper: everything known about it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from broadsheet.community.marks import open_voters
from broadsheet.contributions.crediting import Credit
from broadsheet.contributions.curation import is_curator
from broadsheet.exports import bibtex, whole
from broadsheet.exports.forms import FORMS
from broadsheet.exports.whole import Whole
from broadsheet.feeds.medals import medals_of
from broadsheet.feeds.reasons import reasons
from broadsheet.feeds.spans import day_of
from broadsheet.notices.models import About
from broadsheet.papers.identifiers import split_arxiv_id
from broadsheet.papers.models import Paper
from broadsheet.papers.text import plain, title_key
from broadsheet.readers.models import Reader
from broadsheet.search import engine, same_works
from broadsheet.search.keyphrases import MOST, keyphrases
from broadsheet.web import cards, findings, histories, metadata
from broadsheet.web.ballots import ballot
from broadsheet.web.cards import Address
from broadsheet.web.desk import desk
from broadsheet.web.errors import NotHere
from broadsheet.web.following import button
from broadsheet.web.talk import talk

NAMES_SHOWN = 30
SIMILAR = 6
VOTERS = 12
"""Of those who let it be seen, how many are named."""
SOURCES = {
    "acl": "ACL Anthology",
    "arxiv": "arXiv",
    "arxiv-new": "arXiv, announcements",
    "biorxiv": "bioRxiv",
    "crossref": "Crossref",
    "feed": "a web feed",
    "medrxiv": "medRxiv",
    "oai-pmh": "OAI-PMH",
    "openalex": "OpenAlex",
    "openreview": "OpenReview",
    "zotero": "Zotero",
    "arxiv-atom": "arXiv API",
    "arxiv-json": "arXiv metadata",
    "bibtex": "BibTeX file",
    "csl-json": "CSL-JSON file",
    "daily-page": "Daily Papers, saved page",
    "hf-daily": "Hugging Face Daily Papers",
    "oai-arxiv": "arXiv, by OAI-PMH",
    "oai-arxivraw": "arXiv, by OAI-PMH",
    "oai-dc": "OAI-PMH, Dublin Core",
    "ris": "RIS file",
    "starter": "starter shelf",
}


def paper(request: HttpRequest, slug: str) -> HttpResponse:
    found = named(slug)
    if found.slug != slug:
        return redirect("paper", found.slug)
    [known] = whole.load([found.id])
    said = talk(request, found)
    context = _facts(found, known) | _metadata(known, request)
    context |= {
        "ballot": ballot(request, [found]),
        "talk": said,
        "desk": desk(request, found),
        "follow": button(request, About.PAPER, found.slug, mark=str(found.id)),
        "voters": open_voters(found.id, VOTERS) if found.own_votes else [],
    }
    context |= _people(request, said.credit, known)
    return render(request, "paper.html", context)


def named(slug: str) -> Paper:
    """The paper at this address, or at one that means the same paper; else NotHere."""
    found = Paper.objects.filter(slug=slug.replace("\0", "")).first() or by_other_name(slug)
    if found:
        return found
    if known := split_arxiv_id(slug):
        elsewhere = Address("Read it at arXiv", f"https://arxiv.org/abs/{known[0]}")
        raise NotHere(f"The paper {known[0]} is not on this site.", elsewhere)
    raise NotHere("There is no paper at this address.")


def by_other_name(name: str) -> Paper | None:
    """The paper with this number here, arXiv id in any spelling, or DOI."""
    return Paper.objects.called(name)


def _people(request: HttpRequest, credit: Credit, known: Whole) -> dict[str, Any]:
    """Which of the authors read here, and what this reader may do."""
    here = {
        name: credit.claims[key].reader
        for name in (known.authors if credit.claims else ())
        if (key := title_key(name)) in credit.claims
    }
    may = {"set_links": False, "place": False}
    if isinstance(request.user, Reader):
        mine = [one.pk for one in here.values()]
        may = {"set_links": request.user.pk in mine, "place": is_curator(request.user)}
    return {"authors_here": here, "may": may}


def _metadata(known: Whole, request: HttpRequest) -> dict[str, Any]:
    """What the head of the page tells machines."""
    page = request.build_absolute_uri(known.address)
    return {
        "page_address": page,
        "description": metadata.excerpt(known),
        "citation": metadata.citation(known, page),
        "preview": metadata.preview(known, page, f"{page}.png", settings.SITE_NAME),
        "linked_data": metadata.linked_data(known, page),
        "forms": FORMS,
    }


def _facts(paper: Paper, known: Whole) -> dict[str, Any]:
    others = same_works.others([paper.id]).get(paper.id, [])
    return {
        "paper": paper,
        "names": known.authors[:NAMES_SHOWN],
        "more_names": known.authors[NAMES_SHOWN:],
        "day_address": reverse("day", args=[day_of(paper.day).key]) if paper.day else "",
        "categories": known.categories,
        "links": cards.other_addresses(known.links, known.arxiv_id),
        "arxiv": cards.arxiv_page(paper),
        "pdf": known.pdf,
        "doi": known.doi,
        "licence": cards.licence(paper.licence),
        "versions": known.versions,
        "sources": _sources(paper),
        "bibtex": bibtex.entry(known),
        "keyphrases": _keyphrases(paper),
        "others": others,
        "also_at": histories.also_at(paper),
        "history": histories.history(paper),
        "findings": findings.lines(paper),
        "similar": _similar(paper, {other.paper_id for other in others}),
        "medals": medals_of(paper, timezone.localdate()),
        "reasons": reasons(paper),
    }


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
    return Paper.objects.cards(ids[:SIMILAR])
