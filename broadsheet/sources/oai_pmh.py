"""OAI-PMH answers with Dublin Core (oai_dc), arXiv or arXivRaw metadata.

https://www.openarchives.org/OAI/openarchivesprotocol.html, https://info.arxiv.org/help/oa/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

from lxml import etree
from msgspec.structs import replace

from broadsheet.papers.identifiers import split_arxiv_id
from broadsheet.papers.records import LinkKind, Record, Rejected, SourceError, Version
from broadsheet.sources import fields
from broadsheet.sources.arxiv_facts import is_withdrawn, submission_day
from broadsheet.sources.fields import UnfitError
from broadsheet.sources.format import Format, Options, Readable
from broadsheet.sources.lines import excerpt
from broadsheet.sources.names import joined_name, listed_names, split_names, upright
from broadsheet.sources.xml_elements import (
    child,
    child_text,
    children,
    elements,
    local_name,
    text_of,
)

NAME = "oai-pmh"

_ROOT = re.compile(rb"<(?:\w+:)?OAI-PMH\b")
_NAMESPACE = b"http://www.openarchives.org/OAI/2.0/"
_WITHOUT_RECORDS = ("Identify", "ListSets", "ListMetadataFormats", "ListIdentifiers")
_VERSION = re.compile(r"v([1-9]\d{0,2})", re.ASCII)
_DAY = re.compile(r"\d{4}(?:-\d\d?){0,2}(?:T.*)?", re.ASCII)
_COMMENT = "Comment:"


def looks_like(head: bytes) -> bool:
    is_part = head.lstrip().startswith(b"<") and _NAMESPACE in head[:4000]
    return bool(_ROOT.search(head[:4000])) or is_part


def records(stream: Readable, options: Options) -> Iterator[Record | Rejected]:
    """The papers of an answer. Raises SourceError for an answer that is an error or has none."""
    for number, element in enumerate(_records(stream), 1):
        position = f"record {number}"
        try:
            yield record(position, element)
        except UnfitError as unfit:
            yield Rejected(position, str(unfit), excerpt(text_of(element)))


def record(position: str, element: etree._Element) -> Record:
    """The Record that one OAI record tells. Raises UnfitError."""
    header, metadata = child(element, "header"), child(element, "metadata")
    if header is not None and header.get("status") == "deleted":
        raise UnfitError("it was deleted at the source")
    told = [inner for inner in (() if metadata is None else metadata) if local_name(inner)]
    if not told:
        raise UnfitError("it has no metadata")
    reader = _READERS.get(local_name(told[0]))
    if not reader:
        raise UnfitError(f"its metadata is {local_name(told[0])}, not oai_dc, arXiv or arXivRaw")
    return reader(position, told[0], "" if header is None else child_text(header, "identifier"))


def _records(stream: Readable) -> Iterator[etree._Element]:
    for element in elements(stream, "record", "error", *_WITHOUT_RECORDS):
        name = local_name(element)
        if name == "error":
            raise SourceError(error_told(element))
        if name in _WITHOUT_RECORDS:
            raise SourceError(f"this OAI-PMH answer is to {name} and holds no records")
        yield element


def _arxiv(position: str, told: etree._Element, identifier: str) -> Record:
    """Metadata in the format `arXiv`: structured authors, days of first and last version."""
    plain = _arxiv_record(position, told, identifier)
    authors = child(told, "authors")
    return replace(
        plain,
        authors=() if authors is None else _structured(authors),
        published=fields.day(child_text(told, "created"), "`created`"),
        updated=fields.day(child_text(told, "updated"), "`updated`"),
    )


def _arxiv_raw(position: str, told: etree._Element, identifier: str) -> Record:
    """Metadata in the format `arXivRaw`: authors as one text, every version."""
    plain = _arxiv_record(position, told, identifier)
    versions = sorted(map(_version, children(told, "version")), key=lambda one: one.number)
    first, last = (versions[0], versions[-1]) if versions else (None, None)
    return replace(
        plain,
        authors=split_names(child_text(told, "authors")),
        versions=tuple(versions),
        version=last.number if last else None,
        published=first.submitted if first and first.number == 1 else None,
        updated=last.submitted if last else None,
    )


def _arxiv_record(position: str, told: etree._Element, identifier: str) -> Record:
    """What both of arXiv's own formats share."""
    abstract, note = child_text(told, "abstract"), child_text(told, "comments")
    return Record(
        source=NAME,
        position=position,
        title=fields.required_title(child_text(told, "title")),
        abstract=abstract,
        arxiv_id=fields.required_arxiv_id(child_text(told, "id") or identifier)[0],
        doi=fields.publisher_doi(child_text(told, "doi")),
        categories=tuple(child_text(told, "categories").split()),
        author_note=note,
        journal_ref=child_text(told, "journal-ref"),
        licence=child_text(told, "license"),
        withdrawn=is_withdrawn(note, abstract),
    )


