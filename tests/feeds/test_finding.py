"""Results of a search in the order of trends."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from broadsheet.feeds import finding, jobs, trends
from broadsheet.papers.models import Paper
from broadsheet.search import jobs as indexing
from broadsheet.search.query import parse
from tests.shelf import make_paper

pytestmark = pytest.mark.django_db
TODAY = date(2025, 12, 17)
NOW = datetime(2025, 12, 17, 18, tzinfo=UTC)


def found(text: str, limit: int = 30, offset: int = 0) -> list[str]:
    hits = finding.search(parse(text, "trending"), limit=limit, offset=offset).hits
    titles = dict(Paper.objects.values_list("id", "title"))
    return [titles[hit.paper_id] for hit in hits]


def test_what_trends_comes_first_and_the_others_follow_newest_first() -> None:
    for title, days, votes in (
        ("sand, old and dear", 400, 99),
        ("sand, liked", 0, 3),
        ("sand, older", 500, 0),
        ("sand, loved", 0, 9),
        ("stone, loved", 0, 9),
    ):
        day = TODAY - timedelta(days=days)
        make_paper(title, day=day, published=day, source_votes=votes)
    jobs.catch_up()
    indexing.catch_up()
    assert found("sand")[2:] == ["sand, old and dear", "sand, older"], "nothing trends yet"
    trends.refresh(NOW)
    whole = ["sand, loved", "sand, liked", "sand, old and dear", "sand, older"]
    assert found("sand") == whole
    assert [found("sand", limit=1, offset=at) for at in range(5)] == [*([one] for one in whole), []]
    assert found("sand", limit=3, offset=1) == whole[1:]
    assert finding.search(parse("sand", "trending"), limit=1).total == 4
    assert found("nothing of it") == []
