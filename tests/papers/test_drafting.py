"""Batches drafted ahead in a helper process are what they would be if drafted here."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date

import pytest

from broadsheet.papers import drafting
from broadsheet.papers.drafting import Read, drafted
from broadsheet.papers.drafts import Drafts, drafts_of
from broadsheet.papers.records import Link, LinkKind, Piece, Record, Rejected, Version

TODAY = date(2026, 1, 2)


@dataclass
class Some:
    records: Sequence[Record] = ()
    unread: Sequence[Piece] = ()
    read: Read | None = None


def record(number: int, title: str = "") -> Record:
    return Record(
        source="arxiv-json",
        position=f"line {number}",
        title=title or f'Title {number} of a na\\"{{\\i}}ve $\\alpha$-series',
        authors=('Zo\\"e Example',),
        published=date(2025, 1, 1 + number % 28),
        versions=(Version(1, date(2025, 1, 1)),),
        links=(Link(LinkKind.CODE, "https://example.org/code"),),
    )


def batches(count: int = 5) -> Iterator[Some]:
    for number in range(count):
        yield Some([record(10 * number + place) for place in range(10)])


def test_they_come_in_order_and_are_the_same() -> None:
    seen = list(drafted(batches(), TODAY))
    assert [batch.records for batch, _ in seen] == [batch.records for batch in batches()]
    assert [drafts for _, drafts in seen] == [
        drafts_of(batch.records, TODAY) for batch in batches()
    ]
    assert seen[4][1].facts[0].names == ("Zoë Example",)


def test_what_cannot_be_a_paper_is_told_from_there_too() -> None:
    odd = Some([record(1), record(2, title="\t")])
    told = [drafts for _, drafts in drafted([odd, odd], TODAY)]
    assert told[0] == told[1]
    assert [item.position for item in told[1].rejected] == ["line 2"]


def test_half_a_character_is_no_obstacle() -> None:
    odd = Some([record(1, title="Half \ud83d of a smile")])
    told = [drafts for _, drafts in drafted([odd, odd, odd], TODAY)]
    assert told[0] == told[1] == told[2]


def test_a_helper_that_is_killed_is_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafting, "_drafted_there", die)
    seen = list(drafted(batches(), TODAY))
    assert [drafts for _, drafts in seen] == [
        drafts_of(batch.records, TODAY) for batch in batches()
    ]


def test_no_process_is_left_behind_when_it_ends_early() -> None:
    with closing(drafted(batches(), TODAY)) as coming:
        next(coming), next(coming)
    assert multiprocessing.active_children() == []


def test_pieces_are_read_there() -> None:
    pieces = [Piece(f"line {number}", f"Title {number}".encode()) for number in (1, 2, 3)]
    told = [drafts for _, drafts in drafted([Some((), pieces, read_piece)] * 3, TODAY)]
    assert told[0] == told[1] == told[2]
    assert [facts.title for facts in told[1].facts] == ["Title 1", "Title 3"]
    assert told[1].rejected == [Rejected("line 2", "this one is not liked")]


def read_piece(position: str, raw: bytes) -> Record | Rejected:
    if position == "line 2":
        return Rejected(position, "this one is not liked")
    return Record(source="arxiv-json", position=position, title=raw.decode())


def die(packed: bytes, read: Read | None, today: date) -> Drafts:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError
