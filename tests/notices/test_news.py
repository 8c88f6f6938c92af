"""New papers of what is followed: told once, gathered, and never of old papers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from django.utils import timezone

from broadsheet.community.limits import Refused
from broadsheet.feeds import jobs as feeds
from broadsheet.notices import following, news, telling
from broadsheet.notices.models import Follow, Kind, Level, Notice, Way
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from broadsheet.search import jobs as searching
from tests.community.people import make_reader
from tests.notices.conftest import killed
from tests.shelf import make_paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def old(ada: Reader) -> Paper:
    """There before anybody follows anything, so that there is something to follow."""
    paper = fresh("Old", names=["Ada Lövelace"], categories=["cs.LG"], keywords=["Rivers"])
    feeds.catch_up()
    news.tell_of_papers()
    return paper


def fresh(title: str = "", days: int = 0, **more: Any) -> Paper:
    return make_paper(title, day=timezone.localdate() - timedelta(days=days), **more)


def told(reader: Reader) -> list[tuple[str, str]]:
    return list(Notice.objects.shown_to(reader.pk).order_by("id").values_list("subject", "address"))


@pytest.mark.parametrize(
    ("about", "name", "words", "where"),
    [
        ("author", "ada lovelace", "by Ada Lövelace", "/authors/Ada%20L%C3%B6velace"),
        ("category", "cs.LG", "in Machine Learning", "/categories/cs.LG"),
        ("category", "cs", "in Computer Science", "/categories/cs"),
        ("keyword", "rivers", "with the keyword “rivers”", "/keywords/rivers"),
    ],
)
@pytest.mark.usefixtures("old")
def test_new_papers_are_told_in_one_notice_that_grows(
    ada: Reader, about: str, name: str, words: str, where: str
) -> None:
    following.follow(ada, about, name)
    facts: dict[str, Any] = {
        "names": ["Bob", "Ada Lovelace"],
        "categories": ["math.DS", "cs.LG"],
        "keywords": ["dams", "rivers"],
    }
    fresh("Seas", arxiv_id="2512.00002", **facts)
    assert news.tell_of_papers() == 1
    assert told(ada) == [(f"New {words}: “Seas”", "/papers/2512.00002")]
    fresh(**facts)
    fresh("Unlike")
    news.tell_of_papers()
    assert told(ada) == [(f"2 new papers {words}", where)]
    telling.read(ada)
    fresh(**facts)
    news.tell_of_papers()
    assert len(told(ada)) == 2


@pytest.mark.usefixtures("old")
def test_an_import_of_old_papers_is_no_news(ada: Reader) -> None:
    following.follow(ada, "category", "cs.LG")
    fresh(days=15, categories=["cs.LG"])
    make_paper(categories=["cs.LG"])
    assert news.tell_of_papers() == 2
    assert told(ada) == []


@pytest.mark.usefixtures("old")
def test_rounds_are_bounded_and_go_on_where_one_was_killed(
    ada: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news, "BATCH", 2)
    following.follow(ada, "category", "cs.LG")
    for _ in range(5):
        fresh(categories=["cs.LG"])
    assert news.tell_of_papers() == 2
    killed(news.tell_of_papers)
    assert [news.tell_of_papers() for _ in range(3)] == [2, 1, 0]
    assert told(ada) == [("5 new papers in Machine Learning", "/categories/cs.LG")]


def test_a_site_that_begins_tells_of_what_comes_from_then_on(ada: Reader) -> None:
    fresh(names=["Ada"])
    following.follow(ada, "author", "Ada")
    assert news.tell_of_papers() == 0
    fresh(names=["Ada"])
    assert news.tell_of_papers() == 1
    assert Level.objects.get().position == Paper.objects.latest("id").id
    assert len(told(ada)) == 1


@pytest.mark.usefixtures("old")
def test_who_wants_none_is_told_nothing(ada: Reader) -> None:
    following.follow(ada, "category", "cs.LG")
    telling.choose(ada, {Kind.FOLLOWED: Way.NONE})
    fresh(categories=["cs.LG"])
    news.tell_of_papers()
    assert told(ada) == []


def index_all() -> None:
    searching.catch_up()
    searching.embed_waiting(Event())
    searching.catch_up()


@pytest.mark.usefixtures("encoder")
def test_a_search_tells_of_new_papers_with_its_words_or_near_in_meaning(ada: Reader) -> None:
    fresh("Floods of river deltas")
    follow = following.follow(ada, "search", "floods of  river deltas")
    worded = fresh("A flood is measured at forty-one places on a delta of a wild river")
    near = fresh("Floods of river banks")
    far = fresh("Deltas and other letters that one finds in Greek")
    fresh("Floods of river deltas, once more", days=30)
    index_all()
    soon = timezone.now() + news.ASKED_EVERY / 2
    assert news.tell_of_searches(soon) == 0, "not before its hour"
    later = timezone.now() + news.ASKED_EVERY
    assert news.tell_of_searches(later) == 1
    follow.refresh_from_db()
    assert set(follow.told) == {worded.id, near.id}
    assert far.id not in follow.told
    assert [subject for subject, _ in told(ada)] == ["2 new papers for “floods of river deltas”"]
    telling.read(ada)
    assert news.tell_of_searches(later + news.ASKED_EVERY) == 1
    assert len(told(ada)) == 1, "of each paper once"


@pytest.mark.usefixtures("encoder")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('"river deltas" floods', {"Floods and river deltas"}),
        ("banks OR deltas", {"Floods and river deltas", "River deltas of today", "Banks"}),
        ("-floods deltas", {"River deltas of today"}),
        ("cat:cs.LG", {"River deltas of today"}),
    ],
)
def test_a_search_with_operators_tells_of_what_it_asks_for(
    ada: Reader, query: str, found: set[str]
) -> None:
    fresh("Long ago")
    follow = following.follow(ada, "search", query)
    fresh("Floods and river deltas")
    fresh("River deltas of today", categories=["cs.LG"])
    fresh("Banks")
    index_all()
    news.tell_of_searches(timezone.now() + news.ASKED_EVERY)
    follow.refresh_from_db()
    told = Paper.objects.filter(pk__in=follow.told).values_list("title", flat=True)
    assert set(told) == found


@pytest.mark.usefixtures("encoder")
def test_many_searches_are_asked_in_turn(
    ada: Reader, bob: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news, "SEARCHES", 3)
    for reader in (ada, bob):
        for number in range(2):
            following.follow(reader, "search", f"rivers {number}")
    later = timezone.now() + news.ASKED_EVERY
    assert [news.tell_of_searches(later) for _ in range(3)] == [3, 1, 0]


@pytest.mark.parametrize(
    ("about", "name"),
    [
        ("author", "Nobody"),
        ("category", "no.NO"),
        ("keyword", "no"),
        ("search", " "),
        ("reader", "nobody"),
        ("reader", "ada"),
        ("paper", "2512.99999"),
        ("source", "arxiv"),
        ("keyword", "\0"),
    ],
)
def test_only_what_is_there_can_be_followed(ada: Reader, about: str, name: str) -> None:
    with pytest.raises(Refused):
        following.follow(ada, about, name)
    assert not Follow.objects.exists()


def test_limits_of_following(ada: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "MOST_SEARCHES", 2)
    names: Sequence[str] = ("one", "two", "two", "three")
    for name in names[:3]:
        following.follow(ada, "search", name)
    with pytest.raises(Refused, match="2 searches"):
        following.follow(ada, "search", names[3])
    assert following.unfollow(ada, "search", "one")
    assert not following.unfollow(ada, "search", "one")
    assert Follow.objects.get().name == "two"


@pytest.mark.usefixtures("old")
def test_followers_are_told_some_at_a_time_and_each_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "FOLLOWERS", 2)
    readers = [make_reader(f"reader{number}") for number in range(5)]
    for reader in readers:
        for about, name in (("category", "cs.LG"), ("author", "Ada Lovelace")):
            following.follow(reader, about, name)
    fresh("Seas", categories=["cs.LG"], names=["Ada Lovelace"])
    for _ in range(2):
        assert news._tell_some() is None
    killed(news._tell_some)
    fresh(categories=["cs.LG"])
    assert news.tell_of_papers() == 1, "those that came meanwhile wait for their turn"
    assert {len(told(reader)) for reader in readers} == {2}
    assert sum(Notice.objects.values_list("papers", flat=True)) == 10
    assert news.tell_of_papers() == 1
    assert sum(Notice.objects.values_list("papers", flat=True)) == 15
