"""Days that an operator asks for come in slices, beside what is new, and can be tried again."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from broadsheet.harvests import actions, jobs
from broadsheet.harvests.models import Backfill, Host, Reject, Run, Source
from broadsheet.papers.models import Cursor, Paper
from tests.repository import Repository, record
from tests.sites import Asked, Said, Site, site

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2025, 12, 1), date(2025, 12, 17)


def days(other: Site) -> list[tuple[str, str]]:
    return [
        (asked.query["from"], asked.query["until"])
        for asked in other.asked
        if "until" in asked.query
    ]


def of_days(asked: Asked) -> Said:
    """A paper on every third day, the fourth without a title."""
    first, last = date.fromisoformat(asked.query["from"]), asked.query.get("until")
    until = date.fromisoformat(last) if last else first
    found = [
        record(day.day, "" if day.day != 4 else " ", stamp=str(day))
        for day in (first + timedelta(days=n) for n in range((until - first).days + 1))
        if day.day % 3 == 1
    ]
    return Repository(found, page=10)(Asked(asked.path, {}, {}))


def test_it_goes_on_by_weeks_and_ends(settings: SimpleNamespace) -> None:
    with site(of_days) as other:
        settings.SOURCES = [f"oai:{other.address}/oai"]
        actions.backfill(settings.SOURCES[0], FIRST, LAST)
        Source.objects.update(next_run=timezone.now() + timedelta(hours=1))
        before = Source.objects.get().next_run
        jobs.run_due()
        assert Backfill.objects.get().days_done == 7
        actions.set_backfill_paused(Backfill.objects.get().pk, paused=True)
        jobs.run_due()
        assert Backfill.objects.get().days_done == 7
        actions.set_backfill_paused(Backfill.objects.get().pk, paused=False)
        for _ in range(3):
            jobs.run_due()
    done = Backfill.objects.get()
    assert (done.days_done, done.days, done.ended is not None) == (17, 17, True)
    assert days(other) == [
        ("2025-12-01", "2025-12-07"),
        ("2025-12-08", "2025-12-14"),
        ("2025-12-15", "2025-12-17"),
    ]
    assert Paper.objects.count() == 5
    assert Source.objects.get().next_run == before
    assert not Cursor.objects.exists()


def test_after_a_failure_the_same_days_are_asked_for_again(settings: SimpleNamespace) -> None:
    with site(lambda asked: Said(b"", 404)) as other:
        settings.SOURCES = [f"oai:{other.address}/oai"]
        actions.backfill(settings.SOURCES[0], FIRST, FIRST)
        Source.objects.update(next_run=timezone.now() + timedelta(hours=1))
        jobs.run_due()
        failed = Backfill.objects.get()
        assert (failed.failures, failed.days_done) == (1, 0)
        assert "status 404" in failed.error
        assert failed.next_run > timezone.now() + timedelta(minutes=4)
        other.respond = of_days
        Backfill.objects.update(next_run=timezone.now())
        jobs.run_due()
    done = Backfill.objects.get()
    assert (done.error, done.ended is not None, Paper.objects.count()) == ("", True, 1)


def test_what_could_not_be_used_is_tried_again(settings: SimpleNamespace) -> None:
    with site(of_days) as other:
        settings.SOURCES = [f"oai:{other.address}/oai"]
        actions.backfill(settings.SOURCES[0], FIRST, date(2025, 12, 7))
        Source.objects.update(next_run=timezone.now() + timedelta(hours=1))
        jobs.run_due()
        assert Reject.objects.get().reason == "it has no title"
        other.respond = Repository([record(4, stamp="2025-12-04")])
        actions.retry(Run.objects.get().pk)
        with pytest.raises(actions.CannotError, match="nothing left"):
            actions.retry(Run.objects.get().pk)
        jobs.run_due()
    assert Paper.objects.filter(slug="2512.00004").exists()
    assert not Reject.objects.filter(retried=False).exists()
    assert days(other)[-1] == ("2025-12-01", "2025-12-07")
    assert Host.objects.count() == 1
