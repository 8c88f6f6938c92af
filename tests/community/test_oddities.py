"""What looks odd about votes, and what does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from broadsheet.community import oddities
from broadsheet.community.models import Vote
from broadsheet.community.oddities import BURST, Cast
from broadsheet.integrity.models import Trace, Uncounted
from tests.community.people import make_reader
from tests.shelf import make_paper

NOON = datetime(2025, 12, 15, 12, tzinfo=UTC)
YEAR = timedelta(days=365)


def cast(
    number: int,
    minutes: float = 0,
    *,
    network: str = "",
    by: int | None = None,
    days: float = 365,
) -> Cast:
    at = NOON + timedelta(minutes=minutes)
    return Cast(number, f"r{number}", at, at - timedelta(days=days), by, network)


def names(casts: list[Cast]) -> dict[str, set[int]]:
    return {it.name: set(it.readers) for it in oddities.oddities(casts)}


def test_votes_of_strangers_over_days_are_not_odd() -> None:
    assert names([cast(number, 700 * number, network=f"n{number}") for number in range(20)]) == {}
    assert names([]) == {}


def test_one_network() -> None:
    apart = [cast(number, 700 * number, network="n" if number < 3 else "") for number in range(5)]
    assert names(apart) == {"Same network": {0, 1, 2}}
    assert names(apart[1:]) == {}, "two are no pattern"
    [told] = oddities.oddities(apart)
    assert told.sentence.startswith("3 of 5 votes came from one network within a week.")


def test_one_minute() -> None:
    casts = [cast(1), cast(2, 500), cast(3, 500.5), cast(4, 501), cast(5, 501.01)]
    assert names(casts) == {"Same minute": {2, 3, 4}}
    assert "3 readers voted within 60 seconds" in oddities.oddities(casts)[0].sentence


def test_a_chain_of_invitations() -> None:
    chain = [cast(1, 0), cast(2, 700, by=1), cast(3, 1400, by=2), cast(4, 2100, by=9)]
    assert names(chain) == {"Invited by each other": {1, 2, 3}}
    siblings = [cast(number, 700 * number, by=50) for number in range(3)]
    assert names(siblings) == {"Invited by each other": {0, 1, 2}}, "their host need not vote"
    two_families = [cast(1, by=7), cast(2, 700, by=7), cast(3, 1400, by=8), cast(4, 2100, by=8)]
    assert names(two_families) == {}


def test_families_that_a_later_vote_connects_are_one() -> None:
    casts = [cast(1, by=7), cast(2, 700, by=8), cast(8, 1400, by=7)]
    assert names(casts) == {"Invited by each other": {1, 2, 8}}


def test_a_burst() -> None:
    slow = [cast(100 + number, -700 * number) for number in range(6, 0, -1)]
    quick = [cast(number, 5 * number) for number in range(BURST)]
    assert names(slow + quick) == {"Burst": set(range(BURST))}
    assert names(slow + quick[1:]) == {}
    assert names([cast(300 + n, 700 * n - 90_000) for n in range(BURST)] + quick) == {}


def test_new_accounts() -> None:
    casts = [cast(number, 700 * number, days=0.5) for number in range(3)]
    assert names(casts) == {"New accounts": {0, 1, 2}}
    assert names([*casts, *(cast(number, 700 * number) for number in range(3, 7))]) == {}


@pytest.mark.django_db
def test_the_report_names_the_odd_papers_only_and_asks_little() -> None:
    odd, usual, old = (make_paper(title) for title in ("Odd", "Usual", "Old"))
    now = timezone.now()
    for number in range(4):
        reader = make_reader(f"reader{number}")
        for paper, at in ((odd, now), (usual, now - timedelta(days=number)),
                          (old, now - timedelta(days=20))):  # fmt: skip
            Vote.objects.create(paper=paper, reader=reader, cast_at=at)
        Trace.objects.create(paper=odd, reader=reader, network="n", at=now)
    with CaptureQueriesContext(connection) as asked:
        [report] = oddities.odd_papers()
    assert len(asked) == 4
    assert report.paper_id == odd.id
    assert [it.name for it in report.oddities] == ["Same network", "Same minute"]
    for vote in Vote.objects.filter(paper=odd)[:2]:
        Uncounted.objects.create(paper=odd, reader_id=vote.reader_id, since=now)
    assert oddities.odd_papers() == [], "what is left out is settled"
    assert sum(it.counts for it in oddities.votes_of(odd.id).casts) == 2


@pytest.mark.django_db
def test_a_vote_is_doubtful_that_is_odd_in_two_ways_however_old() -> None:
    """Here within a minute, by accounts that are an hour old; the first of them is not."""
    once, twice = make_paper(), make_paper()
    at = NOON - YEAR
    for number in range(4):
        for paper, days in ((once, 300), (twice, 0)):
            reader = make_reader(f"r{paper.id}-{number}")
            reader.date_joined = at - timedelta(days=days, hours=1)
            reader.save()
            moment = at + timedelta(seconds=number)
            Vote.objects.create(paper=paper, reader=reader, cast_at=moment)
    lone = make_reader("lone")
    Vote.objects.create(paper=twice, reader=lone, cast_at=at + timedelta(days=3))
    found = oddities.doubtful([once.id, twice.id])
    told = Vote.objects.filter(paper=twice).exclude(reader=lone).order_by("cast_at")
    assert found == {(twice.id, vote.reader_id) for vote in told[1:]}
    assert oddities.doubtful([]) == set()
