"""The starter shelf holds well-formed, varied and distinct papers."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from broadsheet.papers.records import Link, LinkKind, Record
from broadsheet.sources import starter

ARXIV_ID = re.compile(r"\d{4}\.\d{4,5}|[a-z-]+/\d{7}")
CATEGORY = re.compile(r"[a-z-]+(\.[A-Za-z-]{2,})?")
DOI = re.compile(r"10\.\d{4,}/\S+")
A_DAY = 12
KEYS = {
    *("title", "authors", "year", "published", "venue", "arxiv", "doi"),
    *("categories", "field", "summary", "code"),
}


@pytest.fixture(scope="module")
def entries() -> list[dict[str, Any]]:
    text = files("broadsheet.sources").joinpath(starter.SHELF).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def shelf() -> list[Record]:
    return list(starter.records())


def normalised(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip()


def repeated(values: list[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if value and count > 1]


def test_shelf_is_large_and_varied(entries: list[dict[str, Any]]) -> None:
    fields = Counter(entry["field"] for entry in entries)
    assert 168 <= len(entries) <= 200
    assert len(fields) >= 10
    assert min(fields.values()) >= 6
    learning = ("Machine learning", "Natural language processing", "Computer vision")
    assert all(fields[name] for name in learning)
    assert sum(fields[name] for name in learning) * 3 <= len(entries)


def test_every_day_of_twelve_mixes_fields_and_eras(entries: list[dict[str, Any]]) -> None:
    for start in range(0, len(entries), A_DAY):
        day = entries[start : start + A_DAY]
        assert len({entry["field"] for entry in day}) >= 5, f"day from line {start + 1}"
        assert len({entry["year"] // 20 for entry in day}) >= 3, f"day from line {start + 1}"


def test_entries_have_known_keys_and_agreeing_years(entries: list[dict[str, Any]]) -> None:
    for entry in entries:
        assert entry.keys() <= KEYS, entry["title"]
        assert 1900 <= entry["year"] <= 2026, entry["title"]
        if "published" in entry:
            assert date.fromisoformat(entry["published"]).year == entry["year"], entry["title"]


def test_titles_identifiers_and_summaries_are_unique(shelf: list[Record]) -> None:
    assert repeated([normalised(record.title) for record in shelf]) == []
    assert repeated([normalised(record.summary) for record in shelf]) == []
    assert repeated([record.arxiv_id for record in shelf]) == []
    assert repeated([record.doi for record in shelf]) == []


def test_identifiers_are_well_formed(shelf: list[Record]) -> None:
    for record in shelf:
        assert not record.arxiv_id or ARXIV_ID.fullmatch(record.arxiv_id), record.title
        assert not record.doi or DOI.fullmatch(record.doi), record.title
        assert record.doi == record.doi.lower(), record.title
        assert record.categories, record.title
        assert all(CATEGORY.fullmatch(code) for code in record.categories), record.title


def test_new_style_arxiv_id_agrees_with_the_date(shelf: list[Record]) -> None:
    """A paper submitted on the last days of a month may get its id in the next."""
    for record in shelf:
        if record.arxiv_id and "/" not in record.arxiv_id:
            assert record.published is not None
            numbered = (2000 + int(record.arxiv_id[:2])) * 12 + int(record.arxiv_id[2:4])
            submitted = record.published.year * 12 + record.published.month
            assert 0 <= numbered - submitted <= 1, record.title


def test_text_is_complete_and_tidy(shelf: list[Record]) -> None:
    for record in shelf:
        assert record.authors, record.title
        assert 80 <= len(record.summary) <= 400, record.title
        assert record.summary.endswith("."), record.title
        for text in (record.title, record.summary, record.journal_ref, *record.authors):
            assert text == " ".join(text.split()), text


def test_records_are_marked_as_summaries_of_the_project(shelf: list[Record]) -> None:
    assert {record.source for record in shelf} == {starter.SOURCE}
    assert {record.summary_by for record in shelf} == {"Broadsheet"}
    assert {record.abstract for record in shelf} == {""}
    assert [record.position for record in shelf[:2]] == ["line 1", "line 2"]


def test_a_record_carries_all_facts_of_its_line(shelf: list[Record]) -> None:
    bert = next(record for record in shelf if record.arxiv_id == "1810.04805")
    assert bert.authors[0] == "Jacob Devlin"
    assert bert.published == date(2018, 10, 11)
    assert bert.journal_ref == "NAACL 2019"
    assert bert.categories == ("cs.CL",)
    assert bert.links == (Link(LinkKind.CODE, "https://github.com/google-research/bert"),)


def test_first_of_january_stands_in_for_an_unknown_day(shelf: list[Record]) -> None:
    turing = next(record for record in shelf if record.title.startswith("On Computable Numbers"))
    assert turing.published == date(1936, 1, 1)
    assert turing.doi == "10.1112/plms/s2-42.1.230"
    assert turing.links == ()
