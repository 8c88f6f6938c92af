from __future__ import annotations

import io
from datetime import date

import pytest

from broadsheet.papers.records import Link, LinkKind, Record, SourceError
from broadsheet.sources import FORMATS, Options, detect
from tests.sources.reading import one_record, one_rejected, read, read_cut

ENTRY = """
<entry>
  <id>http://arxiv.org/abs/math.GT/0309136v2</id>
  <title>Invented
  Knots &amp; Links</title>
  <updated>2004-01-02T00:00:00Z</updated>
  <published>2003-09-08T17:00:00Z</published>
  <summary>  We tie. </summary>
  <author><name>Ann Tester</name><arxiv:affiliation>Flow Lab</arxiv:affiliation></author>
  <author><name>Bob Sample</name></author>
  <arxiv:comment>3 pages</arxiv:comment>
  <arxiv:journal_ref>J. Knots 1</arxiv:journal_ref>
  <arxiv:doi>10.1000/KNOT</arxiv:doi>
  <link href="http://arxiv.org/abs/math/0309136v2" rel="alternate"/>
  <link title="pdf" href="http://arxiv.org/pdf/math/0309136v2" rel="related"/>
  <arxiv:primary_category term="math.GT"/>
  <category term="math.AT"/><category term="math.GT"/>
</entry>"""
ERROR = """
<entry><id>https://arxiv.org/api/errors#incorrect_id_format_for_abc</id><title>Error</title>
<summary>incorrect id format for abc</summary></entry>"""


def feed(*entries: str) -> bytes:
    names = 'xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"'
    inside = "".join(entries)
    return f'<?xml version="1.0"?><feed {names}><id>x</id>{inside}</feed>'.encode()


def test_one_entry() -> None:
    assert detect(feed(ENTRY)).name == "arxiv-atom"
    found = one_record("arxiv-atom", feed(ENTRY))
    assert (found.arxiv_id, found.version) == ("math/0309136", 2)
    assert found.title == "Invented\n  Knots & Links"
    assert found.abstract == "We tie."
    assert found.authors == ("Ann Tester", "Bob Sample")
    assert found.categories == ("math.GT", "math.AT")
    assert (found.published, found.updated) == (date(2003, 9, 8), date(2004, 1, 2))
    assert (found.author_note, found.journal_ref) == ("3 pages", "J. Knots 1")
    assert found.doi == "10.1000/knot"
    assert found.links == (Link(LinkKind.PDF, "http://arxiv.org/pdf/math/0309136v2"),)


def test_an_empty_feed() -> None:
    assert read("arxiv-atom", feed()) == []


def test_an_error_entry_is_refused_with_arxivs_words() -> None:
    rejected = one_rejected("arxiv-atom", feed(ERROR))
    assert "incorrect id format for abc" in rejected.reason
    assert rejected.position == "entry 1"


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("<title>Invented\n  Knots &amp; Links</title>", "<title/>", "title"),
        ("math.GT/0309136v2", "elsewhere", "elsewhere"),
        ("2003-09-08", "2003-19-08", "published"),
    ],
)
def test_what_is_refused_says_why(old: str, new: str, word: str) -> None:
    assert word in one_rejected("arxiv-atom", feed(ENTRY.replace(old, new))).reason


def test_a_cut_feed_gives_its_whole_entries() -> None:
    data = feed(ENTRY, ENTRY)
    assert len(read_cut("arxiv-atom", data[:-30])) == 1
    assert len(read_cut("arxiv-atom", data[:-3])) == 2


def test_a_feed_that_breaks_gives_what_stands_before() -> None:
    stream = io.BytesIO(feed(ENTRY, "<entry></wrong>", ENTRY))
    records = FORMATS["arxiv-atom"].records(stream, Options())
    assert isinstance(next(records), Record)
    with pytest.raises(SourceError, match="well-formed"):
        next(records)


def test_a_web_page_is_named_as_such() -> None:
    with pytest.raises(SourceError, match="web page"):
        detect(b"<!DOCTYPE html>\n<html><title>Are you human?</title></html>")
