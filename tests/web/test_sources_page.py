"""The page of the sources: what everybody sees, what operators can do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from broadsheet.harvests.models import Backfill, Reject, Run, Source
from broadsheet.readers.models import Reader
from tests.community.people import make_reader
from tests.web.conftest import Page
from tests.web.reading import texts, tree_of, values

pytestmark = pytest.mark.django_db

WEDNESDAY = datetime(2025, 12, 10, 12, tzinfo=UTC)
SATURDAY = datetime(2025, 12, 13, 18, tzinfo=UTC)


@pytest.fixture
def two_sources(settings: SimpleNamespace) -> None:
    settings.SOURCES = ["arxiv:cs.LG", "hf-daily"]


def ran(name: str, at: datetime, **told: object) -> Run:
    source, _ = Source.objects.get_or_create(name=name)
    return Run.objects.create(source=source, started=at, ended=at, **told)


def at(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr(timezone, "now", lambda: now)


def test_without_a_setting_the_page_says_how_to_set_it(page: Page) -> None:
    tree = page("/sources")
    assert "asks no source by itself" in texts(tree, "//main")[0]
    assert "arxiv:cs.LG,cs.CL" in texts(tree, "//dt")


@pytest.mark.usefixtures("two_sources")
def test_every_source_is_told_with_its_last_run(
    page: Page, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    at(monkeypatch, WEDNESDAY)
    ran("hf-daily", WEDNESDAY - timedelta(days=3), new=1)
    run = ran(
        "hf-daily", WEDNESDAY - timedelta(hours=1), new=1234, rejected=1, error="It is tired."
    )
    Source.objects.update(failures=2)
    Reject.objects.create(run=run, position="item 3", reason="it has no title")
    page("/sources")
    with django_assert_num_queries(7):  # the kept pages ask once themselves
        tree = page("/sources")
    arxiv, hugging = texts(tree, "//article")
    assert "arXiv, cs.LG" in arxiv
    assert "not asked yet" in arxiv
    assert "in trouble" in hugging
    assert "Last asked 10 Dec 2025, 11:00 UTC: 1,234 new, 0 changed" in hugging
    assert "It is tired. It failed 2 times in a row." in hugging
    assert "item 3: it has no title" in hugging
    assert values(tree, "//article//button/@value") == []


@pytest.mark.usefixtures("two_sources")
def test_arxiv_is_late_on_a_working_day_and_not_on_a_weekend(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran("arxiv:cs.LG", datetime(2025, 12, 9, 3, tzinfo=UTC), new=5)
    ran("arxiv:cs.LG", datetime(2025, 12, 10, 11, tzinfo=UTC))
    at(monkeypatch, WEDNESDAY)
    assert "though papers were expected" in texts(page("/sources"), "//article")[0]
    ran("arxiv:cs.LG", datetime(2025, 12, 12, 3, tzinfo=UTC), new=5)
    at(monkeypatch, SATURDAY)
    assert "in order" in texts(page("/sources"), "//article")[0]


@pytest.mark.usefixtures("two_sources")
def test_a_visitor_can_do_nothing(client: Client) -> None:
    assert client.post("/sources", {"do": "run", "source": "hf-daily"}).status_code == 403
    client.force_login(Reader.objects.create_user("ada", "ada@example.org", "a long password"))
    assert client.post("/sources", {"do": "pause", "source": "hf-daily"}).status_code == 403
    assert not Source.objects.exists()


def test_an_operator_asks_for_days_and_sees_how_far_they_are(settings: SimpleNamespace) -> None:
    settings.SOURCES = ["hf-daily", "feed:https://papers.example/feed"]
    client = Client()
    client.force_login(make_reader("op", is_staff=True))
    asked = {"do": "backfill", "source": "hf-daily", "first": "2025-11-01", "last": "2025-11-30"}
    for wrong in ({"first": "yesterday"}, {"first": "2025-12-01"}, {"last": "2999-01-01"}):
        assert client.post("/sources", asked | wrong).status_code == 400
    refused = client.post("/sources", asked | {"source": settings.SOURCES[1]})
    assert "cannot be asked for days" in texts(tree_of(refused), "//main")[0]
    assert client.post("/sources", asked).status_code == 302
    assert client.post("/sources", asked).status_code == 302
    backfill = Backfill.objects.get()
    Backfill.objects.update(reached=date(2025, 11, 7), error="It did not answer.")
    shown = tree_of(client.get("/sources"))
    assert "7 of 30 days done" in texts(shown, "//article")[0]
    assert values(shown, "//progress/@value") == ["7"]
    for do, paused in (("rest", True), ("go-on", False)):
        client.post("/sources", {"do": do, "backfill": backfill.pk})
        assert Backfill.objects.get().paused is paused
    client.post("/sources", {"do": "end", "backfill": backfill.pk})
    assert not Backfill.objects.open().exists()
    assert client.post("/sources", {"do": "end", "backfill": backfill.pk}).status_code == 404
    assert client.post("/sources", {"do": "end", "backfill": "x"}).status_code == 404


def test_an_operator_sees_what_a_run_could_not_use_and_tries_again(
    settings: SimpleNamespace, client: Client
) -> None:
    settings.SOURCES = ["hf-daily"]
    ran("hf-daily", SATURDAY, rejected=1)
    run = Run.objects.get()
    Reject.objects.create(run=run, position="item 7", reason="it has no title", excerpt="{}")
    assert client.get(f"/sources/runs/{run.pk}").status_code == 403
    client.force_login(make_reader("op", is_staff=True))
    listed = tree_of(client.get("/sources/runs?source=hf-daily"))
    assert values(listed, "//main//li/a/@href") == [f"/sources/runs/{run.pk}"]
    shown = tree_of(client.get(f"/sources/runs/{run.pk}"))
    assert "item 7: it has no title" in texts(shown, "//main//li")[0]
    assert client.post(f"/sources/runs/{run.pk}").status_code == 302
    backfill = Backfill.objects.get()
    assert (backfill.first, backfill.last) == (SATURDAY.date() - timedelta(days=1), SATURDAY.date())
    assert "Tried again" in texts(tree_of(client.get(f"/sources/runs/{run.pk}")), "//main//li")[0]
    assert client.post(f"/sources/runs/{run.pk}").status_code == 400
    assert client.get("/sources/runs/999").status_code == 404


@pytest.mark.usefixtures("two_sources")
def test_an_operator_pauses_and_asks() -> None:
    operator = Reader.objects.create_user("op", "op@example.org", "a long password", is_staff=True)
    client = Client(enforce_csrf_checks=True)
    client.force_login(operator)
    shown = client.get("/sources")
    assert "no-cache" in shown["Cache-Control"]
    assert values(tree_of(shown), "//article[2]//button/@value") == ["run", "pause", "backfill"]
    token = values(tree_of(shown), "//input[@name='csrfmiddlewaretoken']/@value")[0]
    asked = {"source": "hf-daily", "csrfmiddlewaretoken": token}
    assert client.post("/sources", {"do": "pause", "source": "hf-daily"}).status_code == 403
    assert client.post("/sources", {"do": "pause", **asked}).status_code == 302
    assert Source.objects.get().paused
    assert "paused" in texts(tree_of(client.get("/sources")), "//article[2]")[0]
    client.post("/sources", {"do": "run", **asked})
    assert Source.objects.due(timezone.now()).exists()
    assert client.post("/sources", {**asked, "do": "run", "source": "x"}).status_code == 404
    assert client.post("/sources", {**asked, "do": "eat"}).status_code == 404
