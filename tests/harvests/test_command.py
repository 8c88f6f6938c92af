"""The command that asks sources, and the check of their setting."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result
from django.core.checks import run_checks
from django.test import Client

from broadsheet.cli import broadsheet
from broadsheet.papers.models import Paper
from broadsheet.search import engine
from broadsheet.search.query import parse
from tests.repository import Repository, record
from tests.sites import Said, in_turn, site

pytestmark = pytest.mark.django_db


def harvest(*arguments: str) -> Result:
    return CliRunner().invoke(broadsheet, ["harvest", *arguments])


def test_without_a_setting_it_lists_what_there_is() -> None:
    told = harvest()
    assert told.exit_code == 0
    assert "No source is set" in told.output
    assert "arxiv:cs.LG,cs.CL" in told.output


def test_it_asks_one_source_and_counts() -> None:
    with site(Repository([record(1), record(2, " "), record(3)])) as other:
        dry = harvest(f"oai:{other.address}/oai", "--dry-run")
        assert "2 records, 1 rejected (dry run: nothing was saved)." in dry.output
        assert not Paper.objects.exists()
        told = harvest(f"oai:{other.address}/oai", "--from", "2025-12-01", "--to", "2025-12-05")
    assert told.exit_code == 0, told.output
    assert "2 new, 0 changed, 0 unchanged, 1 rejected, 0 removed." in told.output
    assert "rejected record 2: it has no title" in told.output
    assert other.asked[-1].query["until"] == "2025-12-05"


@pytest.mark.django_db(transaction=True)
def test_what_came_is_in_the_feed_and_in_the_search() -> None:
    with site(Repository([record(1, "Whales heard by buoys")])) as other:
        told = harvest(f"oai:{other.address}/oai", "--since", "2025-12-01")
    assert told.exit_code == 0, told.output
    assert [hit.paper_id for hit in engine.search(parse("whales buoys")).hits] == [
        Paper.objects.get().id
    ]
    shown = Client().get("/papers/date/2025-12-02.atom").content.decode()
    assert "Whales heard by buoys" in shown


def test_a_failure_is_one_sentence_and_an_exit_code() -> None:
    with site(in_turn(Said(b"", 404))) as other:
        told = harvest(f"oai:{other.address}/oai")
    assert told.exit_code == 1
    assert "does not know what it was asked for (status 404)" in told.output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["hf-daily", "--to", "2025-12-05"], "--to goes with --from"),
        (["hf-daily", "--from", "2025-12-05", "--to", "2025-12-01"], "--from is later than --to"),
    ],
)
def test_days_that_cannot_be(arguments: list[str], sentence: str) -> None:
    told = harvest(*arguments)
    assert told.exit_code == 2
    assert sentence in told.output


def test_a_wrong_setting_stops_the_start_and_a_missing_contact_is_said(
    settings: SimpleNamespace,
) -> None:
    settings.SOURCES = ["arxvi:cs.LG"]
    assert [found.id for found in run_checks(tags=["broadsheet"])] == ["broadsheet.E006"]
    settings.SOURCES, settings.CONTACT = ["hf-daily"], ""
    assert [found.id for found in run_checks(tags=["broadsheet"])] == ["broadsheet.W004"]
    settings.CONTACT = "papers@example.org"
    assert run_checks(tags=["broadsheet"]) == []
