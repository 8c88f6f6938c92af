"""Runs against a repository on this machine: what is saved, where the cursor stands."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from broadsheet.harvests import actions, claims, configured, jobs, running
from broadsheet.harvests.models import Host, Run
from broadsheet.harvests.models import Source as Row
from broadsheet.papers.kinds import DayBasis
from broadsheet.papers.models import Cursor, Paper
from broadsheet.sources import arxiv, known
from broadsheet.sources.oai_repository import Repository as Source
from tests import repository
from tests.repository import Repository, answer, arxiv_id, deleted, record
from tests.sites import Asked, Said, in_turn, site

pytestmark = pytest.mark.django_db

PAPERS = [record(number) for number in range(1, 9)]


def source(address: str) -> Source:
    return arxiv.by_oai("cs.LG,stat.ML", f"{address}/oai")


def position() -> dict[str, dict[str, str]]:
    kept = Cursor.objects.get(name=running.cursor_name("arxiv:cs.LG,stat.ML")).position
    told: dict[str, dict[str, str]] = json.loads(kept)
    return told


def only_cs(respond: Callable[[Asked], Said]) -> Callable[[Asked], Said]:
    """Nothing is in the other set."""

    def answered(asked: Asked) -> Said:
        if asked.query.get("set") == "stat":
            return repository.error("noRecordsMatch", "nothing")
        return respond(asked)

    return answered


def test_a_run_saves_every_page_and_moves_on_to_the_repositorys_day() -> None:
    with site(only_cs(Repository(PAPERS))) as other:
        told = running.run(source(other.address))
    assert (told.new, told.error, told.ended is not None) == (8, "", True)
    assert sorted(Paper.objects.values_list("slug", flat=True)) == [
        arxiv_id(number) for number in range(1, 9)
    ]
    assert position() == {"cs": {"since": "2025-12-04"}, "stat": {"since": "2025-12-04"}}
    first = other.asked[0].query
    assert first["metadataPrefix"] == "arXivRaw"
    assert first["set"] == "cs"
    assert first["from"] == str(timezone.now().date() - timedelta(days=7))
    assert other.asked[1].query == {"verb": "ListRecords", "resumptionToken": "3"}


def test_a_new_paper_stands_on_the_day_of_its_announcement() -> None:
    with site(only_cs(Repository([record(1), record(2, stamp="2026-03-01")]))) as other:
        running.run(source(other.address))
    announced, corrected_later = Paper.objects.order_by("slug")
    assert (announced.day, announced.day_basis) == (date(2025, 12, 2), DayBasis.ANNOUNCED)
    assert (corrected_later.day, corrected_later.day_basis) == (
        date(2025, 12, 1),
        DayBasis.PUBLISHED,
    )


def test_the_same_again_changes_nothing_and_news_are_taken() -> None:
    listed = Repository(PAPERS[:3])
    with site(only_cs(listed)) as other:
        running.run(source(other.address))
        again = running.run(source(other.address))
        listed.records = [record(1), record(2, "A lighthouse under another name"), record(9)]
        news = running.run(source(other.address))
    assert (again.new, again.changed, again.unchanged) == (0, 0, 3)
    assert (news.new, news.unchanged) == (1, 2)


def test_papers_of_other_categories_are_left_out() -> None:
    listed = [record(1), record(2, categories="cs.CV"), record(3, categories="cs.CV stat.ML")]
    with site(only_cs(Repository(listed))) as other:
        assert running.run(source(other.address)).new == 2
    with site(Repository(listed)) as other:
        assert running.run(arxiv.by_oai("cs", other.address)).new == 1


def test_what_is_deleted_there_is_removed_here() -> None:
    listed = Repository(PAPERS[:2])
    with site(only_cs(listed)) as other:
        running.run(source(other.address))
        listed.records = [deleted(1), deleted(7)]
        told = running.run(source(other.address))
    assert told.removed == 1
    assert list(Paper.objects.values_list("slug", flat=True)) == [arxiv_id(2)]


def test_a_repository_cannot_remove_what_others_told_of() -> None:
    with site(only_cs(Repository(PAPERS[:2]))) as other:
        running.run(source(other.address))
    hostile = [deleted(1), deleted(2).replace("oai:arXiv.org:" + arxiv_id(2), "b2"), record(3)]
    with site(Repository(hostile)) as other:
        told = running.run(known.source(f"oai:{other.address}/oai"))
    assert (told.removed, told.new, Paper.objects.count()) == (0, 1, 3)


def test_rejects_are_kept_with_their_reasons() -> None:
    with site(only_cs(Repository([record(1), record(2, " "), record(3)]))) as other:
        told = running.run(source(other.address))
    assert (told.new, told.rejected) == (2, 1)
    reject = told.rejects.get()
    assert (reject.position, reject.reason) == ("record 2", "it has no title")


def test_an_empty_day_is_no_error() -> None:
    with site(in_turn(repository.error("noRecordsMatch", "nothing is new"))) as other:
        told = running.run(source(other.address))
    assert (told.records, told.error) == (0, "")
    assert position()["cs"] == {"since": "2025-12-04"}


def broken_at(page: int, said: Said) -> Callable[[Asked], Said]:
    """The repository, with another answer for one page."""
    whole = Repository(PAPERS)

    def respond(asked: Asked) -> Said:
        at = int(asked.query.get("resumptionToken", "0")) // whole.page
        return said if at == page else whole(asked)

    return only_cs(respond)


WHOLE = Repository(PAPERS)(Asked("/", {"resumptionToken": "3"}, {})).body
ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE OAI-PMH [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;">]><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">
<ListRecords><record>&b;</record></ListRecords></OAI-PMH>"""
BROKEN = {
    "truncated": (Said(WHOLE[: len(WHOLE) // 2]), "ends in the middle"),
    "malformed": (Said(WHOLE.replace(b"</record>", b"</rekord>", 1)), "not well-formed"),
    "a captcha": (Said(b"<!doctype html><h1>Are you a person?</h1>"), "whether a person is asking"),
    "nothing": (Said(b""), "no OAI-PMH answer"),
    "JSON": (Said(b'{"error": "busy"}'), "no OAI-PMH answer"),
    "entities": (Said(ENTITIES), "document type"),
    "too many requests": (Said(b"", 429, {"Retry-After": "9000"}), "status 429"),
    "an error": (repository.error("badVerb", "no such verb"), "badVerb: no such verb"),
    "a private redirect": (Said(b"", 302, {"Location": "http://10.0.0.1/"}), "not a public"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_after_a_broken_page_the_cursor_stands_before_it_and_the_next_run_brings_the_rest(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    said, sentence = BROKEN[name]
    with site(broken_at(1, said)) as other, caplog.at_level(logging.WARNING):
        told = running.run(source(other.address))
        assert sentence in told.error
        assert sentence in caplog.text
        assert (told.new, Paper.objects.count()) == (3, 3)
        assert position()["cs"].get("token") == "3"
        other.respond = only_cs(Repository(PAPERS))
        Host.objects.update(rests_until=None)  # the time that it asked for is over
        again = running.run(source(other.address))
    assert (again.new, again.error, Paper.objects.count()) == (5, "", 8)


def test_after_a_failure_it_waits_as_long_as_it_was_asked_to_and_longer_each_time() -> None:
    with site(in_turn(Said(b"", 429, {"Retry-After": "9000"}))) as other:
        running.run(source(other.address))
    row = Row.objects.get()
    wait = row.next_run - timezone.now()
    assert row.failures == 1
    assert timedelta(seconds=8990) < wait < timedelta(seconds=10_000)
    hour = timedelta(hours=1)
    assert timedelta(minutes=5) <= running.next_wait(hour, 1) <= timedelta(minutes=5.5)
    assert timedelta(minutes=40) <= running.next_wait(hour, 4) <= timedelta(minutes=44)
    assert running.next_wait(hour, 99) <= timedelta(days=1.1)
    assert hour <= running.next_wait(hour, 0) <= 1.1 * hour


def test_wrong_bytes_are_mended() -> None:
    page = answer(f"<ListRecords>{record(1, 'Caf~ lights')}</ListRecords>").body
    with site(only_cs(in_turn(Said(page.replace(b"~", b"\xe9\x07"))))) as other:
        told = running.run(source(other.address))
    assert told.error == ""
    assert Paper.objects.get().title.startswith("Café")


def test_an_expired_place_begins_the_list_again() -> None:
    with site(broken_at(1, Said(b""))) as other:
        running.run(source(other.address))
        expired = in_turn(
            repository.error("badResumptionToken", "expired"),
            *[Repository(PAPERS[:3])(Asked("/", {}, {}))],
        )
        other.respond = only_cs(expired)
        told = running.run(source(other.address))
    assert (told.unchanged, told.error) == (3, "")
    assert "from" in other.asked[-2].query


def test_a_list_that_never_ends_is_left() -> None:
    again = f"<ListRecords>{record(1)}<resumptionToken>7</resumptionToken></ListRecords>"
    with site(only_cs(in_turn(answer(again)))) as other:
        told = running.run(source(other.address))
    assert "same place of its list again" in told.error
    assert len(other.asked) == 2


@pytest.mark.parametrize(
    ("now", "since"), [("2019-01-01T00:00:00Z", "2019-01-01"), ("2199-01-01T00:00:00Z", None)]
)
def test_a_clock_that_is_wrong_leaves_no_hole(now: str, since: str | None) -> None:
    """Their day counts, for it is their list; a day of the future never does."""
    with site(only_cs(Repository(PAPERS[:1], now=now))) as other:
        running.run(source(other.address))
    assert position()["cs"]["since"] == since or str(timezone.now().date())


def test_two_processes_never_ask_one_source_at_once() -> None:
    Row.objects.create(name="arxiv:cs.LG,stat.ML")
    with (
        site(Repository(PAPERS)) as other,
        claims.claimed("arxiv:cs.LG,stat.ML"),
        pytest.raises(claims.TakenError, match="Another process"),
    ):
        running.run(source(other.address))
    assert other.asked == []


def test_who_lost_the_claim_saves_nothing_more() -> None:
    with site(Repository(PAPERS)) as other:

        def steal(told: Run) -> None:
            Row.objects.update(claim="another/1/x")

        told = running.run(source(other.address), watch=steal)
    assert (told.new, told.error) == (3, "Another process has taken over.")
    assert Paper.objects.count() == 3
    assert Row.objects.get().claim == "another/1/x"


def test_the_claim_of_a_dead_process_is_free_at_once() -> None:
    machine = claims._machine()
    soon = timezone.now() + timedelta(minutes=5)
    row = Row.objects.create(
        name="arxiv:cs.LG,stat.ML", claim=f"{machine}/999999999/x", claimed_until=soon
    )
    left_open = Run.objects.create(source=row)
    with site(Repository(PAPERS)) as other:
        assert running.run(source(other.address)).error == ""
    left_open.refresh_from_db()
    assert left_open.error == claims.KILLED


def test_days_asked_for_leave_the_cursor_alone() -> None:
    days = (date(2025, 11, 1), date(2025, 11, 30))
    with site(only_cs(Repository(PAPERS))) as other:
        running.run(source(other.address), days=days)
    assert other.asked[0].query["from"] == "2025-11-01"
    assert other.asked[0].query["until"] == "2025-11-30"
    assert not Cursor.objects.exists()


def test_a_dry_run_saves_nothing() -> None:
    with site(only_cs(Repository(PAPERS))) as other:
        pages = list(running.dry_run(source(other.address)))
    assert sum(map(len, pages)) == 8
    assert not Paper.objects.exists()
    assert not Cursor.objects.exists()
    assert not Run.objects.exists()


def test_the_worker_asks_what_is_due_and_nothing_without_a_setting(
    settings: SimpleNamespace,
) -> None:
    jobs.run_due()
    assert not Run.objects.exists()
    with site(Repository(PAPERS)) as other:
        settings.SOURCES = [f"oai:{other.address}/oai"]
        jobs.run_due()
        jobs.run_due()
        assert Run.objects.count() == 1
        name = Row.objects.get().name
        actions.pause(name)
        Row.objects.update(next_run=timezone.now())
        jobs.run_due()
        assert Run.objects.count() == 1
        assert actions.run_now(name)
        jobs.run_due()
    assert Run.objects.count() == 2


def test_a_program_fault_is_told_and_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with site(in_turn(answer("<ListRecords></ListRecords>"))) as other:
        wrong = source(other.address)
        monkeypatch.setattr(Source, "_wanted", lambda self, items: 1 / 0)
        told = running.run(wrong)
    assert told.error == "The program failed (ZeroDivisionError); the log tells more."
    assert Row.objects.get().claim == ""


def test_a_word_of_the_setting_that_is_no_source_is_answered() -> None:
    for word, sentence in (
        ("arxvi:cs.LG", "is no source; there are acl, arxiv"),
        ("arxiv:cs.LG,knitting", "'knitting' is no arXiv category"),
        ("arxiv", "arXiv wants categories"),
        ("oai:zenodo", "wants the repository's address"),
        ("hf-daily:x", "takes nothing"),
    ):
        with pytest.raises(ImproperlyConfigured, match=sentence):
            configured.source(word)
