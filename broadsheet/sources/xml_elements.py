"""XML inputs element by element, in constant memory, with nothing fetched and nothing expanded."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from lxml import etree

from broadsheet.papers.records import Record, Rejected, SourceError, TruncatedInput
from broadsheet.sources.fields import UnfitError
from broadsheet.sources.format import Readable
from broadsheet.sources.lines import excerpt

_BLOCK = 64 * 1024
_CUT = "the XML ends in the middle; everything before it was read"


def entries(
    stream: Readable, make: Callable[[str, etree._Element], Record], *names: str
) -> Iterator[Record | Rejected]:
    """What `make` makes of each element with one of these names; those it cannot use are Rejected.

    Raises what `elements` does.
    """
    for number, entry in enumerate(elements(stream, *names), 1):
        position = f"entry {number}"
        try:
            yield make(position, entry)
        except UnfitError as unfit:
            yield Rejected(position, str(unfit), excerpt(text_of(entry)))


def elements(stream: Readable, *names: str) -> Iterator[etree._Element]:
    """Each element with one of these local names, whole; it is emptied when the next is asked for.

    Elements inside a named one are not given on their own. Raises SourceError for what is not
    well-formed XML, for XML with a document type, and TruncatedInput where the end is missing.
    """
    outermost: etree._Element | None = None
    for event, element in _events(stream):
        if event == "start":
            _refuse_document_type(element)
            if outermost is None and local_name(element) in names:
                outermost = element
            continue
        if element is outermost:
            yield element
            outermost = None
        if outermost is None:
            _forget(element)


def local_name(element: etree._Element) -> str:
    """The name without its namespace; "" for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(element: etree._Element, name: str) -> etree._Element | None:
    """The first child with this local name."""
    return next(element.iterchildren(f"{{*}}{name}"), None)


def children(element: etree._Element, name: str) -> list[etree._Element]:
    return list(element.iterchildren(f"{{*}}{name}"))


def text_of(element: etree._Element | None) -> str:
    """All text inside, without blanks at its ends; "" for None."""
    return "" if element is None else "".join(map(str, element.itertext())).strip()


def child_text(element: etree._Element, name: str) -> str:
    return text_of(child(element, name))


def _events(stream: Readable) -> Iterator[tuple[str, etree._Element]]:
    """Starts and ends of elements, all that come before a fault too."""
    parser = etree.XMLPullParser(
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    fault: SourceError | None = None
    block = b" "
    while block and not fault:
        block, fault = _next_block(stream)
        try:
            parser.feed(block) if block else parser.close()
        except etree.XMLSyntaxError as error:
            fault = fault or _fault(error, at_end=not block)
        for event, element in parser.read_events():
            if isinstance(element, etree._Element):  # as it always is for these two events
                yield event, element
    if fault:
        raise fault


def _next_block(stream: Readable) -> tuple[bytes, SourceError | None]:
    try:
        return stream.read(_BLOCK), None
    except TruncatedInput as cut:
        return b"", cut


def _fault(error: etree.XMLSyntaxError, at_end: bool) -> SourceError:
    if at_end:
        return TruncatedInput(_CUT)
    return SourceError(f"this is not well-formed XML: {error.msg}")


def _refuse_document_type(element: etree._Element) -> None:
    """A document type may define entities that expand without end or name local files."""
    if element.getparent() is None and element.getroottree().docinfo.internalDTD:
        raise SourceError("this XML declares a document type, which is not read for safety")


def _forget(element: etree._Element) -> None:
    """Free an element that was read, and all before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
