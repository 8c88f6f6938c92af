"""What trends, who is drawn, and the reasons that a paper's page gives."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from broadsheet.feeds import formulas, jobs, streams, trends
from broadsheet.feeds.choice import Choice
from broadsheet.feeds.lists import PAGE
from broadsheet.feeds.medals import medals_of
from broadsheet.feeds.models import Draw, Kind, Trend
from broadsheet.feeds.reasons import reasons
from broadsheet.feeds.streams import Stream
from broadsheet.papers.models import Paper
from tests.shelf import make_paper

pytestmark = pytest.mark.django_db
TODAY = date(2025, 12, 17)
NOW = datetime(2025, 12, 17, 18, tzinfo=UTC)


EVERYTHING = Stream()


def trending(stream: Stream = EVERYTHING, **chosen: object) -> list[str]:
    found = streams.page_of(stream, Choice(**chosen), "trending", "", TODAY)  # type: ignore[arg-type]  # tests choose freely
    return [paper.title for paper in found.papers]


def test_votes_and_youth_make_a_trend() -> None:
    for title, days, votes in (
        ("loved today", 0, 9),
        ("liked today", 0, 3),
        ("loved before", 3, 9),
        ("unseen today", 0, 0),
        ("too old", 8, 99),
    ):
        make_paper(title, day=TODAY - timedelta(days=days), source_votes=votes)
    jobs.catch_up()
    assert trends.refresh(NOW) == 4
    assert trending() == ["loved today", "liked today", "unseen today", "loved before"]


def test_a_small_field_is_measured_by_its_own() -> None:
    for number in range(200):
        field, votes = ("cs.LG", 20) if number % 2 else ("math.AG", 1)
        make_paper(day=TODAY - timedelta(days=40), source_votes=votes, categories=[field])
    make_paper("of many votes", day=TODAY, source_votes=15, categories=["cs.LG"])
    make_paper("of few votes", day=TODAY, source_votes=8, categories=["math.AG"])
    jobs.catch_up()
    trends.refresh(NOW)
    assert trending() == ["of few votes", "of many votes"]
    assert trending(Stream(Kind.FIELD, "cs")) == ["of many votes"]
    assert trending(categories=("math",)) == ["of few votes"]
    assert trending(Stream(Kind.CATEGORY, "cs.LG"), votes=16) == []


def test_what_authors_did_before_counts_and_what_they_do_later_does_not() -> None:
    make_paper(day=TODAY - timedelta(days=99), source_votes=80, names=["Ada"])
    make_paper("known", day=TODAY - timedelta(days=1), names=["Ada"])
    make_paper("unknown", day=TODAY - timedelta(days=1), names=["Bob"])
    make_paper(day=TODAY, source_votes=500, names=["Bob"])
    jobs.catch_up()
    trends.refresh(NOW)
    prior = {trend.paper.title: trend.prior for trend in Trend.objects.select_related("paper")}
    assert prior["known"] > 1.5 * prior["unknown"]


def test_pages_of_trends_miss_none() -> None:
    made = {make_paper(day=TODAY, source_votes=number // 4).id for number in range(PAGE + 9)}
    trends.refresh(NOW)
    first = streams.page_of(Stream(), Choice(), "trending", "", TODAY)
    second = streams.page_of(Stream(), Choice(), "trending", first.following, TODAY)
    assert {paper.id for paper in first.papers + second.papers} == made
    assert second.following == ""


def test_withdrawn_papers_do_not_trend() -> None:
    make_paper(day=TODAY, source_votes=9, withdrawn=True)
    assert trends.refresh(NOW) == 0


def test_the_draw_is_daily_fair_and_never_twice() -> None:
    unseen = {make_paper(day=TODAY).id for _ in range(7)}
    make_paper(day=TODAY, source_votes=1)
    make_paper(day=TODAY - timedelta(days=9))
    trends.draw(TODAY)
    trends.draw(TODAY)
    first = list(Draw.objects.order_by("place").values_list("place", "paper_id"))
    assert [place for place, _ in first] == [1, 2, 3]
    by_lot = sorted(unseen, key=lambda key: formulas.lot("2025-12-17", key))
    assert [key for _, key in first] == by_lot[:3]
    for days in (1, 2):
        trends.draw(TODAY + timedelta(days=days))
    drawn = list(Draw.objects.values_list("paper_id", flat=True))
    assert sorted(drawn) == sorted(unseen)


def test_a_paper_tells_why_it_is_here() -> None:
    paper = make_paper(day=TODAY, source_votes=4, categories=["cs.LG"])
    bare = [reason.what for reason in reasons(paper)]
    assert bare == ["Its day", "Its place on the day"]
    jobs.catch_up()
    trends.refresh(NOW)
    Draw.objects.create(day=TODAY, place=2, paper=paper)
    told = {reason.what: reason.value for reason in reasons(paper)}
    outlook = Trend.objects.get(paper=paper).outlook
    assert told["Expected in the end"] == f"{outlook.total:.1f} votes"
    assert told["Trending"].startswith(f"{outlook.trending:.3f} ")
    assert "Usual in Computer Science" in told
    assert told["Drawn by lot"] == "place 2 of 2025-12-17"


def test_the_first_three_of_a_day_a_week_and_a_month_carry_badges() -> None:
    made = [make_paper(day=TODAY, source_votes=votes) for votes in (9, 7, 5, 3)]
    make_paper(day=TODAY - timedelta(days=1), source_votes=8)
    make_paper(day=TODAY - timedelta(days=9), source_votes=20)

    def badges(paper: Paper) -> list[str]:
        return [medal.name for medal in medals_of(paper, TODAY)]

    assert badges(made[0]) == [
        "#1 paper of the day",
        "#1 paper of the week",
        "#2 paper of the month",
    ]
    assert badges(made[1]) == ["#2 paper of the day", "#3 paper of the week"]
    assert badges(made[2]) == ["#3 paper of the day"]
    assert badges(made[3]) == []
    assert badges(make_paper(day=date(2025, 1, 1))) == []
