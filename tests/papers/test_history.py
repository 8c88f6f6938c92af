"""What happens to a paper is written down, and only what is news."""

from __future__ import annotations

from datetime import date

import pytest

from broadsheet.papers.actions import save_records
from broadsheet.papers.models import Paper
from broadsheet.papers.records import Record, Version
from broadsheet.papers.works import News

pytestmark = pytest.mark.django_db

FIRST = Record(
    source="arxiv",
    position="1",
    title="Tides counted by hand",
    abstract="We count tides.",
    authors=("Ada Example",),
    arxiv_id="2512.00001",
    versions=(Version(1, date(2025, 12, 1)),),
    published=date(2025, 12, 1),
    updated=date(2025, 12, 1),
)


def told(**news: object) -> list[tuple[str, str, str]]:
    """What is written down when the paper is told of again, with these changes."""
    save_records([FIRST])
    save_records(
        [FIRST, Record(**{name: getattr(FIRST, name) for name in Record.__struct_fields__} | news)]
    )
    return list(News.objects.order_by("id").values_list("event", "before", "after"))


def test_the_same_again_is_no_news() -> None:
    assert told() == []


def test_a_new_version_with_another_title() -> None:
    found = told(
        title="Tides counted by machine",
        versions=(Version(1, date(2025, 12, 1)), Version(2, date(2025, 12, 9))),
        updated=date(2025, 12, 9),
    )
    assert found == [
        ("version", "1", "2"),
        ("title", "Tides counted by hand", "Tides counted by machine"),
    ]
    assert News.objects.after(0).count() == 2
    assert News.objects.of(Paper.objects.get().id)[0].event == "title"


def test_another_spelling_of_the_title_is_no_news() -> None:
    assert told(title="TIDES counted, by hand", updated=date(2025, 12, 9)) == []


def test_a_reference_managers_title_is_no_news() -> None:
    assert told(source="bibtex", title="Tides (draft)") == []


def test_a_withdrawal_and_a_published_version() -> None:
    found = told(withdrawn=True, doi="10.1000/tides")
    assert found == [("withdrawn", "", ""), ("published", "", "10.1000/tides")]
