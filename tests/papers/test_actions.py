"""Saving records: each paper once, all or nothing, in one sequence of changes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from broadsheet.papers import rows
from broadsheet.papers.actions import Place, forget_source, remove_papers, save_records
from broadsheet.papers.models import (
    Authorship,
    Cursor,
    Identifier,
    Paper,
    Removal,
    Sighting,
    latest_change,
)
from broadsheet.papers.records import Link, LinkKind, Record, Version

pytestmark = pytest.mark.django_db


def record(title: str = "Rivers that remember their banks", **more: Any) -> Record:
    return Record(**{"source": "arxiv-json", "position": "line 1", "title": title, **more})


FULL = record(
    title=r"Rivers in $\mathbb{R}^2$ after Poincar\'e",
    abstract="We follow rivers.\nCode: https://github.com/example/rivers.",
    authors=('Zo\\"e Example', "B. Sample"),
    arxiv_id="2401.01234",
    version=2,
    doi="10.1000/rivers",
    categories=("math.DS", "physics.geo-ph"),
    published=date(2024, 1, 2),
    updated=date(2024, 3, 4),
    keywords=("rivers",),
    links=(Link(LinkKind.PROJECT, "https://example.org/rivers"),),
)


def test_everything_a_record_says_is_kept() -> None:
    saved = save_records([FULL])
    paper = Paper.objects.get(id=saved.new[0])
    assert paper.slug == paper.arxiv_id == "2401.01234"
    assert paper.title == "Rivers in $\\mathbb{R}^2$ after Poincaré"
    assert paper.raw["title"] == FULL.title
    assert paper.raw["authors"] == ['Zo\\"e Example', "B. Sample"]
    assert list(paper.authorships.order_by("position").values_list("name", flat=True)) == [
        "Zoë Example",
        "B. Sample",
    ]
    [paper] = Paper.objects.cards([paper.id])
    assert paper.links_of(LinkKind.CODE) == ["https://github.com/example/rivers"]
    assert paper.links_of(LinkKind.PROJECT) == ["https://example.org/rivers"]
    assert paper.versions.get().number == 2
    assert set(paper.identifiers.values_list("scheme", "value")) == {
        ("arxiv", "2401.01234"),
        ("doi", "10.1000/rivers"),
    }
    assert paper.day == date(2024, 1, 2)
    assert paper.keywords == ["rivers"]


def test_saving_twice_changes_nothing() -> None:
    save_records([FULL])
    before, change = rows.load(Paper.objects.values_list("id", flat=True)), latest_change()
    again = save_records([FULL])
    assert again.counts() == {"unchanged": 1, "new": 0, "changed": 0, "rejected": 0}
    assert rows.load(Paper.objects.values_list("id", flat=True)) == before
    assert latest_change() == change


def test_what_is_loaded_is_what_was_written() -> None:
    first = save_records([FULL]).new[0]
    facts = rows.load([first])[first]
    assert facts.names == ("Zoë Example", "B. Sample")
    assert facts.versions == (Version(2),)
    assert facts.categories == ("math.DS", "physics.geo-ph")
    assert facts.updated == date(2024, 3, 4)


def test_a_titled_record_and_its_preprint_are_one_paper_with_the_preprints_address() -> None:
    page = record(source="daily-page", author_count=2, published=date(2024, 1, 2), comments=4)
    first = save_records([page]).new[0]
    assert Paper.objects.get().slug == f"b{first}"
    save_records([record(arxiv_id="2401.01234", authors=("A. B.", "C. D."), votes=7)])
    paper = Paper.objects.get()
    assert (paper.id, paper.slug, paper.source_votes, paper.source_comments) == (
        first,
        "2401.01234",
        7,
        4,
    )
    assert paper.change == latest_change() > first


def test_same_title_but_two_arxiv_ids_are_two_papers() -> None:
    saved = save_records([record(arxiv_id="2401.00001"), record(arxiv_id="2401.00002")])
    assert len(saved.new) == 2


def test_an_old_id_keeps_its_archive() -> None:
    saved = save_records(
        [
            record("One of two", arxiv_id="hep-th/9901001"),
            record("Two of two", arxiv_id="math/9901001"),
        ]
    )
    assert len(saved.new) == 2


def test_a_doi_joins_a_file_entry_and_a_preprint() -> None:
    save_records([record("Printed title", source="bibtex", doi="10.1000/rivers")])
    save_records([FULL])
    assert Paper.objects.get().slug == "2401.01234"


def test_two_preprints_that_claim_one_doi_stay_two() -> None:
    twins = [
        record("Part one of it", arxiv_id="2401.00001", doi="10.1/x"),
        record("Part two of it", arxiv_id="2401.00002", doi="10.1/x"),
    ]
    assert len(save_records(twins).new) == 2
    assert save_records(twins).counts()["unchanged"] == 2
    assert Identifier.objects.filter(scheme="doi").count() == 1


def test_repeats_inside_one_batch_are_one_paper() -> None:
    saved = save_records([record(author_count=2), record(votes=3), record(votes=3)])
    assert saved.counts() == {"new": 1, "changed": 1, "unchanged": 1, "rejected": 0}
    assert Paper.objects.get().source_votes == 3


def test_what_cannot_be_a_paper_is_rejected_with_a_reason_and_stops_nothing() -> None:
    saved = save_records(
        [
            record("  "),
            record("Born too late", published=date(2999, 1, 1)),
            record("x" * 3000),
            record("A good one among them"),
        ]
    )
    assert [item.reason for item in saved.rejected] == [
        "It has no title.",
        "Its date 2999-01-01 cannot be a paper's date.",
        "Its title has 3,000 characters; a title has at most 2,000.",
    ]
    assert Paper.objects.get().title == "A good one among them"


def test_characters_no_database_takes_are_left_out() -> None:
    save_records([record("Nul\x00s and halves \ud800 of pairs", abstract="a\x00b \udfff c")])
    paper = Paper.objects.get()
    assert "\x00" not in paper.title + paper.abstract + str(paper.raw)


def test_cursor_moves_with_the_batch_and_not_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    save_records([FULL], Place("here", "10", {"new": 4}))
    assert Cursor.objects.get().position == "10"
    assert Cursor.objects.get().tally["new"] == 5

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(rows, "insert", fail)
    with pytest.raises(OSError, match="disk full"):
        save_records([record("Another one entirely")], Place("here", "11", {}))
    assert Cursor.objects.get().position == "10"
    assert Paper.objects.count() == 1


def test_change_numbers_rise_and_never_repeat() -> None:
    save_records([record("First of the changes"), record("Second of the changes")])
    save_records([record("First of the changes", votes=1)])
    numbers = list(Paper.objects.order_by("change").values_list("change", flat=True))
    assert numbers == [2, 3]
    assert latest_change() == 3


def test_removed_papers_leave_a_change_and_no_rows() -> None:
    key = save_records([FULL]).new[0]
    assert remove_papers([key, 999]) == 1
    assert not Paper.objects.exists()
    assert not Authorship.objects.exists()
    assert list(Removal.objects.after(key).values_list("paper_id", flat=True)) == [key]
    assert latest_change() == key + 1


def test_forgetting_a_source_keeps_what_others_told() -> None:
    save_records(
        [record("Only on the shelf", source="starter"), record("Known to both", source="starter")]
    )
    save_records([record("Known to both")])
    assert forget_source("starter") == (1, 1)
    assert Paper.objects.get().title == "Known to both"
    assert list(Sighting.objects.values_list("source", flat=True)) == ["arxiv-json"]
