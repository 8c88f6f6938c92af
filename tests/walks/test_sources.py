"""The pages about sources and about works, as an operator and moderator sees them."""

from __future__ import annotations

import os
import re
from datetime import date
from types import SimpleNamespace
from typing import Literal

import pytest
from django.utils import timezone
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from broadsheet.community import merging
from broadsheet.harvests import choosing
from broadsheet.harvests.findings import Finding
from broadsheet.harvests.models import Backfill, Reject, Run, Source
from broadsheet.harvests.operating import Chosen, Key
from broadsheet.papers.actions import save_records
from broadsheet.papers.models import Paper
from broadsheet.papers.records import Link, LinkKind, Record, Version
from tests.community.people import make_reader
from tests.shelf import make_paper
from tests.walks.test_community import sign_in
from tests.walks.test_reading import DESK, PHONE, violations, walk

pytestmark = pytest.mark.django_db(transaction=True)


def stock() -> int:
    """Sources with runs, and a paper with a history; the number of a run."""
    source = Source.objects.create(name="arxiv:cs.LG", failures=2)
    Source.objects.create(name="hf-daily", hour=6)
    teller = Source.objects.create(name="enrich:github", failures=1)
    Run.objects.create(source=teller, ended=timezone.now(), changed=3, error="It did not answer.")
    run = Run.objects.create(
        source=source, ended=timezone.now(), new=120, rejected=2, error="It did not answer in time."
    )
    for number in (3, 8):
        Reject.objects.create(
            run=run, position=f"record {number}", reason="it has no title", excerpt="<record>" * 20
        )
    Backfill.objects.create(
        source=source, first=date(2025, 1, 1), last=date(2025, 3, 1), reached=date(2025, 1, 21)
    )
    facts = Record(
        source="arxiv", position="1", title="Meanders of rivers", arxiv_id="2512.00001",
        authors=("A. Sample",), abstract="Rivers bend. " * 40, versions=(Version(1),),
        published=date(2025, 12, 1), links=(Link(LinkKind.CODE, "https://github.com/e/rivers"),),
    )  # fmt: skip
    save_records([facts])
    later = Record(
        source="arxiv", position="1", title="Meanders of $x^2$ rivers", arxiv_id="2512.00001",
        versions=(Version(1), Version(2)), doi="10.1000/rivers", updated=date(2025, 12, 9),
    )  # fmt: skip
    save_records([later])
    told = {"repository": "e/rivers", "stars": 1234, "licence": "MIT"}
    paper = Paper.objects.get()
    Finding.objects.create(paper=paper, teller="github", at=timezone.now(), found=told)
    Finding.objects.create(
        paper=paper, teller="openalex", at=timezone.now(), found={"citations": 7}
    )
    other = make_paper("Rivers that bend", doi="10.1000/bends", names=["A. Sample"])
    merging.join(make_reader("mo", is_staff=True), paper.id, other.id, "The same work")
    return run.pk


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, DESK])
def test_pages_of_sources_and_works_are_accessible(
    browser: Browser,
    live_server: LiveServer,
    axe: str,
    settings: SimpleNamespace,
    width: int,
    scheme: Literal["light", "dark"],
) -> None:
    settings.SOURCES = ["arxiv:cs.LG", "hf-daily"]
    settings.ENRICH = ["github", "openalex"]
    run = stock()
    operator = make_reader("op", is_staff=True)
    Chosen.objects.create(name="feed:https://papers.example/new.atom")
    Key.objects.create(name="zotero", sealed="x")
    choosing.note(operator, "switched on", "feed:https://papers.example/new.atom")
    addresses = [
        "/sources",
        "/sources/runs?source=arxiv:cs.LG",
        f"/sources/runs/{run}",
        "/sources/add",
        "/sources/add?kind=arxiv",
        "/sources/change?source=arxiv:cs.LG",
        "/sources/keys",
        "/sources/log",
        "/papers/2512.00001/works",
        "/papers/2512.00001",
    ]
    with walk(browser, live_server, width, scheme) as visit:
        page = sign_in(visit, live_server, operator)
        for address in addresses:
            page.goto(address)
            for details in page.locator("main details").all():
                details.evaluate("one => one.open = true")
            if folder := os.environ.get("SHOTS"):
                name = re.sub(r"\W+", "_", address)
                page.screenshot(path=f"{folder}/{name}-{width}-{scheme}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address
            assert violations(visit, axe) == [], address
            assert visit.faults == [], address
