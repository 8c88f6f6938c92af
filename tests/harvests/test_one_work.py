"""Pairs that are one work become one paper by themselves, carefully."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from broadsheet.harvests.one_work import join_next
from broadsheet.papers.actions import save_records
from broadsheet.papers.models import Paper
from broadsheet.papers.records import Record
from broadsheet.papers.works import Joining, Twin
from broadsheet.search.same_works import link_next

pytestmark = pytest.mark.django_db

ABSTRACT = (
    "We count the tides of a made-up harbour for three years with a rope, a lamp and a notebook, "
    "compare the counts with those of the moon, find that both agree on most days of the year, and "
    "discuss what a keeper of the harbour should do on the days on which they do not agree at all."
)
PREPRINT = Record(
    source="arxiv",
    position="1",
    title="Counting the tides of a harbour",
    abstract=ABSTRACT,
    authors=("Ada Example", "Bo Sample"),
    arxiv_id="2512.00001",
    published=date(2025, 12, 1),
)
ARTICLE = Record(
    source="crossref",
    position="1",
    title="Harbour tides",
    abstract=ABSTRACT,
    authors=("Ada Example", "Bo Sample"),
    doi="10.1000/tides",
    published=date(2026, 2, 1),
)


def test_a_source_that_gives_both_identifiers_makes_them_one() -> None:
    save_records([PREPRINT, ARTICLE])
    assert join_next() == 0
    save_records([replace(PREPRINT, doi="10.1000/tides")])
    assert join_next() == 1
    paper = Paper.objects.get()
    assert paper.slug == "2512.00001"
    assert {name.value for name in paper.identifiers.all()} == {"2512.00001", "10.1000/tides"}
    assert (join_next(), Twin.objects.count()) == (0, 0)


def test_a_wrong_doi_joins_nothing() -> None:
    save_records([PREPRINT, replace(ARTICLE, authors=("Cy Other",))])
    save_records([replace(PREPRINT, doi="10.1000/tides")])
    assert (join_next(), Paper.objects.count()) == (0, 2)


def test_papers_that_came_to_the_same_title_later_become_one() -> None:
    save_records([PREPRINT, ARTICLE])
    save_records([replace(ARTICLE, title=PREPRINT.title, updated=date(2026, 3, 1))])
    link_next()
    assert join_next() == 1
    assert Joining.objects.get().why == "alike"


def test_two_arxiv_papers_stay_two() -> None:
    save_records([PREPRINT, replace(PREPRINT, arxiv_id="2512.00002")])
    link_next()
    assert (join_next(), Paper.objects.count()) == (0, 2)
