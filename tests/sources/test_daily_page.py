from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest

from broadsheet.papers.records import Record, Rejected
from broadsheet.sources import FORMATS, Options, detect
from broadsheet.sources.daily_page import explicit_years
from broadsheet.sources.opening import files_in, open_input
from tests.sources.reading import read, read_cut, titles

HEADER = """new

Get trending papers in your email inbox!

Subscribe

Daily Papers

byAK and the research community

Dec 10

"""


def byline(what: str, when: str) -> str:
    return f"{what}\n·\n{when}"


def page(*blocks: str) -> bytes:
    return (HEADER + "\n\n".join(blocks)).encode()


FIRST = ("First Title", "First abstract.", byline("  • 3 authors", "Oct 31, 2024 4"))
SECOND = ("Second Title", "Second abstract.", byline("  • 1 authors", "Feb 26"))


def the_records(data: bytes, saved_year: int | None = 2025) -> list[Record]:
    found = read("daily-page", data, saved_year)
    records = [one for one in found if isinstance(one, Record)]
    assert len(records) == len(found), found
    return records


def test_a_page() -> None:
    first, second = the_records(page(*FIRST, *SECOND))
    assert (first.position, first.title) == ("line 13", "First Title")
    assert first.abstract == "First abstract."
    assert (first.author_count, first.comments) == (3, 4)
    assert first.published == date(2024, 10, 31)
    assert second.published == date(2025, 2, 26)
    assert (second.author_count, second.comments) == (1, None)


def test_a_record_without_byline_does_not_swallow_the_next() -> None:
    first, bare, second = the_records(page(*FIRST, "Bare", "Bare abstract.", *SECOND))
    assert (bare.title, bare.abstract) == ("Bare", "Bare abstract.")
    assert (bare.author_count, bare.published) == (None, None)
    assert (first.author_count, second.author_count) == (3, 1)


def test_a_page_without_any_byline() -> None:
    assert titles(read("daily-page", page("A", "a.", "B", "b."))) == ["A", "B"]


def test_an_organisation_in_place_of_the_authors() -> None:
    (found,) = the_records(page("T", "a.", byline("Flow Lab Flow Lab", "Oct 14 2")))
    assert (found.organization, found.author_count, found.comments) == ("Flow Lab", None, 2)


def test_the_year_is_the_largest_of_the_batch_plus_one_where_nobody_tells() -> None:
    (_, second) = the_records(page(*FIRST, *SECOND), saved_year=None)
    assert second.published == date(2025, 2, 26)
    assert explicit_years(io.BytesIO(page(*FIRST, *SECOND))) == {2024}


@pytest.mark.parametrize(
    ("when", "year", "word"),
    [
        ("Dec 11", 2025, "later"),
        ("Jan 1, 2026", 2025, "later"),
        ("Feb 29", 2025, "not possible"),
        ("Feb 26", None, "year"),
        ("Fob 26", 2025, "Fob 26"),
    ],
)
def test_impossible_dates_are_refused(when: str, year: int | None, word: str) -> None:
    bad = ("Bad", "Bad abstract.", byline("  • 2 authors", when))
    good = ("Good", "Good abstract.")
    found = read("daily-page", page(*bad, *good), year)
    assert titles(found) == ["!", "Good"]
    assert isinstance(found[0], Rejected)
    assert word in found[0].reason
    assert (found[0].position, found[0].excerpt) == ("line 13", "Bad")


def test_texts_that_do_not_pair_are_refused() -> None:
    found = read("daily-page", page(*FIRST, "A", "a.", "B", SECOND[2], *SECOND))
    assert titles(found) == ["First Title", "!", "Second Title"]


@pytest.mark.parametrize(
    ("data", "left"),
    [
        (page(*FIRST, "Second"), ["First Title"]),
        (page(*FIRST, *SECOND[:2], "  • 1 auth"), ["First Title", "Second Title"]),
        (page(*FIRST, *SECOND[:2], "  • 1 authors"), ["First Title"]),
        (page(*FIRST, *SECOND[:2], "  • 1 authors\n·"), ["First Title"]),
        (page(*FIRST, *SECOND[:2], byline("  • 1 authors", "Fe")), ["First Title"]),
    ],
)
def test_a_cut_page_gives_what_is_whole(data: bytes, left: list[str]) -> None:
    assert titles(read_cut("daily-page", data)) == left


def test_windows_line_ends_and_byte_order_mark() -> None:
    data = b"\xef\xbb\xbf" + page(*FIRST, *SECOND).replace(b"\n", b"\r\n")
    assert detect(data).name == "daily-page"
    assert the_records(data) == the_records(page(*FIRST, *SECOND))


def test_the_five_recorded_pages(shared_data: Path) -> None:
    files = files_in(shared_data / "seeds")
    years: set[int] = set()
    for file in files:
        with open_input(file) as source:
            years |= explicit_years(source)
    assert max(years) == 2024
    seen: set[str] = set()
    table = [_row(file, max(years) + 1, seen) for file in files]
    assert table == [
        (24, 24, 0, 24, 3, 6, 24),
        (80, 80, 0, 80, 4, 9, 76),
        (50, 49, 0, 49, 13, 29, 39),
        (65, 0, 0, 0, 0, 0, 38),
        (50, 49, 1, 50, 9, 18, 44),
    ]
    assert len(seen) == 221


def _row(file: Path, year: int, seen: set[str]) -> tuple[int, ...]:
    """Records, with authors, with organisation, dated, commented, comments, new titles."""
    with open_input(file) as source:
        assert detect(source.peek()).name == "daily-page"
        found = list(FORMATS["daily-page"].records(source, Options(year)))
    records = [one for one in found if isinstance(one, Record)]
    assert len(records) == len(found)
    comments = [one.comments for one in records if one.comments]
    new = {one.title for one in records} - seen
    seen |= new
    return (
        len(records),
        sum(one.author_count is not None for one in records),
        sum(bool(one.organization) for one in records),
        sum(one.published is not None for one in records),
        len(comments),
        sum(comments),
        len(new),
    )


def test_the_two_irregular_records(shared_data: Path) -> None:
    by_title = {
        one.title.split(":")[0]: one
        for file in files_in(shared_data / "seeds")
        for one in the_records(file.read_bytes())
    }
    dale = by_title["Dale meets Langevin"]
    assert dale.abstract.startswith("Gradient descent")
    assert (dale.author_count, dale.published, dale.position) == (None, None, "line 277")
    sail = by_title["SAIL-Embedding Technical Report"]
    assert (sail.organization, sail.comments) == ("ByteDance", 2)
    assert sail.published == date(2025, 10, 14)
