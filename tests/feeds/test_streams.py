"""Lists without an end: their orders, pages, filters, and what they cost."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from broadsheet.feeds import jobs, streams
from broadsheet.feeds.choice import Choice, Order
from broadsheet.feeds.lists import PAGE
from broadsheet.feeds.models import Heading, Kind, Placement, Trend
from broadsheet.feeds.streams import Page, Stream
from broadsheet.papers.actions import remove_papers
from broadsheet.papers.models import Counter, Paper, latest_change
from broadsheet.papers.records import Link, LinkKind
from broadsheet.papers.text import title_key
from tests.shelf import make_paper

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db
TODAY = date(2025, 12, 17)
LG = Stream(Kind.CATEGORY, "cs.LG")


def page(stream: Stream = LG, order: Order = "newest", after: str = "", **chosen: Any) -> Page:
    return streams.page_of(stream, Choice(**chosen), order, after, TODAY)


def titles(found: Page) -> list[str]:
    return [paper.title for paper in found.papers]


def shelve() -> None:
    facts: tuple[tuple[str, int, int, tuple[str, ...]], ...] = (
        ("Old and great", 30, 90, ("cs.LG",)),
        ("New and small", 1, 0, ("cs.LG", "stat.ML")),
        ("Of rivers", 2, 5, ("physics.geo-ph",)),
        ("To come", -3, 9, ("cs.LG",)),
        ("Of language", 3, 7, ("cs.CL",)),
    )
    for title, days, votes, categories in facts:
        make_paper(
            title,
            day=TODAY - timedelta(days=days),
            source_votes=votes,
            categories=categories,
            names=["Ada Lovelace"] if votes > 6 else [],
            keywords=["Deep  Rivers"] if votes == 5 else [],
            abstract="About water." if votes == 5 else "",
            links=[Link(LinkKind.CODE, "https://example.org/c")] if votes == 7 else [],
        )
    jobs.catch_up()


def test_lists_hold_what_their_name_says_in_its_order() -> None:
    shelve()
    assert titles(page()) == ["New and small", "Old and great"]
    assert titles(page(order="top")) == ["Old and great", "New and small"]
    assert titles(page(Stream(Kind.FIELD, "cs"))) == [
        "New and small",
        "Of language",
        "Old and great",
    ]
    assert titles(page(Stream())) == ["New and small", "Of rivers", "Of language", "Old and great"]
    assert titles(page(Stream(Kind.KEYWORD, "deep rivers"))) == ["Of rivers"]
    assert len(page(Stream(Kind.SOURCE, "arxiv-json")).papers) == 4
    assert titles(page(Stream(author=title_key("Ada Lovelace")))) == [
        "Of language",
        "Old and great",
    ]
    assert titles(page(Stream(Kind.CATEGORY, "math.AG"))) == []


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        ({"categories": ("cs.CL", "physics.geo-ph")}, ["Of rivers", "Of language"]),
        ({"categories": ("cs",)}, ["New and small", "Of language", "Old and great"]),
        ({"words": ("water",)}, ["Of rivers"]),
        ({"words": ("deep",)}, ["Of rivers"]),
        ({"without": ("of",)}, ["New and small", "Old and great"]),
        ({"votes": 6}, ["Of language", "Old and great"]),
        ({"code": True}, ["Of language"]),
        ({"source": "starter"}, []),
        ({"categories": ("cs",), "votes": 50}, ["Old and great"]),
    ],
)
def test_filters_hold_together(chosen: dict[str, Any], found: list[str]) -> None:
    shelve()
    assert titles(page(Stream(), **chosen)) == found


@pytest.mark.parametrize("order", ["newest", "top"])
def test_pages_miss_none_and_repeat_none(order: Order) -> None:
    made = {
        make_paper(
            day=TODAY - timedelta(days=number % 5), source_votes=number % 3, categories=["cs.LG"]
        ).id
        for number in range(2 * PAGE + 5)
    }
    jobs.catch_up()
    seen: list[int] = []
    after = ""
    for _ in range(3):
        found = page(order=order, after=after)
        seen += [paper.id for paper in found.papers]
        after = found.following
    assert after == ""
    assert len(seen) == len(made)
    assert set(seen) == made


def test_a_filter_that_little_fits_offers_to_look_further(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "REACH", 40)
    make_paper("The only one", day=TODAY - timedelta(days=9), source_votes=3, categories=["cs.LG"])
    for _ in range(50):
        make_paper(day=TODAY, categories=["cs.LG"])
    jobs.catch_up()
    first = page(votes=3)
    assert (titles(first), first.looked_at) == ([], 40)
    second = page(votes=3, after=first.following)
    assert titles(second) == ["The only one"]
    assert second.following == ""


@pytest.mark.parametrize("after", ["x", "1", "1.2.3", "9223372036854775808.1"])
def test_what_is_no_place_is_refused(after: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        page(after=after)


def test_lists_follow_what_becomes_of_papers() -> None:
    paper = make_paper("Rivers", day=TODAY, categories=["cs.LG"])
    jobs.catch_up()
    assert Heading.objects.get(kind=Kind.CATEGORY, name="cs.LG").papers == 1
    Counter.objects.filter(name="changes").update(value=F("value") + 1)
    Paper.objects.filter(id=paper.id).update(
        source_votes=8, votes=8, change=Counter.objects.get(name="changes").value
    )
    paper.classifications.update(category="cs.CL")
    assert jobs.catch_up() == 1
    assert titles(page()) == []
    assert Heading.objects.get(kind=Kind.CATEGORY, name="cs.LG").papers == 0
    assert titles(page(Stream(Kind.CATEGORY, "cs.CL"))) == ["Rivers"]
    assert jobs.catch_up() == 0
    remove_papers([paper.id])
    assert not Placement.objects.exists()
    assert jobs.catch_up() == 0
    assert Counter.objects.get(name=jobs.LEVEL).value == latest_change()


def test_a_large_batch_is_placed_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "BATCH", 3)
    for _ in range(7):
        make_paper(day=TODAY, categories=["cs.LG"])
    assert jobs.catch_up() == 7
    assert len(page().papers) == 7


@pytest.mark.django_db(transaction=True)
def test_several_workers_place_each_paper_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "BATCH", 3)
    for _ in range(20):
        make_paper(day=TODAY, categories=["cs.LG"])

    def work(_: int) -> int:
        try:
            return jobs.catch_up()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        assert sum(workers.map(work, range(4))) == 20
    assert Heading.objects.get(kind=Kind.CATEGORY, name="cs.LG").papers == 20
    assert Placement.objects.count() == 20 * 4


class ThreeTimes(threading.Event):
    """Stops whoever waits for it when he does so for the third time."""

    times = 0

    def wait(self, timeout: float | None = None) -> bool:
        self.times += 1
        return self.times > 2


def test_the_worker_keeps_lists_and_trends_level() -> None:
    paper = make_paper("Rivers", day=timezone.localdate(), source_votes=3, categories=["cs.LG"])
    jobs.follow(ThreeTimes())
    assert Placement.objects.filter(paper=paper).count() == 4
    assert Trend.objects.get().paper == paper
    assert Counter.objects.get(name=jobs.TRENDS).value == 1


def test_lists_can_be_made_anew() -> None:
    shelve()
    Placement.objects.all().delete()
    assert jobs.rebuild() == 5
    assert titles(page()) == ["New and small", "Old and great"]


@pytest.mark.parametrize("papers", [3, 70])
@pytest.mark.parametrize(
    ("chosen", "queries"), [({}, 6), ({"votes": 1}, 7), ({"words": ("River",)}, 7)]
)
def test_a_page_costs_the_same_whatever_its_size(
    papers: int,
    chosen: dict[str, Any],
    queries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(papers):
        make_paper(day=TODAY, source_votes=number, categories=["cs.LG"], names=["A", "B"])
    jobs.catch_up()
    with django_assert_num_queries(queries):
        page(**chosen)


@pytest.mark.parametrize("order", ["newest", "top"])
def test_a_list_walks_its_index_and_sorts_nothing(order: Order) -> None:
    """As the database plans it with enough papers that a scan would not pay."""
    for number in range(300):
        make_paper(day=TODAY, source_votes=number, categories=["cs.LG"])
    jobs.catch_up()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    with CaptureQueriesContext(connection) as captured:
        page(order=order, after=page(order=order).following)
    walks = [query["sql"] for query in captured if "feeds_placement" in query["sql"]]
    assert walks
    for sql in walks:
        plan = planned(sql)
        assert f"feeds_{order}" in plan, plan
        assert "SORT" not in plan.upper().replace("TEMP B-TREE", "SORT"), plan


def planned(sql: str) -> str:
    """The plan that the database makes of a query; a small table is not to be read whole."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute(f"EXPLAIN {sql}")
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(str(row) for row in cursor.fetchall())
