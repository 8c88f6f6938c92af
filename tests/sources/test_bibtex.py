from __future__ import annotations

from datetime import date

import pytest

from broadsheet.papers.records import Link, LinkKind, Record
from broadsheet.sources import detect
from tests.sources.reading import one_record, one_rejected, read, read_cut, titles

ENTRY = r"""@article{tester2019,
  title = {On the {Flow} of \'Etudes},
  author = {Tester, Ann and Bob B. Sample and Trial, Jr., Cy and {The Flow Team} and others},
  journal = {Journal of Flow}, year = 2019, month = feb, day = 3,
  doi = {https://doi.org/10.1000/FLOW\_1}, keywords = {flow; rivers},
  abstract = {Rivers, mostly.}, url = {https://example.org/a\_b},
}
"""


def entry(*fields: str, key: str = "k") -> bytes:
    return f"@misc{{{key},\n{', '.join(fields)}}}\n".encode()


def test_one_entry() -> None:
    assert detect(ENTRY.encode()).name == "bibtex"
    found = one_record("bibtex", ENTRY.encode())
    assert (found.position, found.title) == ("line 1", r"On the {Flow} of \'Etudes")
    assert found.authors == ("Ann Tester", "Bob B. Sample", "Cy Trial Jr.", "The Flow Team")
    assert (found.published, found.journal_ref) == (date(2019, 2, 3), "Journal of Flow")
    assert (found.doi, found.keywords) == ("10.1000/flow_1", ("flow", "rivers"))
    assert found.abstract == "Rivers, mostly."
    assert found.links == (Link(LinkKind.OTHER, "https://example.org/a_b"),)


@pytest.mark.parametrize(
    ("told", "arxiv_id", "version"),
    [
        ("eprint={2401.01234v2}, archivePrefix={arXiv}", "2401.01234", 2),
        ("eprint={hep-th/9901001}", "hep-th/9901001", None),
        ("eprint={12345}, archivePrefix={hal}", "", None),
        ("arxivid={2401.01234}", "2401.01234", None),
        ("journal={arXiv preprint arXiv:2401.01234}", "2401.01234", None),
        ("doi={10.48550/arXiv.2401.01234}", "2401.01234", None),
        (r"howpublished={\url{https://arxiv.org/abs/2401.01234}}", "2401.01234", None),
    ],
)
def test_where_arxiv_ids_stand(told: str, arxiv_id: str, version: int | None) -> None:
    found = one_record("bibtex", entry("title={T}", told))
    assert (found.arxiv_id, found.version, found.doi) == (arxiv_id, version, "")


@pytest.mark.parametrize(
    ("told", "day"),
    [
        ("date={2020-02-29}", date(2020, 2, 29)),
        ("date={2020-05}", date(2020, 5, 1)),
        ("year={1687}", date(1687, 1, 1)),
        ("year=2020, month={March}", date(2020, 3, 1)),
        ('year=2020, month="10~" # oct', date(2020, 10, 1)),
        ("year=2020, month=11", date(2020, 11, 1)),
        ("year={in press}", None),
    ],
)
def test_dates(told: str, day: date | None) -> None:
    assert one_record("bibtex", entry("title={T}", told)).published == day


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ("title={ }", "title"),
        ("author={Ann Tester}", "title"),
        ("title={T}, date={2021-02-29}", "date"),
        ("title={T}, year=2021, month=13", "2021-13"),
        ("title={T}, eprint={x}, archivePrefix={arXiv}", "arXiv id"),
    ],
)
def test_what_is_refused_says_why(told: str, word: str) -> None:
    assert word in one_rejected("bibtex", entry(told)).reason


def test_a_broken_entry_costs_only_itself() -> None:
    data = entry("title={A}") + b"@misc{b, title={B,\n" + entry("title={C}", key="c")
    found = read("bibtex", data)
    assert titles(found) == ["A", "!", "C"]
    assert [one.position for one in found] == ["line 1", "line 3", "line 4"]


def test_keys_and_fields_that_are_there_twice() -> None:
    data = b'@string{jof = "J. Flow"}\n@string{jof = "J. Flow again"}\n'
    data += entry("title={A}") + entry("title={B}", "title={C}", "journal=jof")
    found = read("bibtex", data)
    assert titles(found) == ["A", "B"]
    assert isinstance(found[1], Record)
    assert found[1].journal_ref == "J. Flow"


def test_definitions_hold_for_all_that_follows() -> None:
    many = [entry(f"title={{T{n}}}", "journal=jof", key=f"k{n}") for n in range(450)]
    found = read("bibtex", b'@string{jof = "J. Flow"}\n' + b"".join(many))
    assert titles(found) == [f"T{n}" for n in range(450)]
    assert {one.journal_ref for one in found if isinstance(one, Record)} == {"J. Flow"}
    assert [one.position for one in found][-1] == "line 900"


def test_a_cut_entry_is_not_a_broken_one() -> None:
    assert titles(read_cut("bibtex", entry("title={A}") + entry("title={B}", key="b")[:-4])) == [
        "A"
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encodings(encoding: str) -> None:
    data = "@misc{k, title={Über Flüsse}}\r\n".encode(encoding)
    assert detect(data).name == "bibtex"
    assert one_record("bibtex", data).title == "Über Flüsse"


def test_comments_are_no_records() -> None:
    assert titles(read("bibtex", b"A list.\n@comment{x}\n@preamble{y}\n" + entry("title={A}"))) == [
        "A"
    ]
