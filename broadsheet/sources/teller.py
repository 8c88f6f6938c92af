"""What a site that knows more about papers that are here already is to the rest of the program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Protocol

from broadsheet.papers.records import Record
from broadsheet.sources.source import Asking


class About(Enum):
    """Which papers a teller may know."""

    CODE = "those whose code has an address"
    NAMED = "those that have an identifier"
    PREPRINTS = "those of arXiv without a DOI"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a paper, to ask about it."""

    key: int
    title: str
    first_author: str = ""
    arxiv_id: str = ""
    doi: str = ""
    published: date | None = None
    code: tuple[str, ...] = ()
    """Addresses of its code."""


@dataclass(frozen=True, slots=True)
class More:
    """What a site told about one paper."""

    key: int
    found: dict[str, object] = field(default_factory=dict)
    """In a shape of the teller's own that JSON can hold; empty where it knows nothing."""
    record: Record | None = None
    """What it tells of the paper itself, under an identifier of the paper."""
    candidates: Sequence[Record] = ()
    """Works that may be this paper, published; whoever asked judges."""


class Teller(Protocol):
    """A site that tells more about papers; it is asked about some of them at a time."""

    @property
    def name(self) -> str:
        """The word of the setting."""

    @property
    def title(self) -> str:
        """For people."""

    @property
    def most(self) -> int:
        """Papers that it is asked about in one run, so that its limits are kept."""

    @property
    def about(self) -> About:
        """Of which papers it may know something at all."""

    @property
    def key(self) -> str:
        """What a key does, to follow "A key"; "" where none is of use."""

    def wants(self, paper: Known, today: date) -> bool:
        """Whether it may know something about this paper."""

    def more(self, papers: Sequence[Known], asking: Asking) -> Iterator[More]:
        """What it tells about each of them. Raises FetchError and SourceError; what was told
        before counts."""
