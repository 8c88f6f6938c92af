"""A Daily Papers page saved as text: header, page date, then title, abstract and byline of each.

Blocks are separated by blank lines. A byline is three lines: the number of authors (or an
organisation), a middle dot, and a date that may lack its year and be followed by a number of
comments. A record may lack its byline, so two texts without one between are one record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from msgspec.structs import replace

from broadsheet.papers.records import Record, Rejected, SourceError, TruncatedInput
from broadsheet.sources.fields import UnfitError
from broadsheet.sources.format import Format, Options, Readable
from broadsheet.sources.json_values import CUT
from broadsheet.sources.lines import LONGEST, decode, excerpt, lines

NAME = "daily-page"

_DOT = "·"
_MONTHS = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_DATE = re.compile(
    rf"({'|'.join(_MONTHS)})\s+(\d{{1,2}})(?:,\s*(\d{{4}}))?(?:\s+(\d{{1,9}}))?", re.ASCII
)
_AUTHORS = re.compile(r"•\s*(\d{1,6})\s+authors?", re.ASCII)
_HEADER = frozenset(
    {
        "new",
        "Get trending papers in your email inbox!",
        "Subscribe",
        "Daily Papers",
        "byAK and the research community",
    }
)
_SIGNS = tuple(line.encode() for line in sorted(_HEADER - {"new", "Subscribe"}))


class _Block(NamedTuple):
    """Adjacent lines that are not blank, and the number of the first."""

    number: int
    lines: list[str]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


@dataclass(frozen=True, slots=True)
class _Page:
    """The date in the page's header, where it has one, and the year in which it was saved."""

    month: int | None
    day: int | None
    year: int | None

    def resolved(self, month: int, day: int, year: int | None) -> date:
        """A date of the page, in the page's year where it has none. Raises UnfitError."""
        if year is None and self.year is None:
            raise UnfitError("its date has no year; give the year in which the page was saved")
        found = _date(year or self.year or 0, month, day)
        if self.year and self.month and self.day:
            saved = _date(self.year, self.month, self.day)
            if found > saved:
                raise UnfitError(f"its date {found} is later than its page, saved on {saved}")
        return found


def looks_like(head: bytes) -> bool:
    beginning = [line.strip() for line in head[:2000].removeprefix(b"\xef\xbb\xbf").splitlines()]
    return any(sign in beginning for sign in _SIGNS)


def explicit_years(stream: Readable) -> set[int]:
    """The years that bylines of a page name.

    Where nobody tells the year in which the pages of a batch were saved, it is the largest of
    these over the whole batch plus one: the site leaves out the current year.
    """
    found = (_byline_date(block) for block in _blocks_of(stream))
    return {int(date[3]) for date in found if date and date[3]}


