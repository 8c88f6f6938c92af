from __future__ import annotations

from datetime import date

import pytest

from broadsheet.papers.records import Link, LinkKind, Record, SourceError, Version
from broadsheet.sources import detect
from tests.sources.reading import one_record, one_rejected, read, read_cut, titles

ARXIV = """
<arXiv xmlns="http://arxiv.org/OAI/arXiv/">
  <id>2401.01234</id><created>2024-01-02</created><updated>2024-02-03</updated>
  <authors>
    <author><keyname>Flow Collaboration</keyname></author><author><keyname>:</keyname></author>
    <author><keyname>Tester</keyname><forenames>Ann</forenames><suffix>Jr</suffix></author>
  </authors>
  <title>Invented things</title><categories>cs.CL cs.AI</categories>
  <comments>3 pages</comments><journal-ref>J. Flow 1</journal-ref>
  <doi>10.1000/One, 10.1000/two</doi><license>http://example.org/l</license>
  <abstract>  Text.  </abstract>
</arXiv>"""
RAW = """
<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/">
  <id>2401.01234</id>
  <version version="v2"><date>Sat, 3 Feb 2024 10:00:00 GMT</date></version>
  <version version="v1"><date>Tue, 2 Jan 2024 10:00:00 GMT</date></version>
  <title>Raw</title><authors>Ann Tester (Lab), Bob Sample</authors>
  <categories>cs.CL</categories><abstract>Text.</abstract>
</arXivRaw>"""
DC = """
<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"
           xmlns:dc="http://purl.org/dc/elements/1.1/">
  <dc:title>Core</dc:title><dc:creator>Tester, Ann</dc:creator><dc:creator>B. Sample</dc:creator>
  <dc:subject>Flow</dc:subject><dc:description>Text.</dc:description>
  <dc:description>Comment: 3 pages</dc:description>
  <dc:date>2023-05-06</dc:date><dc:date>2023-07-08</dc:date><dc:date>Spring</dc:date>
  <dc:identifier>https://repository.example.org/7</dc:identifier>
  <dc:identifier>doi:10.1000/core</dc:identifier>
</oai_dc:dc>"""


def record(metadata: str, identifier: str = "oai:arXiv.org:2401.01234") -> str:
    header = f"<header><identifier>{identifier}</identifier></header>"
    return f"<record>{header}<metadata>{metadata}</metadata></record>"


def answer(*inside: str) -> bytes:
    told = "".join(inside)
    root = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
    return f"{root}<ListRecords>{told}</ListRecords></OAI-PMH>".encode()


def test_arxiv_metadata() -> None:
    assert detect(answer(record(ARXIV))).name == "oai-pmh"
    found = one_record("oai-pmh", answer(record(ARXIV)))
    assert (found.arxiv_id, found.title, found.abstract) == (
        "2401.01234",
        "Invented things",
        "Text.",
    )
    assert found.authors == ("Flow Collaboration", "Ann Tester Jr")
    assert (found.published, found.updated) == (date(2024, 1, 2), date(2024, 2, 3))
    assert found.categories == ("cs.CL", "cs.AI")
    assert (found.author_note, found.journal_ref, found.doi) == (
        "3 pages",
        "J. Flow 1",
        "10.1000/one",
    )
    assert found.licence == "http://example.org/l"


def test_raw_arxiv_metadata() -> None:
    found = one_record("oai-pmh", answer(record(RAW)))
    assert found.authors == ("Ann Tester", "Bob Sample")
    assert found.versions == (Version(1, date(2024, 1, 2)), Version(2, date(2024, 2, 3)))
    assert (found.version, found.published, found.updated) == (
        2,
        date(2024, 1, 2),
        date(2024, 2, 3),
    )


def test_dublin_core_of_any_repository() -> None:
    found = one_record("oai-pmh", answer(record(DC, "oai:example.org:7")))
    assert found.authors == ("Ann Tester", "B. Sample")
    assert (found.arxiv_id, found.doi) == ("", "10.1000/core")
    assert (found.published, found.updated) == (date(2023, 5, 6), None)
    assert (found.abstract, found.author_note) == ("Text.", "3 pages")
    assert found.links == (Link(LinkKind.OTHER, "https://repository.example.org/7"),)


def test_dublin_core_of_arxiv() -> None:
    found = one_record("oai-pmh", answer(record(DC, "oai:arXiv.org:math/0309136")))
    assert (found.arxiv_id, found.updated) == ("math/0309136", date(2023, 7, 8))


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ('<record><header status="deleted"/></record>', "deleted"),
        ("<record><header/></record>", "no metadata"),
        (record("<marc><record>inner</record></marc>"), "marc"),
        (record(ARXIV.replace("Invented things", " ")), "title"),
        (record(ARXIV.replace("2401.01234", "x")), "arXiv id"),
        (record(ARXIV.replace("2024-01-02", "2024-00-02")), "created"),
        (record(RAW.replace('"v2"', '"two"')), "two"),
    ],
)
def test_what_is_refused_says_why(told: str, word: str) -> None:
    assert word in one_rejected("oai-pmh", answer(told)).reason


def test_an_error_of_the_source_is_told_with_its_code() -> None:
    error = '<error code="badResumptionToken">It has\n  expired</error>'
    with pytest.raises(SourceError, match="badResumptionToken: It has expired"):
        read("oai-pmh", answer(error))


def test_an_answer_that_is_not_about_records() -> None:
    with pytest.raises(SourceError, match="Identify"):
        read("oai-pmh", answer("<Identify><baseURL>x</baseURL></Identify>"))


def test_a_cut_answer_gives_its_whole_records() -> None:
    data = answer(record(ARXIV), record(RAW))
    assert titles(read_cut("oai-pmh", data[:-60])) == ["Invented things"]


def test_records_far_apart_keep_their_numbers() -> None:
    found = read("oai-pmh", answer(*[record(ARXIV)] * 300))
    assert [one.position for one in found] == [f"record {n}" for n in range(1, 301)]
    assert {one.title for one in found if isinstance(one, Record)} == {"Invented things"}
