"""What stands on which page, and in which order."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from broadsheet.feeds import lists
from broadsheet.feeds.lists import PAGE, Place
from broadsheet.feeds.spans import day_of, month_of, parse, week_of
from broadsheet.search.models import SameWork
from tests.shelf import make_paper

pytestmark = pytest.mark.django_db
TODAY = date(2025, 12, 17)
MONDAY = date(2025, 12, 15)


def test_most_votes_come_first_then_comments_then_the_newest() -> None:
    for title, votes, comments in (("c", 1, 0), ("b", 1, 2), ("a", 9, 0), ("d", 0, 5), ("e", 0, 5)):
        make_paper(title, day=MONDAY, source_votes=votes, source_comments=comments)
    page, following = lists.page_of(lists.papers_in(day_of(MONDAY), TODAY), None)
    assert [paper.title for paper in page] == ["a", "b", "c", "e", "d"]
    assert following is None


def test_pages_have_thirty_papers_and_miss_and_repeat_none() -> None:
    made = {make_paper(day=MONDAY, source_votes=number // 7).id for number in range(2 * PAGE + 1)}
    seen: list[int] = []
    after: Place | None = None
    sizes = []
    for _ in range(3):
        page, after = lists.page_of(lists.papers_in(day_of(MONDAY), TODAY), after)
        sizes.append(len(page))
        seen += [paper.id for paper in page]
    assert sizes == [PAGE, PAGE, 1]
    assert after is None
    assert len(seen) == len(made)
    assert set(seen) == made


def test_a_later_page_stays_as_it_is_when_papers_arrive() -> None:
    for number in range(PAGE + 5):
        make_paper(day=MONDAY, source_votes=number)
    _, place = lists.page_of(lists.papers_in(day_of(MONDAY), TODAY), None)
    before, _ = lists.page_of(lists.papers_in(day_of(MONDAY), TODAY), place)
    make_paper(day=MONDAY, source_votes=1_000)
    after, _ = lists.page_of(lists.papers_in(day_of(MONDAY), TODAY), place)
    assert [paper.id for paper in after] == [paper.id for paper in before]


def test_an_exact_page_has_no_following_one() -> None:
    for _ in range(PAGE):
        make_paper(day=MONDAY)
    page, following = lists.page_of(lists.papers_in(day_of(MONDAY), TODAY), None)
    assert len(page) == PAGE
    assert following is None


def test_a_place_is_read_back_from_its_text() -> None:
    assert Place.parse(str(Place(-3, 0, 77))) == Place(-3, 0, 77)


@pytest.mark.parametrize("text", ["1.2", "a.b.c", "1.2.3.4", "1.2.9223372036854775808", "1..3"])
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Place.parse(text)


def test_an_empty_span_leads_to_the_nearest_earlier_one() -> None:
    make_paper(day=date(2025, 11, 3))
    make_paper(day=MONDAY)
    assert lists.nearest(day_of(date(2025, 12, 14)), TODAY) == day_of(date(2025, 11, 3))
    assert lists.nearest(day_of(MONDAY), TODAY) == day_of(MONDAY)
    assert lists.nearest(week_of(date(2025, 12, 1)), TODAY) == parse("week", "2025-W45")
    assert lists.nearest(month_of(date(2026, 5, 1)), TODAY) == parse("month", "2025-12")


def test_where_nothing_is_earlier_it_leads_to_the_nearest_later_one() -> None:
    make_paper(day=MONDAY)
    make_paper(day=MONDAY + timedelta(days=1))
    assert lists.nearest(day_of(date(2000, 1, 1)), TODAY) == day_of(MONDAY)


def test_days_to_come_are_not_shown() -> None:
    make_paper(day=TODAY + timedelta(days=1))
    assert lists.nearest(day_of(TODAY), TODAY) is None
    make_paper(day=TODAY)
    assert lists.papers_in(week_of(TODAY), TODAY).count() == 1
    assert lists.later(day_of(TODAY), TODAY) is None


def test_neighbours_are_the_nearest_spans_with_papers() -> None:
    for day in (date(2025, 10, 1), MONDAY, TODAY):
        make_paper(day=day)
    assert lists.earlier(day_of(MONDAY)) == day_of(date(2025, 10, 1))
    assert lists.later(day_of(MONDAY), TODAY) == day_of(TODAY)
    assert lists.earlier(month_of(MONDAY)) == parse("month", "2025-10")
    assert lists.later(month_of(MONDAY), TODAY) is None
    assert lists.earlier(day_of(date.min)) is None


def test_a_work_stands_once_in_a_span_and_again_where_it_is_alone() -> None:
    earlier, later = make_paper(day=MONDAY), make_paper(day=MONDAY + timedelta(days=1))
    SameWork.objects.create(earlier=earlier, later=later)
    assert list(lists.papers_in(week_of(MONDAY), TODAY)) == [earlier]
    assert list(lists.papers_in(day_of(MONDAY + timedelta(days=1)), TODAY)) == [later]
