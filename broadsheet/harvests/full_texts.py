"""Texts and first pages of papers whose licence allows to keep them; a few at a time, newest first.

Off without the settings. What the licence does not allow is never asked for, and what was kept
under a licence that has changed since is shown no more (see `papers.works`).
"""

from __future__ import annotations

import logging
import subprocess
import sys
from datetime import timedelta

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from broadsheet.fetching import Fetcher, FetchError
from broadsheet.harvests import claims
from broadsheet.harvests.models import Source as Row
from broadsheet.harvests.running import SOONEST, fetcher, next_wait
from broadsheet.papers.actions import announce
from broadsheet.papers.licences import BEGINNINGS, allows_copies
from broadsheet.papers.models import Paper
from broadsheet.papers.records import SourceError
from broadsheet.papers.works import FirstPage, FullText
from broadsheet.sources import arxiv_html

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=10)
MOST = 20
"""Papers in one run: one every half a minute, of which arXiv's own pause is a tenth."""
LONGEST_DRAWING = 20.0
"""Seconds for one first page."""
NAME = "full-text"
BASE = "https://arxiv.org"


def run_due(base: str = BASE) -> None:
    """Fetch what the settings ask for, if it is time."""
    if not (settings.FULL_TEXT or settings.FIRST_PAGES):
        return
    Row.objects.get_or_create(name=NAME)
    try:
        with claims.claimed(NAME, only_due=True) as claim, fetcher(claim) as fetch:
            _run(fetch, base)
    except claims.TakenError:
        return


def _run(fetch: Fetcher, base: str) -> None:
    row = Row.objects.get(name=NAME)
    wait = None
    try:
        for paper in _wanting("full_text") if settings.FULL_TEXT else ():
            _keep_text(paper, fetch, base)
        for paper in _wanting("first_page") if settings.FIRST_PAGES else ():
            _keep_page(paper, fetch, base)
        row.failures = 0
    except FetchError as failure:
        log.warning("%s: %s", NAME, failure)
        row.failures, wait = row.failures + 1, failure.wait
    pause = next_wait(SOONEST if row.failures else EVERY, row.failures, wait)
    row.next_run = timezone.now() + pause
    row.save(update_fields=["failures", "next_run"])


def _wanting(kept: str) -> list[Paper]:
    """The newest papers of arXiv with a free licence under which nothing was asked for yet."""
    begins = Q()
    for beginning in BEGINNINGS:
        begins |= Q(licence__startswith=beginning)
    missing = Q(**{f"{kept}__isnull": True}) | ~Q(**{f"{kept}__licence": F("licence")})
    papers = Paper.objects.filter(begins, missing, withdrawn=False).exclude(slug__startswith="b")
    found = papers.order_by("-id").only("id", "slug", "licence")[: 5 * MOST]
    return [paper for paper in found if paper.arxiv_id and allows_copies(paper.licence)][:MOST]


def _keep_text(paper: Paper, fetch: Fetcher, base: str) -> None:
    address = f"{base}/html/{paper.arxiv_id}"
    text = ""
    try:
        text = arxiv_html.markdown(fetch.get(address, is_page=True).body)
    except SourceError as reason:
        log.info("%s: %s", paper.arxiv_id, reason)
    except FetchError as failure:
        if failure.status != 404:
            raise
    FullText.objects.update_or_create(
        paper=paper,
        defaults={
            "text": text,
            "licence": paper.licence,
            "address": f"{BASE}/html/{paper.arxiv_id}",
            "at": timezone.now(),
        },
    )
    if text:
        announce([paper.id])


def _keep_page(paper: Paper, fetch: Fetcher, base: str) -> None:
    image = b""
    try:
        image = drawn(fetch.get(f"{base}/pdf/{paper.arxiv_id}").body)
    except FetchError as failure:
        if failure.status is None or failure.status != 404:
            raise
    FirstPage.objects.update_or_create(
        paper=paper,
        defaults={"image": image, "licence": paper.licence, "at": timezone.now()},
    )
    if image:
        announce([paper.id])


def drawn(pdf: bytes) -> bytes:
    """The first page as a small PNG, b"" where it cannot be drawn. A process of its own draws it,
    with little memory and time: a file of others is not read where the site's secrets are."""
    command = [sys.executable, "-I", "-m", "broadsheet.harvests.first_page"]
    try:
        done = subprocess.run(  # noqa: S603  we start ourselves
            command, input=pdf, capture_output=True, timeout=LONGEST_DRAWING, check=False, env={}
        )
    except subprocess.TimeoutExpired:
        return b""
    return done.stdout if done.returncode == 0 and done.stdout.startswith(b"\x89PNG") else b""
