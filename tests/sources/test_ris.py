from __future__ import annotations

from datetime import date

import pytest

from broadsheet.papers.records import Link, LinkKind
from broadsheet.sources import detect
from tests.sources.reading import one_record, one_rejected, read, read_cut, titles


def reference(*lines: str) -> bytes:
    return "\n".join(("TY  - JOUR", *lines, "ER  - ", "")).encode()


FULL = reference(
    "TI  - On the Flow",
    "AU  - Tester, Ann",
    "AU  - Sample,Bob,Jr.",
    "PY  - 2019",
    "DA  - 2019/02/03/",
    "AB  - Rivers, mostly,",
    "and lakes.",
    "KW  - flow",
    "KW  - rivers",
    "DO  - https://doi.org/10.1000/FLOW",
    "JF  - Journal of Flow",
    "UR  - https://example.org/a; https://example.org/b",
    "XX  - unknown",
)


def test_one_reference() -> None:
    assert detect(FULL).name == "ris"
    found = one_record("ris", FULL)
    assert (found.position, found.title) == ("line 1", "On the Flow")
    assert found.authors == ("Ann Tester", "Bob Sample Jr.")
    assert (found.published, found.journal_ref) == (date(2019, 2, 3), "Journal of Flow")
    assert found.abstract == "Rivers, mostly, and lakes."
    assert (found.keywords, found.doi) == (("flow", "rivers"), "10.1000/flow")
    assert [link.url for link in found.links] == ["https://example.org/a", "https://example.org/b"]
    assert found.links[0] == Link(LinkKind.OTHER, "https://example.org/a")


def test_the_older_tags() -> None:
    found = one_record(
        "ris", reference("T1  - T", "A1  - Tester, Ann", "Y1  - 2014//", "N2  - Text.", "T2  - J.")
    )
    assert (found.title, found.authors, found.abstract) == ("T", ("Ann Tester",), "Text.")
    assert (found.published, found.journal_ref) == (date(2014, 1, 1), "J.")


@pytest.mark.parametrize(
    "told", ["UR  - http://arxiv.org/abs/2401.01234v2", "AN  - arXiv:2401.01234v2"]
)
def test_arxiv_ids(told: str) -> None:
    found = one_record("ris", reference("TI  - T", told))
    assert (found.arxiv_id, found.version, found.links) == ("2401.01234", 2, ())


@pytest.mark.parametrize(
    ("told", "day"),
    [("1948/07//", date(1948, 7, 1)), ("2020-05-06", date(2020, 5, 6)), ("Spring", None)],
)
def test_dates(told: str, day: date | None) -> None:
    assert one_record("ris", reference("TI  - T", f"PY  - {told}")).published == day


@pytest.mark.parametrize(
    ("told", "word"), [("AU  - Tester", "title"), ("TI  - T\nPY  - 2020/13/01", "2020-13-01")]
)
def test_what_is_refused_says_why(told: str, word: str) -> None:
    assert word in one_rejected("ris", reference(told)).reason


def test_a_reference_without_end_costs_only_itself() -> None:
    data = (
        b"Record 1 of 3\n1.\n"
        + reference("TI  - A")
        + b"TY  - JOUR\nTI  - B\n"
        + reference("TI  - C")
    )
    found = read("ris", data)
    assert titles(found) == ["A", "!", "C"]
    assert [one.position for one in found] == ["line 3", "line 6", "line 8"]


def test_a_cut_reference_is_not_a_broken_one() -> None:
    assert titles(read_cut("ris", reference("TI  - A") + b"TY  - JOUR\nTI  - B\n")) == ["A"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encodings(encoding: str) -> None:
    data = "TY  - JOUR\r\nTI  - Über Flüsse\r\nER  - \r\n".encode(encoding)
    assert detect(data).name == "ris"
    assert one_record("ris", data).title == "Über Flüsse"
