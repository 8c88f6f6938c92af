from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from broadsheet.papers.records import Record, Version
from broadsheet.sources import FORMATS, Options
from broadsheet.sources.opening import open_input
from tests.sources.reading import one_record, one_rejected, read, read_cut, titles

PLAIN: dict[str, Any] = {
    "id": "2401.01234v2",
    "title": "A Study of\n  Invented Things",
    "abstract": "We invent $x$ things.",
    "authors": ["Ann Tester", "Bob Sample"],
    "categories": ["cs.LG", "cs.CL"],
    "primary": "cs.CL",
    "published": "2024-01-02",
    "updated": "2024-02-03T10:00:00Z",
    "comments": "12 pages",
    "doi": "10.1000/ABC",
    "announced": None,
}
SNAPSHOT: dict[str, Any] = {
    "id": "0704.0001",
    "submitter": "Ann Tester",
    "authors": "Ann Tester, Bob Sample Jr",
    "authors_parsed": [["Tester", "Ann", ""], ["Sample", "Bob", "Jr"], ["Flow Team", "", ""]],
    "title": "A Snapshot",
    "comments": None,
    "journal-ref": "J. Flow 1 (2008) 2",
    "doi": None,
    "report-no": "FLOW-1",
    "categories": "hep-ph hep-ex",
    "license": "http://example.org/licence",
    "abstract": "  Text.\n",
    "versions": [
        {"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"},
        {"version": "v2", "created": "Tue, 24 Jul 2007 20:10:27 GMT"},
    ],
    "update_date": "2008-11-26",
}


def line(**changes: object) -> bytes:
    return json.dumps(PLAIN | changes).encode() + b"\n"


def test_the_plain_shape() -> None:
    found = one_record("arxiv-json", line())
    assert found.position == "line 1"
    assert found.title == "A Study of\n  Invented Things"
    assert (found.arxiv_id, found.version, found.doi) == ("2401.01234", 2, "10.1000/abc")
    assert found.authors == ("Ann Tester", "Bob Sample")
    assert found.categories == ("cs.CL", "cs.LG")
    assert (found.published, found.updated) == (date(2024, 1, 2), date(2024, 2, 3))
    assert found.announced is None
    assert found.author_note == "12 pages"
    assert not found.withdrawn


def test_the_bulk_snapshot_shape() -> None:
    found = one_record("arxiv-json", json.dumps(SNAPSHOT).encode())
    assert found.authors == ("Ann Tester", "Bob Sample Jr", "Flow Team")
    assert found.categories == ("hep-ph", "hep-ex")
    assert found.versions == (Version(1, date(2007, 4, 2)), Version(2, date(2007, 7, 24)))
    assert (found.version, found.published) == (2, date(2007, 4, 2))
    assert found.updated == date(2007, 7, 24)
    assert found.journal_ref == "J. Flow 1 (2008) 2"
    assert found.licence == "http://example.org/licence"


@pytest.mark.parametrize(
    ("told", "names"),
    [
        ("Ann Tester, Bob Sample and Cy Trial", ("Ann Tester", "Bob Sample", "Cy Trial")),
        ("Ann Tester (Lab, City), Bob Sample", ("Ann Tester", "Bob Sample")),
        (["Ann Tester (Lab", "City)", "Bob Sample,"], ("Ann Tester", "Bob Sample")),
        (["Flow Collaboration", ":", "Ann Tester"], ("Flow Collaboration", "Ann Tester")),
        ("Ann Tester for the Flow Collaboration", ("Ann Tester", "Flow Collaboration")),
        ("Bob Sample, Jr., Ann Tester", ("Bob Sample Jr.", "Ann Tester")),
        ([], ()),
        (None, ()),
    ],
)
def test_authors(told: object, names: tuple[str, ...]) -> None:
    assert one_record("arxiv-json", line(authors=told)).authors == names


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"title": None}, "title"),
        ({"title": " "}, "title"),
        ({"title": 5}, "title"),
        ({"id": "abc"}, "abc"),
        ({"id": ""}, "id"),
        ({"abstract": ["x"]}, "abstract"),
        ({"authors": [None]}, "authors"),
        ({"categories": 3}, "categories"),
        ({"published": "2024-13-01"}, "published"),
        ({"published": "2023-02-29"}, "2023-02-29"),
        ({"published": "0001-01-01"}, "0001"),
        ({"versions": [{"version": "v0"}]}, "v0"),
        ({"versions": [{"version": "v1", "created": "Mon, 42 Apr 2007"}]}, "version"),
        ({"withdrawn": "no"}, "withdrawn"),
        ({"title": "NUL \0 inside"}, "NUL"),
    ],
)
def test_what_is_refused_says_why(changes: dict[str, object], word: str) -> None:
    rejected = one_rejected("arxiv-json", line(**changes))
    assert word in rejected.reason
    assert rejected.position == "line 1"
    assert rejected.excerpt.startswith("{")