def _structured(authors: etree._Element) -> tuple[str, ...]:
    names = (
        joined_name(*(child_text(author, part) for part in ("forenames", "keyname", "suffix")))
        for author in children(authors, "author")
    )
    return listed_names(name for name in names if name)


def _version(told: etree._Element) -> Version:
    name = told.get("version") or ""
    found = _VERSION.fullmatch(name)
    if not found:
        raise UnfitError(f"`version` is {name[:50]!r}, which is no version")
    return Version(int(found[1]), submission_day(child_text(told, "date")))


def _dublin_core(position: str, told: etree._Element, identifier: str) -> Record:
    """Dublin Core, where every field may be repeated and says what its repository likes."""
    names = _texts(told, "identifier")
    arxiv_id = _first_arxiv_id(identifier, *names)
    days = [day for day in map(_dublin_core_day, _texts(told, "date")) if day]
    notes = [text for text in _texts(told, "description") if text.startswith(_COMMENT)]
    abstracts = [text for text in _texts(told, "description") if not text.startswith(_COMMENT)]
    abstract = "".join(abstracts[:1])
    note = "".join(notes[:1]).removeprefix(_COMMENT).strip()
    return Record(
        source=NAME,
        position=position,
        title=fields.required_title("".join(_texts(told, "title")[:1])),
        abstract=abstract,
        authors=tuple(upright(name) for name in _texts(told, "creator")),
        arxiv_id=arxiv_id,
        doi=next(filter(None, map(fields.publisher_doi, names)), ""),
        published=min(days, default=None),
        updated=max(days) if arxiv_id and len(days) > 1 else None,
        keywords=tuple(_texts(told, "subject")),
        links=() if arxiv_id else fields.links(LinkKind.OTHER, *names),
        author_note=note,
        licence="".join(_texts(told, "rights")[:1]),
        withdrawn=is_withdrawn(note, abstract),
    )


def _texts(told: etree._Element, name: str) -> list[str]:
    return [text for text in map(text_of, children(told, name)) if text]


def _first_arxiv_id(*told: str) -> str:
    found = (split_arxiv_id(text) for text in told)
    return next((arxiv_id[0] for arxiv_id in found if arxiv_id), "")


def _dublin_core_day(told: str) -> date | None:
    """The day, or None for the free text that Dublin Core allows. Raises UnfitError."""
    return fields.day(told) if _DAY.fullmatch(told) else None


def error_told(element: etree._Element) -> str:
    """The error of an answer, as a sentence."""
    code, message = element.get("code") or "without a code", excerpt(text_of(element))
    return f"the OAI-PMH source answered with the error {code}: {message or 'no explanation'}"


_READERS: dict[str, Callable[[str, etree._Element, str], Record]] = {
    "dc": _dublin_core,
    "arXiv": _arxiv,
    "arXivRaw": _arxiv_raw,
}

FORMAT = Format(NAME, "OAI-PMH XML (oai_dc, arXiv, arXivRaw)", looks_like, records)
