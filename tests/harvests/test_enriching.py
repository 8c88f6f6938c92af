"""What other sites know about papers: asked politely, kept, shown; nothing without the setting."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from django.core.checks import run_checks
from django.test import Client
from django.utils import timezone

from broadsheet.harvests import choosing, enriching, jobs
from broadsheet.harvests.findings import Finding
from broadsheet.harvests.models import Host, Run, Source
from broadsheet.papers.models import Paper, latest_change
from broadsheet.papers.records import Link, LinkKind
from broadsheet.papers.works import News
from broadsheet.sources.about_crossref import Crossref
from broadsheet.sources.about_github import GitHub, repository
from broadsheet.sources.about_openalex import OpenAlex
from broadsheet.sources.about_semantic_scholar import SemanticScholar
from broadsheet.sources.teller import Teller
from tests.community.people import make_reader
from tests.shelf import make_paper
from tests.sites import Said, Site, site
from tests.web.reading import texts, tree_of

pytestmark = pytest.mark.django_db

TITLE = "Counting the tides of a harbour"


def said(told: object, status: int = 200) -> Said:
    return Said(json.dumps(told).encode(), status)


@pytest.fixture
def other() -> Iterator[Site]:
    with site(lambda asked: said({}, 404)) as told:
        yield told


def ask(settings: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, teller: Teller) -> None:
    """Ask this teller alone, as if it was due."""
    settings.ENRICH = [teller.name]
    monkeypatch.setattr(enriching, "TELLERS", (teller,))
    Source.objects.update(next_run=timezone.now())
    jobs.enrich_due()


@pytest.fixture
def paper() -> Paper:
    return make_paper(
        TITLE,
        arxiv_id="2501.00001",
        names=["Ada Example"],
        published=date(2025, 1, 2),
        links=[Link(LinkKind.CODE, "https://github.com/example/tides/tree/main")],
    )


def test_stars_and_licence(
    other: Site, settings: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, paper: Paper
) -> None:
    settings.SOURCE_KEYS = {"github": "secret"}
    told = {"full_name": "example/tides", "stargazers_count": 1234, "license": {"spdx_id": "MIT"}}
    other.respond = lambda asked: said(told)
    before = latest_change()
    ask(settings, monkeypatch, GitHub(other.address))
    assert other.asked[0].path == "/repos/example/tides"
    assert other.asked[0].headers["Authorization"] == "Bearer secret"
    facts = texts(tree_of(Client().get(f"/papers/{paper.slug}")), "//aside//dd")
    assert any("example/tides: 1,234 stars, MIT" in fact for fact in facts)
    assert latest_change() == before + 1
    ask(settings, monkeypatch, GitHub(other.address))
    assert len(other.asked) == 1
    Finding.objects.update(at=timezone.now() - timedelta(days=31))
    ask(settings, monkeypatch, GitHub(other.address))
    assert (len(other.asked), latest_change()) == (2, before + 1)


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://github.com/example/tides", "example/tides"),
        ("https://www.github.com/example/tides.git", "example/tides"),
        ("https://github.com/example", ""),
        ("https://github.com/orgs/example", ""),
        ("https://github.com/../x", ""),
        ("https://gitlab.com/example/tides", ""),
    ],
)
def test_the_name_of_a_repository(address: str, name: str) -> None:
    assert repository(address) == name


def test_citations_of_fifty_papers_in_one_question(
    other: Site, settings: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, paper: Paper
) -> None:
    make_paper("Moons", doi="10.1000/moons")
    make_paper("A page without a name")
    found = [
        {"doi": "https://doi.org/10.48550/arXiv.2501.00001", "cited_by_count": 7},
        {"doi": None, "cited_by_count": 1},
    ]
    other.respond = lambda asked: said({"results": found})
    ask(settings, monkeypatch, OpenAlex(other.address))
    assert other.asked[0].query["filter"] == "doi:10.1000/moons|10.48550/arxiv.2501.00001"
    assert len(other.asked) == 1
    assert dict(Finding.objects.values_list("paper__slug", "found")) == {
        paper.slug: {"citations": 7},
        "b2": {},
    }
    facts = texts(tree_of(Client().get(f"/papers/{paper.slug}")), "//aside//dd")
    assert any("7 times, by OpenAlex" in fact for fact in facts)


def test_semantic_scholar_knows_where_a_preprint_was_published(
    other: Site, settings: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, paper: Paper
) -> None:
    names = {"DOI": "10.1000/TIDES", "ArXiv": "2501.00001", "DBLP": "journals/x/tides"}
    told = {"externalIds": names, "citationCount": 3, "journal": {"name": "Journal of Tides"}}
    other.respond = lambda asked: said(told)
    ask(settings, monkeypatch, SemanticScholar(other.address))
    assert other.asked[0].path == "/paper/ARXIV:2501.00001"
    paper.refresh_from_db()
    assert paper.journal_ref == "Journal of Tides"
    assert News.objects.values_list("event", "after").get() == ("published", "10.1000/tides")
    assert Finding.objects.get().found == {"citations": 3, "dblp": "journals/x/tides"}


@pytest.mark.parametrize("key", ["", "a-key-of-ours"])
def test_semantic_scholar_works_with_and_without_a_key(
    other: Site, settings: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, paper: Paper, key: str
) -> None:
    other.respond = lambda asked: said({"citationCount": 3})
    if key:
        choosing.keep_key(make_reader("op", is_staff=True), "semantic-scholar", key)
    ask(settings, monkeypatch, SemanticScholar(other.address))
    sent = {name.lower(): value for name, value in other.asked[0].headers.items()}
    assert sent.get("x-api-key", "") == key
    assert "papers@example.org" in sent["user-agent"]
    assert Finding.objects.get(paper=paper).found == {"citations": 3}
    run = Run.objects.get(source="enrich:semantic-scholar")
    assert (run.changed, run.error) == (1, "")
    assert run.ended


@pytest.mark.usefixtures("paper")
def test_the_page_of_sources_tells_how_a_teller_stands(
    other: Site, settings: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ENRICH = ["semantic-scholar"]
    assert "not asked yet" in texts(tree_of(Client().get("/sources")), "//article")[0]
    other.respond = lambda asked: Said(b"", 429, {"Retry-After": "7200"})
    ask(settings, monkeypatch, SemanticScholar(other.address))
    row = Source.objects.get(name="enrich:semantic-scholar")
    assert row.next_run > timezone.now() + timedelta(minutes=119)
    shown = texts(tree_of(Client().get("/sources")), "//article")[0]
    assert "in trouble" in shown
    assert Run.objects.get().error
    assert Run.objects.get().error in shown
    assert "Asked next" in shown


def crossref_work(**news: object) -> dict[str, object]:
    return {
        "DOI": "10.1000/tides",
        "title": [TITLE.upper()],
        "author": [{"given": "A.", "family": "Example"}],
        "container-title": ["Journal of Tides"],
        "published": {"date-parts": [[2025, 6]]},
    } | news


@pytest.mark.parametrize(
    ("work", "doi"),
    [
        (crossref_work(), ["10.1000/tides"]),
        (crossref_work(author=[{"given": "Bo", "family": "Sample"}]), []),
        (crossref_work(title=["Counting the moons of a harbour"]), []),
        (crossref_work(published={"date-parts": [[2019, 6]]}), []),
        (crossref_work(DOI="10.1101/2025.1"), []),
    ],
)
def test_a_published_version_is_found_and_judged(
    other: Site, settings: SimpleNamespace, monkeypatch: pytest.MonkeyPatch,
    paper: Paper, work: dict[str, object], doi: list[str],
) -> None:  # fmt: skip
    young = timezone.now().date() - timedelta(days=9)
    make_paper("Too young", arxiv_id="2512.00001", names=["Ada Example"], published=young)
    other.respond = lambda asked: said({"message": {"items": [{"DOI": "x"}, work]}})
    ask(settings, monkeypatch, Crossref(other.address))
    assert other.asked[0].query["query.author"] == "Ada Example"
    assert len(other.asked) == 1
    found = paper.identifiers.filter(scheme="doi").values_list("value", flat=True)
    assert list(found) == doi


def test_a_site_that_has_enough_is_left_alone_and_nothing_is_lost(
    other: Site, settings: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, paper: Paper
) -> None:
    other.respond = lambda asked: Said(b"", 403)
    ask(settings, monkeypatch, GitHub(other.address))
    row = Source.objects.get(name="enrich:github")
    assert (row.failures, row.claim) == (1, "")
    assert row.next_run > timezone.now() + timedelta(minutes=59)
    assert not Finding.objects.exists()
    other.respond = lambda asked: said({}, 404)
    Host.objects.update(rests_until=None)
    ask(settings, monkeypatch, GitHub(other.address))
    assert Finding.objects.get().found == {}


def test_without_the_setting_nobody_is_asked_and_a_wrong_word_stops_the_start(
    settings: SimpleNamespace, paper: Paper
) -> None:
    jobs.enrich_due()
    assert not Source.objects.exists()
    settings.ENRICH = ["gitlab"]
    assert [found.id for found in run_checks(tags=["broadsheet"])] == ["broadsheet.E006"]


def test_recorded_answers_are_understood(
    other: Site, settings: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, shared_data: Path
) -> None:
    fixtures = shared_data / "fixtures"
    turing = make_paper("Computing Machinery and Intelligence", doi="10.1093/mind/lix.236.433")
    recorded = fixtures / "semantic_scholar/danielnsilva__semanticscholar/tests__data__Paper.json"
    other.respond = lambda asked: Said(recorded.read_bytes())
    ask(settings, monkeypatch, SemanticScholar(other.address))
    found = Finding.objects.get(paper=turing).found
    assert (found["citations"], found["dblp"]) == (10059, "journals/x/Turing50")
    works = fixtures / "openalex/kitzcode__research-radar/tests__fixtures__openalex_works.json"
    cited = make_paper("In vivo CRISPR base editing", doi="10.1038/s41586-021-03534-y")
    other.respond = lambda asked: Said(works.read_bytes())
    ask(settings, monkeypatch, OpenAlex(other.address))
    assert Finding.objects.get(paper=cited).found == {"citations": 768}
    name = "crossref/sckott__habanero/test__cassettes__test-works__test_works_query.yaml"
    cassette = yaml.safe_load((fixtures / name).read_text())
    answer = cassette["interactions"][0]["response"]["body"]["string"]
    make_paper("A title that none of them has", arxiv_id="2501.00009", names=["Ada Example"],
               published=date(2025, 1, 2))  # fmt: skip
    packed = {"Content-Encoding": "gzip"} if answer.startswith(b"\x1f\x8b") else {}
    other.respond = lambda asked: Said(answer, headers=packed)
    ask(settings, monkeypatch, Crossref(other.address))
    assert Source.objects.get(name="enrich:crossref").failures == 0