def test_a_month_alone_stands_for_its_first_day() -> None:
    assert one_record("arxiv-json", line(published="2024-03")).published == date(2024, 3, 1)


def test_arxivs_own_doi_is_not_a_publishers() -> None:
    assert one_record("arxiv-json", line(doi="10.48550/arXiv.2401.01234")).doi == ""


@pytest.mark.parametrize(
    ("note", "abstract", "withdrawn"),
    [
        ("This paper has been withdrawn by the author", "Text.", True),
        ("12 pages. Withdrawn", "Text.", True),
        (None, "This submission has been withdrawn.", True),
        (None, "When a plate is withdrawn from a bath, a paper is wet.", False),
        ("The previous version been withdrawn", "Text.", False),
    ],
)
def test_withdrawn_papers(note: str | None, abstract: str, withdrawn: bool) -> None:
    found = one_record("arxiv-json", line(comments=note, abstract=abstract))
    assert found.withdrawn is withdrawn


def test_bad_lines_cost_only_themselves() -> None:
    data = b"\xef\xbb\xbf" + line(title="A") + b"{broken\r\n\r\n" + line(title="B")
    data += b'{"id": "2401.00001", "title": "\xff"}\n' + b'{"title": "\\ud800"}\n' + b"7\n"
    assert titles(read("arxiv-json", data)) == ["A", "!", "B", "!", "!", "!"]
    assert [one.position for one in read("arxiv-json", data)][:3] == ["line 1", "line 2", "line 4"]


def test_a_document_is_read_item_by_item() -> None:
    data = json.dumps([PLAIN, {"id": 1}, PLAIN | {"title": "B"}], indent=2).encode()
    found = read("arxiv-json", data)
    assert titles(found) == [PLAIN["title"], "!", "B"]
    assert found[1].position == "item 2"


def test_a_cut_last_line_is_not_a_bad_line() -> None:
    assert titles(read_cut("arxiv-json", line(title="A") + line(title="B")[:-9])) == ["A"]


def test_a_last_line_without_its_end_may_be_whole() -> None:
    assert titles(read("arxiv-json", line(title="A") + line(title="B")[:-1])) == ["A", "B"]


def test_a_cut_document_gives_its_whole_items() -> None:
    data = json.dumps([PLAIN | {"title": "A"}, PLAIN | {"title": "B"}, PLAIN], indent=1).encode()
    assert titles(read_cut("arxiv-json", data[:-40])) == ["A", "B"]


def test_deep_nesting_is_a_bad_line() -> None:
    data = line(title="A") + b'{"x":' + b"[" * 100_000 + b"\n" + line(title="B")
    assert titles(read("arxiv-json", data)) == ["A", "!", "B"]


def test_the_recorded_sample_is_read_whole(shared_data: Path) -> None:
    first = 40_000  # the whole takes half a minute
    kinds: Counter[str] = Counter()
    with open_input(shared_data / "arxiv_sample.jsonl.zst") as source:
        records = FORMATS["arxiv-json"].records(source, Options())
        for found, _ in zip(records, range(first), strict=False):
            kinds[type(found).__name__] += 1
    assert kinds == {"Record": first}


def test_the_hard_cases_are_read(shared_data: Path) -> None:
    data = (shared_data / "hard" / "hard_cases.jsonl").read_bytes()
    found = read("arxiv-json", data)
    assert len(found) == 631
    assert all(isinstance(one, Record) for one in found)
    told = [json.loads(raw)["case"] for raw in data.splitlines()]
    withdrawn = [
        one.withdrawn
        for one, case in zip(found, told, strict=True)
        if case == "withdrawn" and isinstance(one, Record)
    ]
    assert sum(withdrawn) == 35  # of 37: one speaks of a plate, one of an earlier version
