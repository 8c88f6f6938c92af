"""Everything that is known about one paper, as one value, and how two tellings become one.

`merge` only adds, raises or takes over from a better-placed source, so telling the same things
again, in any number of runs, changes nothing.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from msgspec.structs import replace

from broadsheet.papers.kinds import DayBasis, Scheme
from broadsheet.papers.likeness import are_strange
from broadsheet.papers.records import Link, Version
from broadsheet.papers.text import normal_title

TEXT_RANK = {
    "starter": 0,
    "daily-page": 1,
    "ris": 2,
    "bibtex": 2,
    "oai-dc": 3,
    "hf-daily": 3,
    "arxiv-json": 4,
    "oai-arxiv": 5,
    "oai-arxivraw": 5,
    "arxiv-atom": 5,
    "feed": 1,
    "zotero": 2,
    "openalex": 2,
    "crossref": 3,
    "acl": 4,
    "openreview": 4,
    "arxiv-new": 4,
    "biorxiv": 5,
    "medrxiv": 5,
    "arxiv": 5,
}
"""Whose title and abstract are shown when several sources tell them: the higher, the closer to the
paper's own record. A source that is not named here ranks with reference managers' files."""
UNRANKED = 2

_ARXIV, _DOI = Scheme.ARXIV.value, Scheme.DOI.value

REMARKS = ("comment", "correction", "corrigendum", "discussion", "erratum", "rejoinder", "reply to")
"""How titles begin that several people give to what they say about a work of others."""
PREPRINT_DOIS = (
    "10.1101/",
    "10.2139/ssrn",
    "10.20944/preprints",
    "10.21203/rs.",
    "10.26434/chemrxiv",
    "10.31219/osf.io",
    "10.31234/osf.io",
    "10.31235/osf.io",
    "10.36227/techrxiv",
    "10.48550/arxiv",
)
"""How the DOIs of preprint servers begin. One of these and one of a publisher may name one work."""
SURE_TITLE = 20
"""A title of fewer characters ("Introduction") proves nothing by itself."""

LEAST_SHARED = 0.1
"""Share of the runs of three words that two abstracts of one work have in common."""
MOST_YEARS = 3
"""Between a preprint and its publication, where a source says that they are one work."""


class Facts(msgspec.Struct, frozen=True, gc=False):
    """One paper: fields as in `papers.models.Paper`, and the rows of its other tables."""

    text_source: str
    title: str
    title_key: int
    abstract: str = ""
    summary: str = ""
    summary_by: str = ""
    names: tuple[str, ...] = ()
    name_keys: tuple[int, ...] = ()
    """`title_key` of each name."""
    author_count: int | None = None
    organization: str = ""
    published: date | None = None
    updated: date | None = None
    day: date | None = None
    day_basis: int = DayBasis.NONE
    source_votes: int = 0
    source_comments: int = 0
    keywords: tuple[str, ...] = ()
    author_note: str = ""
    journal_ref: str = ""
    licence: str = ""
    withdrawn: bool = False
    raw: dict[str, object] = {}
    arxiv_id: str = ""
    doi: str = ""
    categories: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    versions: tuple[Version, ...] = ()
    sources: frozenset[str] = frozenset()
    told: dict[str, dict[str, object]] = {}
    """What a source tells in its own shape, by the name of the source."""
    own_votes: int = 0
    """Votes and comments of this site; loaded with the rest, and never written from here."""
    own_comments: int = 0

    @property
    def votes(self) -> int:
        return self.source_votes + self.own_votes

    @property
    def comments(self) -> int:
        return self.source_comments + self.own_comments


def merge(known: Facts, told: Facts) -> Facts:
    """What is known after `told`: gaps filled, nothing erased; `known` itself if told no news."""
    merged = replace(
        known,
        **_text(known, told),
        **_summary(known, told),
        organization=known.organization or told.organization,
        keywords=known.keywords or told.keywords,
        **_day(known, told),
        source_votes=max(known.source_votes, told.source_votes),
        source_comments=max(known.source_comments, told.source_comments),
        withdrawn=known.withdrawn or told.withdrawn,
        arxiv_id=known.arxiv_id or told.arxiv_id,
        doi=_better_doi(known.doi, told.doi),
        links=_all_links(known.links, told.links),
        versions=_all_versions(known.versions, told.versions),
        sources=known.sources | told.sources,
        told=_all_told(known.told, told.told),
    )
    return known if merged == known else merged


def _better_doi(known: str, told: str) -> str:
    """That of the publisher, if one of them is."""
    return told if told and (not known or is_preprint_doi(known) > is_preprint_doi(told)) else known


def _text(known: Facts, told: Facts) -> dict[str, Any]:
    """The fields that follow one source: taken over from a better or newer telling, else filled."""
    take_over = _standing(told) > _standing(known)
    first, second = (told, known) if take_over else (known, told)
    raw = dict(first.raw)
    for name, holds in (("abstract", first.abstract), ("authors", first.names)):
        if not holds and name in second.raw:
            raw[name] = second.raw[name]
    return {
        "text_source": first.text_source,
        "title": first.title,
        "title_key": first.title_key,
        "abstract": first.abstract or second.abstract,
        "names": first.names or second.names,
        "name_keys": first.name_keys or second.name_keys,
        "author_count": len(first.names or second.names)
        or first.author_count
        or second.author_count,
        "published": first.published or second.published,
        "updated": first.updated or second.updated,
        "author_note": first.author_note or second.author_note,
        "journal_ref": first.journal_ref or second.journal_ref,
        "licence": first.licence or second.licence,
        "categories": first.categories or second.categories,
        "raw": raw,
    }


def _standing(facts: Facts) -> tuple[int, date]:
    return TEXT_RANK.get(facts.text_source, UNRANKED), facts.updated or facts.published or date.min


def _summary(known: Facts, told: Facts) -> dict[str, Any]:
    first = known if known.summary else told
    return {"summary": first.summary, "summary_by": first.summary_by}


def _day(known: Facts, told: Facts) -> dict[str, Any]:
    """The day of the better basis; of two days of equal basis the earlier."""
    first = min(known, told, key=lambda facts: (-facts.day_basis, facts.day or date.max))
    return {"day": first.day, "day_basis": first.day_basis}


def _all_links(known: tuple[Link, ...], told: tuple[Link, ...]) -> tuple[Link, ...]:
    addresses = {link.url for link in known}
    fresh = {link.url: link for link in reversed(told) if link.url not in addresses}
    return known + tuple(reversed(fresh.values()))


def _all_versions(known: tuple[Version, ...], told: tuple[Version, ...]) -> tuple[Version, ...]:
    submitted = {version.number: version.submitted for version in told}
    for version in known:
        submitted[version.number] = version.submitted or submitted.get(version.number)
    return tuple(Version(number, submitted[number]) for number in sorted(submitted))


def _all_told(
    known: dict[str, dict[str, object]], told: dict[str, dict[str, object]]
) -> dict[str, dict[str, object]]:
    """Gaps filled, numbers raised; what a source said first stays."""
    merged = dict(known)
    for source, news in told.items():
        before = known.get(source, {})
        merged[source] = news | before | _raised(before, news)
    return merged


def _raised(before: dict[str, object], news: dict[str, object]) -> dict[str, object]:
    return {
        name: value
        for name, value in news.items()
        if isinstance(value, int) and isinstance(was := before.get(name), int) and value > was
    }


def same_work(known: Facts, told: Facts) -> int:
    """How surely two tellings with the same title key are one work; 0 means that they are not.

    Used where an identifier does not decide. Different arXiv ids or DOIs are different works, and
    so are those of authors who are all others. The same abstract settles it. Otherwise first
    authors, years or abstracts that differ speak against it, and a short title, or one that many
    comments on a work share, needs one of them to speak for it.
    """
    if contradict(known, told) or _strangers(known, told):
        return 0
    known_author, told_author = _first_author(known), _first_author(told)
    same_author = bool(known_author) and known_author == told_author
    if _is_remark(told.title) and not same_author:
        return 0
    if known.abstract and _opening(known.abstract) == _opening(told.abstract):
        return 4
    if _differ(known_author, told_author):
        return 0
    apart = _years_apart(known, told)
    if apart is not None and apart > (2 if same_author else 1):
        return 0
    if are_strange(known.abstract, told.abstract, LEAST_SHARED):
        return 0
    evidence = 2 * same_author + (apart == 0)
    if evidence or len(normal_title(told.title)) >= SURE_TITLE:
        return 1 + evidence
    return int(_is_bare(known) and _is_bare(told))


def _strangers(one: Facts, other: Facts) -> bool:
    """Whether both have authors, and not one word of their names in common."""
    return bool(one.names and other.names) and not _name_words(one) & _name_words(other)


def _name_words(facts: Facts) -> set[str]:
    words = {word for name in facts.names for word in normal_title(name).split()}
    return {word for word in words if len(word) > 1}


def _is_remark(title: str) -> bool:
    return normal_title(title).startswith(REMARKS)


def contradict(one: Facts, other: Facts) -> bool:
    """Whether their identifiers say that they are two works."""
    return _differ(one.arxiv_id, other.arxiv_id) or (
        _differ(one.doi, other.doi) and is_preprint_doi(one.doi) == is_preprint_doi(other.doi)
    )


def is_preprint_doi(doi: str) -> bool:
    return doi.startswith(PREPRINT_DOIS)


def may_be_one(one: Facts, other: Facts) -> bool:
    """Whether two papers to which a source gives the identifiers of one work can be one: nothing
    speaks against it, and their titles or first authors agree."""
    first, second = _first_author(one), _first_author(other)
    apart = _years_apart(one, other)
    if contradict(one, other) or _differ(first, second) or (apart or 0) > MOST_YEARS:
        return False
    return one.title_key == other.title_key or bool(first and second)


def _differ(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def _opening(abstract: str) -> str:
    return normal_title(abstract[:400])[:160]


def _first_author(facts: Facts) -> str:
    """Family name of the first author in key form, or an empty string."""
    return normal_title(facts.names[0]).rpartition(" ")[2] if facts.names else ""


def _years_apart(known: Facts, told: Facts) -> int | None:
    if known.published is None or told.published is None:
        return None
    return abs(known.published.year - told.published.year)


def _is_bare(facts: Facts) -> bool:
    return not (facts.names or facts.published or facts.abstract)


def identifiers(facts: Facts) -> list[tuple[str, str]]:
    """Scheme and value of each identifier, the surest first."""
    named = [(_ARXIV, facts.arxiv_id)] if facts.arxiv_id else []
    return [*named, (_DOI, facts.doi)] if facts.doi else named


def plain(facts: Facts) -> dict[str, Any]:
    """The facts as JSON has them."""
    told: dict[str, Any] = msgspec.to_builtins(facts)
    return told | {"sources": sorted(facts.sources)}


def changed(before: Facts, after: Facts) -> dict[str, list[Any]]:
    """The facts in which two differ, by name: as they were and as they are, as JSON has them."""
    one, other = plain(before), plain(after)
    return {name: [one[name], other[name]] for name in one if one[name] != other[name]}
