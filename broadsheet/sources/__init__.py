"""Foreign bytes in, Records out. The registry of file formats."""

from __future__ import annotations

from broadsheet.papers.records import SourceError
from broadsheet.sources import (
    arxiv_atom,
    arxiv_json,
    bibtex,
    csl_json,
    daily_page,
    hf_daily,
    oai_pmh,
    ris,
)
from broadsheet.sources.format import Format, Options, Readable

__all__ = ["FORMATS", "Format", "Options", "Readable", "detect"]

FORMATS: dict[str, Format] = {
    known.name: known
    for known in (
        daily_page.FORMAT,
        hf_daily.FORMAT,
        arxiv_json.FORMAT,
        oai_pmh.FORMAT,
        arxiv_atom.FORMAT,
        ris.FORMAT,
        csl_json.FORMAT,
        bibtex.FORMAT,
    )
}
"""Every file format by name, in the order in which they are tried."""


def detect(head: bytes) -> Format:
    """The format of an input by its first 64 KiB. Raises SourceError where it is none of ours."""
    for known in FORMATS.values():
        if known.looks_like(head):
            return known
    raise SourceError(_impression(head))


def _impression(head: bytes) -> str:
    """What the input seems to be instead, and what would be understood."""
    beginning = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1000].lower()
    if not beginning:
        return "this input is empty"
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "this is text in UTF-16; save it as UTF-8"
    if beginning.startswith((b"<!doctype html", b"<html")):
        return (
            "this is a web page, not data: a site answers so when it wants to know whether a "
            "person is asking; wait, then fetch the data again"
        )
    understood = ", ".join(known.title for known in FORMATS.values())
    return f"{_kind(head, beginning)}; understood are: {understood}"


def _kind(head: bytes, beginning: bytes) -> str:
    if beginning.startswith((b"{", b"[")):
        return "this is JSON of a kind that is not known"
    if beginning.startswith(b"<"):
        return "this is XML of a kind that is not known"
    if b"\0" in head:
        return "this is not text"
    return "this is in a format that is not known"
