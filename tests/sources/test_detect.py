"""Formats are told apart by content, and nothing but SourceError ever comes out."""

from __future__ import annotations

import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.papers.records import Record, SourceError
from broadsheet.sources import FORMATS, Options, detect

PIECES = [
    *(b"{", b"}", b"[", b"]", b'"', b":", b",", b"\n", b"\n\n", b"\r\n", b"\0", b"\xff", b"\\"),
    *(b'{"id": "2401.01234", "title": "T", "authors": "A"}', b'"paper": {', b'"items": [', b"null"),
    *(b"\\ud800", b"\\u0000", b"2024-13-01", b"1e999", b"-1", b"new\n\nDaily Papers\n\nDec 10"),
    *(b"\n\nTitle\n\nText\n\n", "  • 3 authors\n·\nOct 3".encode(), b"@misc{k, title={T}}", b"@"),
    *(
        b"@string{a=b}",
        b"year=2020",
        b"\nTY  - JOUR",
        b"\nTI  - T",
        b"\nER  - ",
        b"\nPY  - 2020/99",
    ),
    *(b"<feed>", b"<entry>", b"</entry>", b"<OAI-PMH>", b"<record>", b"</record>", b"&x;", b"<!--"),
]


@pytest.mark.parametrize(
    ("head", "word"),
    [
        (b"", "empty"),
        (b" \n", "empty"),
        (b"\xff\xfen\0e\0w\0", "UTF-16"),
        (b"<html><body>Slow down</body></html>", "web page"),
        (b'{"DOI": "10.1000/x"}', "JSON"),
        (b"<mods/>", "XML"),
        (b"PK\x03\x04\0\0", "not text"),
        (b"Dear reader,", "Daily Papers page"),
    ],
)
def test_what_is_not_understood_is_named(head: bytes, word: str) -> None:
    with pytest.raises(SourceError, match=word):
        detect(head)


@pytest.mark.parametrize("byte", [b"\n", b" ", b"(", b"<", b"{", b"@", b"\n@", b"<a "])
def test_monotony_takes_no_time(byte: bytes) -> None:
    begun = time.process_time()
    with pytest.raises(SourceError):
        detect(byte * (65536 // len(byte)))
    assert time.process_time() - begun < 1


@given(st.binary())
def test_detect_raises_only_its_own_error(head: bytes) -> None:
    try:
        detect(head)
    except SourceError as error:
        assert str(error)  # noqa: PT017 - random bytes rarely are a format, but may be


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=60)
@given(data=st.one_of(st.binary(), st.lists(st.sampled_from(PIECES), max_size=25).map(b"".join)))
def test_records_raise_only_source_errors(name: str, data: bytes) -> None:
    told = FORMATS[name].records(io.BytesIO(data), Options(saved_year=2025))
    try:
        found = list(told)
    except SourceError:
        return
    for one in found:
        assert one.position
        if isinstance(one, Record):
            assert one.source == name
            assert one.title.strip()
            assert "\0" not in one.title + one.abstract
            (one.title + one.abstract + " ".join(one.authors)).encode()
        else:
            assert one.reason
            assert len(one.excerpt) <= 200
