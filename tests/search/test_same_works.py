"""Papers that are one work: which are linked, and that each list shows one of them."""

from __future__ import annotations

import time
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection

from broadsheet.papers.actions import remove_papers
from broadsheet.papers.models import Paper
from broadsheet.search import engine, jobs, same_works
from broadsheet.search.models import SameWork
from broadsheet.search.query import parse
from broadsheet.search.sameness import version_of
from tests.search.papers import make_paper

TITLE = "How rivers remember their floods"
ABSTRACT = (
    "Rivers keep traces of the floods that shaped them. We measure the grain of the sand in "
    "forty river beds, date each layer by its pollen, and find that the largest flood of a "
    "century leaves a mark that smaller ones do not wash away for three hundred years."
)
LONGER = f"{ABSTRACT} In this longer text we also give proofs, tables and a map of all beds."
OTHERWISE = (
    "Memory in a mathematical sense means that the state of a system depends on its past. For "
    "a family of stochastic equations we prove that solutions forget exponentially fast unless "
    "the noise is degenerate, and give the sharp constant in terms of the spectral gap."
)
AUTHORS = ("Zoë Example", "B. Sample")

pytestmark = pytest.mark.django_db


def told(arxiv_id: str, abstract: str = ABSTRACT, title: str = TITLE, **facts: Any) -> Paper:
    return make_paper(title, abstract, arxiv_id=arxiv_id, **({"authors": AUTHORS} | facts))


def linked() -> set[tuple[int, int]]:
    while same_works.link_next():
        pass
    return set(SameWork.objects.values_list("earlier_id", "later_id"))


def test_a_longer_version_by_the_same_authors_is_the_same_work() -> None:
    one, two = told("2401.00001"), told("2405.00002", LONGER, authors=("Zoe Example",))
    assert linked() == {(one.id, two.id)}
    assert same_works.others([one.id, two.id]) == {
        one.id: [same_works.Other(two.id, "2405.00002", None)],
        two.id: [same_works.Other(one.id, "2401.00001", None)],
    }


@pytest.mark.parametrize(
    ("abstract", "facts"),
    [
        (OTHERWISE, {}),
        (ABSTRACT, {"authors": ("C. Stranger",)}),
        (ABSTRACT, {"title": "How lakes remember their storms"}),
        ("", {}),
    ],
)
def test_a_title_alone_or_a_text_alone_is_not_enough(abstract: str, facts: Any) -> None:
    told("2401.00001")
    told("2405.00002", abstract, **facts)
    assert linked() == set()


def test_discussions_of_one_paper_are_works_of_their_own() -> None:
    for number in (1, 2):
        told(
            f"2401.0000{number}", f"Discussion of {TITLE} by Z. Example.", f"Discussion of {TITLE}"
        )
    assert linked() == set()


def test_what_authors_call_a_version_of_their_paper_is_the_same_work() -> None:
    one = told("math/0301309", OTHERWISE, "Memory of equations")
    note = "40 pages. Corrected and expanded version of arXiv:math/0301309."
    two = told("2405.00002", author_note=note)
    told("2405.00003", author_note=note, authors=("C. Stranger",), title="On memory")
    assert linked() == {(one.id, two.id)}


@pytest.mark.parametrize(
    ("note", "named"),
    [
        ("Extended version of arXiv:2401.00001v2, 30 pages", "2401.00001"),
        ("This is an update for 1610.05642.", "1610.05642"),
        ("Full version of the paper arXiv:math/0301309", "math/0301309"),
        ("Text overlap with arXiv:2401.00001", ""),
        ("Extended version of our conference paper", ""),
        ("", ""),
    ],
)
def test_notes(note: str, named: str) -> None:
    assert version_of(note) == named


def test_links_follow_changes_and_removals() -> None:
    one, two = told("2401.00001"), told("2405.00002", OTHERWISE)
    assert linked() == set()
    told("2405.00002", LONGER, updated=two.saved_at.date())
    assert linked() == {(one.id, two.id)}
    remove_papers([one.id])
    assert linked() == set()


def test_links_are_made_anew_with_the_index() -> None:
    one, two = told("2401.00001"), told("2405.00002")
    linked()
    SameWork.objects.all().delete()
    assert linked() == set()
    jobs.rebuild()
    assert linked() == {(one.id, two.id)}


def test_batches_miss_no_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(same_works, "BATCH", 1)
    one, _, two = told("2401.00001"), told("2403.00001", OTHERWISE, "Else"), told("2405.00002")
    assert linked() == {(one.id, two.id)}


def test_a_search_shows_a_work_once() -> None:
    papers = {told("2401.00001").id, told("2405.00002").id}
    other = told("2405.00003", OTHERWISE, "Rivers of memory")
    jobs.catch_up()
    found = engine.search(parse("rivers"))
    ids = [hit.paper_id for hit in found.hits]
    assert found.total == len(ids) == 2
    assert other.id in ids
    assert len(papers & set(ids)) == 1


@pytest.mark.django_db(transaction=True)
def test_the_worker_links_what_comes_in() -> None:
    stop = Event()

    def work() -> None:
        jobs.link_same_works(stop)
        connection.close()

    worker = Thread(target=work)
    worker.start()
    try:
        told("2401.00001"), told("2405.00002")
        ends = time.monotonic() + 5
        while not SameWork.objects.exists() and time.monotonic() < ends:
            time.sleep(0.05)
        assert SameWork.objects.count() == 1
    finally:
        stop.set()
        worker.join(10)
