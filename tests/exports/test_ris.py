"""Papers as RIS, read back by the reader of RIS files that imports use."""

from __future__ import annotations

from datetime import date

from broadsheet.exports import ris
from broadsheet.papers.records import Link, LinkKind
from tests.exports.papers import full, paper
from tests.sources.reading import one_record, read, titles


def test_everything_known_comes_back() -> None:
    record = one_record("ris", ris.document([full()]).encode())
    assert record.title == "Rivers in ℝ²"
    assert record.abstract == "One. Two of x1."
    assert record.authors == (
        "Zoë van der Example",
        "B. Sample Jr.",
        "The Rivers Collaboration",
        "样本",
    )
    assert (record.arxiv_id, record.doi) == ("2401.01234", "10.1000/rivers")
    assert record.published == date(2024, 1, 2)
    assert record.keywords == ("rivers", "dams")


def test_what_is_not_known_is_left_out() -> None:
    assert ris.document([paper(published=None)]) == "TY  - GEN\nID  - b7\nTI  - Rivers\nER  - \n"


def test_line_ends_in_a_title_make_no_line_of_their_own() -> None:
    entry = ris.record(paper(title="Rivers\nER  - \nTY  - JOUR"))
    assert entry.count("\nER  - ") == 1
    assert "TI  - Rivers ER - TY - JOUR\n" in entry


def test_several_papers_are_several_records() -> None:
    document = ris.document([paper(title="A"), paper(title="B")])
    assert titles(read("ris", document.encode())) == ["A", "B"]


def test_a_pdf_that_a_source_told_is_given() -> None:
    told = paper(links=(Link(LinkKind.PDF, "https://example.org/a.pdf"),))
    assert "L1  - https://example.org/a.pdf\n" in ris.record(told)
