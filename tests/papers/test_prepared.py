"""Questions that are put together once answer as if they were put together each time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pytest
from django.db.models import QuerySet

from broadsheet.papers.models import Authorship, Paper
from broadsheet.papers.prepared import prepared
from tests.shelf import make_paper

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db
built: list[tuple[Any, ...]] = []


@prepared
def names(least: int, papers: Sequence[int]) -> QuerySet[Authorship, Any]:
    built.append((least, papers))
    found = Authorship.objects.filter(paper__in=papers, paper__gte=least, position__lt=2)
    return found.exclude(name="Bo %s").order_by("paper", "position").values_list("paper", "name")


@prepared
def strangers(papers: Sequence[int]) -> QuerySet[Paper, Any]:
    return Paper.objects.exclude(id__in=papers).order_by("id").values_list("id")


@pytest.fixture
def papers() -> list[int]:
    return [make_paper(names=["Ada %d", "Bo %s", "Cy"]).id for _ in range(4)]


def test_other_keys_give_other_rows(
    papers: list[int], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    built.clear()
    first, *_, last = papers
    with django_assert_num_queries(4):
        assert names(first, [first, last]) == [(first, "Ada %d"), (last, "Ada %d")]
        assert names(first, papers[1:3]) == [(key, "Ada %d") for key in papers[1:3]]
        assert names(last, papers) == [(last, "Ada %d")]
        assert names(0, (first, first, -1, last)) == [(first, "Ada %d"), (last, "Ada %d")]
    assert len(built) == 2, "once for each number of keys"


def test_among_no_keys_nothing_is_found_and_nothing_is_left_out(papers: list[int]) -> None:
    assert names(0, []) == []
    assert strangers([]) == [(key,) for key in papers]
    assert strangers(papers[1:]) == [(papers[0],)]
