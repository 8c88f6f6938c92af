"""BibTeX and BibLaTeX bibliographies.

bibtexparser reads batches of entries, so that memory does not grow with the file; the
`@string` definitions of a batch are known to all that follow.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from bibtexparser.entrypoint import parse_string
from bibtexparser.library import Library
from bibtexparser.middlewares.names import (
    parse_single_name_into_parts,
    split_multiple_persons_names,
)
from bibtexparser.middlewares.parsestack import default_parse_stack
from bibtexparser.model import Block, Entry, ParsingFailedBlock

from broadsheet.papers.identifiers import split_arxiv_id
from broadsheet.papers.records import LinkKind, Record, Rejected, SourceError, TruncatedInput
from broadsheet.sources import fields
from broadsheet.sources.arxiv_facts import is_withdrawn
from broadsheet.sources.fields import UnfitError
from broadsheet.sources.format import Format, Options, Readable
from broadsheet.sources.json_values import CUT
from broadsheet.sources.lines import LONGEST, decode, excerpt, lines

NAME = "bibtex"

_ENTRY = re.compile(
    rb"^(?:\xef\xbb\xbf)?[ \t]*@"
    rb"(?:(?:comment|string|preamble)\s*[{(]|[a-z]+\s*[{(]\s*[^\s,={}\"]*\s*,)",
    re.MULTILINE | re.IGNORECASE,
)
_BLOCK = re.compile(r"\s*@\w+\s*[{(]")
_BATCH = 200
"""Blocks that are parsed at once."""
_BATCH_SIZE = 2**20
_AT_END = "reached end of file"
_MONTHS = (
    *("jan", "feb", "mar", "apr", "may", "jun"),
    *("jul", "aug", "sep", "oct", "nov", "dec"),
)
_IN_JOURNAL = re.compile(r"\barxiv:\s*([\w./-]+)", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([_%#&~$])")
_URL = re.compile(r"\\url\s*\{([^{}]*)\}")
_IN_BRACES = re.compile(r"^\{([^{}]*)\}$")
_YEAR = re.compile(r"\d{4}", re.ASCII)
_ISO = re.compile(r"\d{4}(?:-\d\d?){0,2}", re.ASCII)

# what the parser warns of becomes a rejected record
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)


class _Batch(NamedTuple):
    number: int
    """Of its first line, from 1."""
    text: str
    last: bool
    cut: TruncatedInput | None = None


def looks_like(head: bytes) -> bool:
    return bool(_ENTRY.search(head))


def records(stream: Readable, options: Options) -> Iterator[Record | Rejected]:
    definitions = Library()
    for batch in _batches(stream):
        library = parse_string(batch.text, library=definitions)
        definitions = Library([*library.strings])
        for block in library.blocks:
            yield from _block(block, batch, definitions)
        if batch.cut:
            raise batch.cut


def record(position: str, told: Mapping[str, str]) -> Record:
    """The Record that the fields of one entry tell. Raises UnfitError."""
    arxiv_id, version = _arxiv_id(told)
    abstract = told.get("abstract", "")
    return Record(
        source=NAME,
        position=position,
        title=fields.required_title(told.get("title", "")),
        abstract=abstract,
        authors=_authors(told.get("author", "")),
        arxiv_id=arxiv_id,
        version=version,
        doi=fields.publisher_doi(_plain(told.get("doi", ""))),
        categories=tuple(told.get("primaryclass", "").split()) if arxiv_id else (),
        published=_published(told),
        keywords=_keywords(_first(told, "keywords", "keyword")),
        links=() if arxiv_id else fields.links(LinkKind.OTHER, *_addresses(told)),
        journal_ref=_first(told, "journal", "journaltitle", "booktitle"),
        withdrawn=is_withdrawn(told.get("note", ""), abstract),
    )


def _block(block: Block, batch: _Batch, definitions: Library) -> Iterator[Record | Rejected]:
    """What one block gives: an entry, a broken entry, or nothing."""
    position = f"line {batch.number + (block.start_line or 0)}"
    try:
        if isinstance(block, ParsingFailedBlock):
            block = _repaired(block, batch, definitions)
        if isinstance(block, Entry):
            yield record(position, _told(block))
    except UnfitError as unfit:
        yield Rejected(position, str(unfit), excerpt(block.raw or ""))


def _repaired(failed: ParsingFailedBlock, batch: _Batch, definitions: Library) -> Block:
    """The entry in a block that failed only for a key or a field that is there twice.

    Raises UnfitError for all others, TruncatedInput for one that the end of the input cut.
    """
    if failed.ignore_error_block is None:
        reason = str(getattr(failed.error, "abort_reason", failed.error))
        if batch.last and _AT_END in reason:
            raise TruncatedInput(CUT)
        raise UnfitError(f"this entry is broken: {excerpt(reason)}")
    if not isinstance(failed.ignore_error_block, Entry):
        return failed.ignore_error_block  # a `@string` defined twice: the first stands
    library = Library([*definitions.strings, failed.ignore_error_block])
    for middleware in default_parse_stack(allow_inplace_modification=False):
        library = middleware.transform(library)
    return library.blocks[-1]


def _batches(stream: Readable) -> Iterator[_Batch]:
    """Whole blocks in batches. The last batch carries the TruncatedInput of a cut stream."""
    first, size, blocks = 1, 0, 0
    held: list[str] = []
    cut = None
    try:
        for line in lines(stream):
            text = decode(line.raw)
            begins = bool(_BLOCK.match(text))
            if begins and (blocks >= _BATCH or size >= _BATCH_SIZE):
                yield _Batch(first, "\n".join(held), last=False)
                first, size, blocks, held = line.number, 0, 0, []
            held.append(text)
            size += len(text)
            blocks += begins
            if size > LONGEST:
                raise SourceError(f"the entry before line {line.number} does not end")
    except TruncatedInput as error:
        cut = error
    yield _Batch(first, "\n".join(held), last=True, cut=cut)


def _told(entry: Entry) -> dict[str, str]:
    """The fields by lower-case name; of a field that is there twice, the first."""
    return {one.key.lower(): str(one.value) for one in reversed(entry.fields)}


def _first(told: Mapping[str, str], *names: str) -> str:
    return next((told[name] for name in names if told.get(name)), "")


def _authors(told: str) -> tuple[str, ...]:
    """`Given Family` for each of "Family, Given and {A Collaboration} and others"."""
    names = (name for name in split_multiple_persons_names(told) if name != "others")
    upright = (parse_single_name_into_parts(name, strict=False) for name in names)
    merged = (_IN_BRACES.sub(r"\1", name.merge_first_name_first) for name in upright)
    return tuple(name for name in merged if name)


def _arxiv_id(told: Mapping[str, str]) -> tuple[str, int | None]:
    """From the fields for it, else from where people write it: journal, DOI, address."""
    archive = _first(told, "archiveprefix", "eprinttype").lower()
    eprint = _first(told, "arxivid", "arxiv") or told.get("eprint", "")
    if archive == "arxiv" and eprint:
        return fields.required_arxiv_id(eprint)
    in_journal = _IN_JOURNAL.search(told.get("journal", ""))
    places = (
        "" if archive else eprint,
        in_journal[1] if in_journal else "",
        _plain(told.get("doi", "")),
        *_addresses(told),
    )
    found = (split_arxiv_id(place) for place in places)
    return next((arxiv_id for arxiv_id in found if arxiv_id), ("", None))


def _published(told: Mapping[str, str]) -> date | None:
    """The day of `date`, or of `year`, `month` and `day`; free text tells none.

    Raises UnfitError.
    """
    if _ISO.fullmatch(told.get("date", "")):
        return fields.day(told["date"], "`date`")
    year = told.get("year", "").strip("{} ")
    if not _YEAR.fullmatch(year):
        return None
    day = told.get("day", "")
    month = _month(told.get("month", ""))
    return fields.day(f"{year}-{month or 1:02}-{day if month and day.isdecimal() else 1:0>2}")


def _month(told: str) -> int | None:
    """1 to 12 for a name or a number, more for an impossible number, None for other text."""
    plain = told.strip("{}. ").lower()
    if plain.isdecimal():
        return int(plain[:3])
    return next((n for n, name in enumerate(_MONTHS, 1) if name in plain), None)


def _keywords(told: str) -> tuple[str, ...]:
    words = (word.strip() for word in re.split(r"[;,\n]", told))
    return tuple(word for word in words if word)


def _addresses(told: Mapping[str, str]) -> list[str]:
    """Web addresses, without the macro around them and the escapes in them."""
    in_note = _URL.findall(told.get("howpublished", "") + told.get("note", ""))
    url = told.get("url", "")
    found = _URL.findall(url) or [url]
    return [_plain(address) for address in (*found, *in_note) if address]


def _plain(told: str) -> str:
    return _ESCAPED.sub(r"\1", told)


FORMAT = Format(NAME, "BibTeX", looks_like, records)
