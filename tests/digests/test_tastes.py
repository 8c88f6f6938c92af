"""What was said of papers moves those like them, up or down, and no more than it should."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from broadsheet.digests import contents, tastes
from broadsheet.digests.models import Opinion
from broadsheet.feeds import jobs as feeds
from broadsheet.papers.models import Paper
from tests.digests.conftest import Subscribe
from tests.interests.topics import TODAY, topical
from tests.shelf import make_paper

pytestmark = pytest.mark.django_db


def shelf() -> list[Paper]:
    """Rivers and poems in turn, the most voted first."""
    papers = []
    for place in range(10):
        topic = "rivers" if place % 2 == 0 else "poems"
        papers.append(topical(topic, f"{topic} {place}", source_votes=20 - place))
    return papers


def test_more_brings_papers_forward_and_less_takes_them_back(subscribe: Subscribe) -> None:
    shelf()
    feeds.catch_up()
    sub = subscribe(about="all")

    def names() -> list[str]:
        since = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC) - timedelta(days=1)
        (section,) = contents.sections(sub, since)
        return [pick.paper.title for pick in section.picks]

    before = names()
    assert before[:3] == ["rivers 0", "poems 1", "rivers 2"]
    for _ in range(6):
        liked, refused = topical("poems", day=None), topical("rivers", day=None)
        Opinion.objects.create(subscription=sub, paper=liked, is_more=True)
        Opinion.objects.create(subscription=sub, paper=refused, is_more=False)
    after = names()
    assert sorted(after) == sorted(before)
    assert after[0] == "poems 1"
    assert after.index("poems 3") < before.index("poems 3")


def test_one_opinion_moves_little_and_none_nothing() -> None:
    papers = shelf()
    assert tastes.ordered(papers, {}) == papers
    liked = topical("poems", day=None)
    assert tastes.ordered(papers, {liked.id: True})[0].title in ("rivers 0", "poems 1")


def test_without_embeddings_the_order_stays() -> None:
    papers = [make_paper() for _ in range(4)]
    assert tastes.ordered(papers, {papers[0].id: False}) == papers
    bare, embedded = make_paper(), topical("rivers")
    assert tastes.ordered(papers, {embedded.id: True}) == papers
    said = {embedded.id: True}
    assert set(tastes.ordered([bare, *papers, embedded], said)) == {bare, *papers, embedded}
