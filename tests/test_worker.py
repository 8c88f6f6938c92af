"""The background worker: what fails is tried again, what is due is done, all of it ends."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

import pytest

from broadsheet import schedule, worker


def test_work_that_fails_is_said_and_done_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(worker, "LONGEST_PAUSE", 0.01)
    stop, tries = threading.Event(), []

    def work(stop: threading.Event) -> None:
        tries.append(1)
        if len(tries) < 3:
            raise OSError("the disk is full")
        stop.set()

    with caplog.at_level(logging.ERROR):
        worker.persistently("some work", work, stop)
    assert len(tries) == 3
    assert [record.getMessage().partition(";")[0] for record in caplog.records] == [
        "some work failed",
        "some work failed",
    ]


def test_periodic_work_is_done_again_until_it_is_stopped() -> None:
    stop, times = threading.Event(), []

    def run() -> None:
        times.append(1)
        if len(times) == 3:
            stop.set()

    worker.repeated(schedule.Periodic("some work", timedelta(milliseconds=1), run))(stop)
    assert len(times) == 3


@pytest.mark.django_db
def test_every_periodic_work_runs() -> None:
    for work in schedule.periodic_work():
        assert work.every >= timedelta(seconds=15), "what follows at once is steady work"
        work.run()


def test_what_is_steady_follows_the_database() -> None:
    names = [work.name for work in schedule.steady_work()]
    assert names == ["search index", "lists", "same works", "votes and comments", "interests"]
