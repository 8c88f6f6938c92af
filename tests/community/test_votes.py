"""Votes: one a reader a paper, counted from rows, whatever comes at once."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from broadsheet.community import jobs
from broadsheet.community.actions import cast_vote, leave, withdraw_vote
from broadsheet.community.limits import ALLOWED, NEWCOMERS_SHARE, Refused
from broadsheet.community.models import Act, Ban, Moved, Verb, Vote
from broadsheet.feeds import jobs as feeds
from broadsheet.feeds.models import Placement
from broadsheet.papers.actions import save_records
from broadsheet.papers.models import Paper, latest_change
from broadsheet.papers.records import Record
from tests.community.people import at_once, make_reader
from tests.shelf import make_paper


def votes(paper: Paper) -> tuple[int, int, int]:
    """Of the source, of this site, and as shown."""
    paper = Paper.objects.get(pk=paper.pk)
    return paper.source_votes, paper.own_votes, paper.votes


@pytest.mark.django_db
def test_a_vote_counts_once_and_can_be_taken_back() -> None:
    reader, paper = make_reader(), make_paper(source_votes=7)
    assert [cast_vote(reader, paper.id), cast_vote(reader, paper.id)] == [True, False]
    assert votes(paper) == (7, 1, 8)
    assert [withdraw_vote(reader, paper.id), withdraw_vote(reader, paper.id)] == [True, False]
    assert votes(paper) == (7, 0, 7)
    assert list(Act.objects.order_by("id").values_list("verb", "paper_id")) == [
        (Verb.VOTE, paper.id),
        (Verb.WITHDRAW, paper.id),
    ]


@pytest.mark.django_db(transaction=True)
def test_a_hundred_requests_at_once_leave_one_vote() -> None:
    reader, paper = make_reader(), make_paper()
    told = at_once([lambda: cast_vote(reader, paper.id)] * 100)
    assert told.count(True) == 1
    assert votes(paper) == (0, 1, 1)
    assert Vote.objects.count() == Act.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_no_vote_of_many_readers_at_once_is_lost() -> None:
    paper, other = make_paper(), make_paper()
    readers = [make_reader(f"reader{number}") for number in range(40)]
    at_once([partial(cast_vote, reader, paper.id) for reader in readers])
    assert votes(paper) == (0, 40, 40)
    back = [partial(withdraw_vote, reader, paper.id) for reader in readers[:15]]
    more = [partial(cast_vote, reader, other.id) for reader in readers[:15]]
    at_once([*back, *more])
    assert (votes(paper), votes(other)) == ((0, 25, 25), (0, 15, 15))


@pytest.mark.django_db(transaction=True)
def test_the_limit_holds_for_fifty_requests_at_once() -> None:
    newcomer = make_reader(days=0)
    papers = [make_paper() for _ in range(70)]

    def vote(paper: Paper) -> str:
        try:
            return str(cast_vote(newcomer, paper.id))
        except Refused as reason:
            return str(reason.status)

    told = at_once([partial(vote, paper) for paper in papers], threads=50)
    most = ALLOWED[Verb.VOTE].times // NEWCOMERS_SHARE
    assert (told.count("True"), told.count("429")) == (most, 70 - most)
    assert Vote.objects.count() == most


@pytest.mark.django_db
def test_a_banned_reader_cannot_vote_until_the_end() -> None:
    reader, paper = make_reader(), make_paper()
    ban = Ban.objects.create(
        reader=reader, reason="advertising", until=timezone.now() + timedelta(hours=1)
    )
    with pytest.raises(Refused, match="advertising"):
        cast_vote(reader, paper.id)
    assert votes(paper) == (0, 0, 0)
    Ban.objects.filter(pk=ban.pk).update(until=timezone.now() - timedelta(seconds=1))
    assert cast_vote(reader, paper.id)


@pytest.mark.django_db
def test_a_paper_that_is_gone_is_a_sentence_and_leaves_no_act() -> None:
    with pytest.raises(Refused, match="no longer here"):
        cast_vote(make_reader(), 99)
    assert not Act.objects.exists()


@pytest.mark.django_db
def test_lists_follow_votes_once_they_are_settled() -> None:
    paper, other = make_paper(source_votes=1), make_paper(source_votes=2)
    feeds.catch_up()
    for number in range(3):
        cast_vote(make_reader(f"reader{number}"), paper.id)
    before = latest_change()
    assert jobs.settle() == 3
    assert jobs.settle() == 0
    assert not Moved.objects.exists()
    assert latest_change() == before + 1
    assert feeds.catch_up() == 1
    shown = dict(Placement.objects.values_list("paper_id", "votes"))
    assert shown == {paper.id: 4, other.id: 2}
    ordered = Paper.objects.by_votes().values_list("id", flat=True)
    assert list(ordered) == [paper.id, other.id]


@pytest.mark.django_db
def test_an_import_keeps_the_votes_of_this_site() -> None:
    told = Record(
        source="hf-daily",
        position="line 1",
        title="A river of many long words",
        arxiv_id="2512.00001",
        votes=4,
    )
    save_records([told])
    paper = Paper.objects.get()
    cast_vote(make_reader(), paper.id)
    told = Record(
        source="hf-daily",
        position="line 1",
        title="A river of many long words",
        arxiv_id="2512.00001",
        votes=9,
    )
    save_records([told])
    assert votes(paper) == (9, 1, 10)


@pytest.mark.django_db
def test_an_account_that_ends_takes_its_votes_along() -> None:
    reader, papers = make_reader(), [make_paper() for _ in range(3)]
    for paper in papers:
        cast_vote(reader, paper.id)
    assert leave(reader) == 3
    assert [votes(paper) for paper in papers] == [(0, 0, 0)] * 3


@pytest.mark.django_db
def test_a_day_by_votes_comes_from_the_index_alone() -> None:
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as asked:
        list(Paper.objects.on_day(date(2025, 12, 15)).by_votes().values_list("id")[:31])
        query = asked.captured_queries[0]["sql"]
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {query}")
        else:  # a table of so few rows would be read as a whole
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {query}")
        plan = " ".join(str(row[-1]) for row in cursor.fetchall())
    used = "COVERING INDEX paper_day_shown" if connection.vendor == "sqlite" else "paper_day_shown"
    assert used in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan
