"""What other sites know about papers that are here: asked some papers at a time, newest first."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from msgspec.structs import replace

from broadsheet.fetching import FetchError
from broadsheet.harvests import claims, keys
from broadsheet.harvests.findings import Finding
from broadsheet.harvests.models import Run
from broadsheet.harvests.models import Source as Row
from broadsheet.harvests.running import SOONEST, fetcher, next_wait
from broadsheet.papers import rows
from broadsheet.papers.actions import announce, save_records
from broadsheet.papers.drafts import UnusableError, draft
from broadsheet.papers.facts import Facts, is_preprint_doi, same_work
from broadsheet.papers.kinds import Scheme
from broadsheet.papers.models import Identifier, Paper, PaperLink
from broadsheet.papers.records import LinkKind, Record, SourceError
from broadsheet.sources.about_crossref import Crossref
from broadsheet.sources.about_github import GitHub
from broadsheet.sources.about_openalex import OpenAlex
from broadsheet.sources.about_semantic_scholar import SemanticScholar
from broadsheet.sources.source import Asking
from broadsheet.sources.teller import About, Known, More, Teller

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=10)
AGAIN = timedelta(days=30)
"""After this a paper is asked about anew."""
LOOKED_AT = 500
"""Papers among which those that a teller can know are looked for in one run."""
SURE = 3
"""The least `same_work` for a published version: the first author and the year agree."""

TELLERS: tuple[Teller, ...] = (GitHub(), OpenAlex(), SemanticScholar(), Crossref())


_named = Identifier.objects.filter(paper_id=OuterRef("pk"))
_code = PaperLink.objects.filter(paper_id=OuterRef("pk"), kind=LinkKind.CODE)
_ABOUT = {
    About.CODE: Q(Exists(_code.filter(url__contains="github.com/"))),
    About.NAMED: Q(Exists(_named)),
    About.PREPRINTS: Q(Exists(_named.filter(scheme=Scheme.ARXIV)))
    & ~Q(Exists(_named.filter(scheme=Scheme.DOI))),
}


def tellers() -> list[Teller]:
    """Those of BROADSHEET_ENRICH. Raises ImproperlyConfigured for what is none."""
    known = {teller.name: teller for teller in TELLERS}
    if strange := [word for word in settings.ENRICH if word not in known]:
        there = ", ".join(known)
        raise ImproperlyConfigured(f"BROADSHEET_ENRICH: {strange[0]!r} is none of {there}.")
    return [known[word] for word in dict.fromkeys(settings.ENRICH)]


def row_name(teller: Teller) -> str:
    """What the rows about it are called."""
    return f"enrich:{teller.name}"


def run_due() -> None:
    """Ask each teller of the setting that is due."""
    for teller in tellers():
        name = row_name(teller)
        Row.objects.get_or_create(name=name)
        if not Row.objects.due(timezone.now()).filter(name=name).exists():
            continue
        try:
            with claims.claimed(name, only_due=True) as claim:
                run(teller, claim)
        except claims.TakenError:
            continue


def run(teller: Teller, claim: str) -> int:
    """Ask about the next papers; about how many it told."""
    row = Row.objects.get(name=row_name(teller))
    told, wait, error = 0, None, ""
    papers = list(_next(teller))
    noted = Run.objects.create(source=row) if papers else None
    try:
        with fetcher(claim) as fetch:
            asking = Asking(fetch, timezone.now().date(), keys=keys.all_keys())
            for more in teller.more(papers, asking) if papers else ():
                _save(teller, more)
                told += 1
        row.failures = 0
    except (FetchError, SourceError) as failure:
        log.warning("%s: %s", row.name, failure)
        row.failures += 1
        error = str(failure)
        wait = failure.wait if isinstance(failure, FetchError) else None
    row.next_run = timezone.now() + next_wait(
        EVERY if not row.failures else SOONEST, row.failures, wait
    )
    row.save(update_fields=["failures", "next_run"])
    if noted:
        noted.ended, noted.error, noted.changed = timezone.now(), error, told
        noted.save(update_fields=["ended", "error", "changed"])
    return told


def _next(teller: Teller) -> Iterable[Known]:
    """The newest papers that it may know and was not asked about lately."""
    since = timezone.now() - AGAIN
    asked = Finding.objects.fresh(teller.name, since).filter(paper_id=OuterRef("pk"))
    papers = Paper.objects.filter(_ABOUT[teller.about], ~Exists(asked)).order_by("-id")
    facts = rows.load(papers.values_list("id", flat=True)[:LOOKED_AT])
    today = timezone.now().date()
    wanted = [_known(key, facts[key]) for key in sorted(facts, reverse=True)]
    none = [paper.key for paper in wanted if not teller.wants(paper, today)]
    Finding.objects.bulk_create(
        (Finding(paper_id=key, teller=teller.name, at=timezone.now()) for key in none),
        update_conflicts=True,
        unique_fields=["paper_id", "teller"],
        update_fields=["at"],
    )
    most = settings.ENRICH_MOST or teller.most
    return [paper for paper in wanted if teller.wants(paper, today)][:most]


def _known(key: int, facts: Facts) -> Known:
    return Known(
        key,
        facts.title,
        facts.names[0] if facts.names else "",
        facts.arxiv_id,
        facts.doi,
        facts.published,
        tuple(link.url for link in facts.links if link.kind == LinkKind.CODE),
    )


def _save(teller: Teller, more: More) -> None:
    """Write down what was told; a paper about which something is new is announced."""
    record = more.record or _published(teller, more)
    found = more.found
    if record and more.candidates:
        found = found | {"doi": record.doi}
    with transaction.atomic():
        before = Finding.objects.filter(paper_id=more.key, teller=teller.name).first()
        if not Paper.objects.filter(pk=more.key).exists():
            return  # it was removed meanwhile
        Finding.objects.update_or_create(
            paper_id=more.key,
            teller=teller.name,
            defaults={"at": timezone.now(), "found": found},
        )
        if record:
            save_records([record])
        if found != (before.found if before else {}):
            announce([more.key])


def _published(teller: Teller, more: More) -> Record | None:
    """Of the works that may be the paper, the one that surely is, as a telling of the paper."""
    if not more.candidates:
        return None
    known = rows.load([more.key]).get(more.key)
    if not known or not known.arxiv_id:
        return None
    for one in more.candidates:
        try:
            facts = draft(one, timezone.now().date())
        except UnusableError:
            continue
        is_other = not facts.doi or is_preprint_doi(facts.doi) or facts.title_key != known.title_key
        if not is_other and same_work(replace(known, doi=""), facts) >= SURE:
            return Record(
                source=teller.name,
                position=one.position,
                title=known.title,
                arxiv_id=known.arxiv_id,
                doi=facts.doi,
                journal_ref=facts.journal_ref,
            )
    return None