def records(stream: Readable, options: Options) -> Iterator[Record | Rejected]:
    """The papers of a page. Without `saved_year` the page counts as a batch of its own."""
    blocks, cut = _read(stream)
    page, body = _header(blocks, options.saved_year or _year_after(blocks))
    runs = list(_runs(body))
    rest = runs.pop()[0]
    if runs and not rest and (cut or not _byline_date(runs[-1][1])):
        rest = runs.pop()[0]
        rest, cut = rest[:-2], cut or TruncatedInput(CUT)
    elif cut or len(rest) % 2:
        rest, cut = rest[: (len(rest) - 1) // 2 * 2], cut or TruncatedInput(CUT)
    for texts, byline in runs:
        yield from _with_byline(page, texts, byline)
    yield from map(_record, _pairs(rest))
    if cut:
        raise cut


def _with_byline(page: _Page, texts: list[_Block], byline: _Block) -> Iterator[Record | Rejected]:
    """The papers between two bylines: the second byline belongs to the last of them."""
    if not texts or (len(texts) > 1 and len(texts) % 2):
        number = texts[0].number if texts else byline.number
        reason = f"{len(texts)} texts before a line of authors cannot be titles with abstracts"
        yield Rejected(f"line {number}", reason, excerpt((texts or [byline])[0].text))
        return
    *without, last = _pairs(texts)
    yield from map(_record, without)
    try:
        yield _dated(_record(last), page, byline)
    except UnfitError as unfit:
        yield Rejected(f"line {last[0].number}", str(unfit), excerpt(last[0].text))


def _record(pair: list[_Block]) -> Record:
    title, *abstract = pair
    return Record(
        source=NAME,
        position=f"line {title.number}",
        title=title.text,
        abstract="".join(block.text for block in abstract),
    )


def _dated(record: Record, page: _Page, byline: _Block) -> Record:
    found = _byline_date(byline)
    if not found:
        raise UnfitError(f"the line of its date reads {excerpt(byline.lines[-1])!r}")
    month, day, year, comments = found.groups()
    authors = _AUTHORS.fullmatch(byline.lines[0].strip())
    return replace(
        record,
        author_count=int(authors[1]) if authors else None,
        organization="" if authors else _organization(byline.lines[0]),
        published=page.resolved(_MONTHS.index(month) + 1, int(day), int(year) if year else None),
        comments=int(comments) if comments else None,
    )


def _organization(line: str) -> str:
    """The name, which stands twice where the text of the logo was saved with it."""
    words = line.split()
    half = len(words) // 2
    return " ".join(words[:half] if words[:half] == words[half:] else words)


def _pairs(texts: list[_Block]) -> list[list[_Block]]:
    """Title and abstract together; a title alone where there is no more."""
    return [texts[at : at + 2] for at in range(0, len(texts), 2)]


def _runs(blocks: list[_Block]) -> Iterator[tuple[list[_Block], _Block]]:
    """The texts before each byline, with it; at last the texts after all, with an empty one."""
    texts: list[_Block] = []
    for block in blocks:
        if _is_byline(block):
            yield texts, block
            texts = []
        else:
            texts.append(block)
    yield texts, _Block(0, [])


def _is_byline(block: _Block) -> bool:
    has_dot = len(block.lines) in (2, 3) and block.lines[1].strip() == _DOT
    return has_dot or bool(_AUTHORS.fullmatch(block.lines[0].strip()))


def _byline_date(block: _Block) -> re.Match[str] | None:
    if len(block.lines) != 3 or not _is_byline(block):
        return None
    return _DATE.fullmatch(block.lines[2].strip())


def _header(blocks: list[_Block], year: int | None) -> tuple[_Page, list[_Block]]:
    """What the header says, and the blocks after it."""
    start = 0
    while start < len(blocks) and blocks[start].text.strip() in _HEADER:
        start += 1
    found = _DATE.fullmatch(blocks[start].text.strip()) if start < len(blocks) else None
    if not found:
        return _Page(None, None, year), blocks[start:]
    month, day, told_year, _ = found.groups()
    page = _Page(_MONTHS.index(month) + 1, int(day), int(told_year) if told_year else year)
    return page, blocks[start + 1 :]


def _year_after(blocks: list[_Block]) -> int | None:
    found = (_byline_date(block) for block in blocks)
    years = [int(date[3]) for date in found if date and date[3]]
    return max(years) + 1 if years else None


def _read(stream: Readable) -> tuple[list[_Block], TruncatedInput | None]:
    """All blocks of a page, and how it was cut if it was."""
    blocks: list[_Block] = []
    size = 0
    try:
        for block in _blocks_of(stream):
            blocks.append(block)
            size += sum(map(len, block.lines))
            if size > LONGEST:
                raise SourceError("this page is longer than 32 MiB; save one page a file")
    except TruncatedInput as cut:
        return blocks, cut
    return blocks, None


def _blocks_of(stream: Readable) -> Iterator[_Block]:
    """The blocks; the last one of a cut input comes before its TruncatedInput."""
    block = _Block(0, [])
    told = lines(stream)
    cut = None
    while True:
        try:
            line = next(told, None)
        except TruncatedInput as error:
            line, cut = None, error
        text = decode(line.raw).rstrip() if line else ""
        if text and line:
            block = block if block.lines else _Block(line.number, [])
            block.lines.append(text)
        elif block.lines:
            yield block
            block = _Block(0, [])
        if not line:
            break
    if cut:
        raise cut


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise UnfitError(f"its date {_MONTHS[month - 1]} {day}, {year} is not possible") from None


FORMAT = Format(NAME, "Daily Papers page saved as text", looks_like, records)
