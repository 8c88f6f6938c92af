"""What sources hand over: one frozen `Record` for each paper they tell of.

This module is the border between `sources` and everything else. It knows no tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

import msgspec


class LinkKind(StrEnum):
    CODE = "code"
    PROJECT = "project"
    PDF = "pdf"
    MEDIA = "media"
    DISCUSSION = "discussion"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Link:
    """An address that belongs to a paper. `url` is absolute, http or https."""

    kind: LinkKind
    url: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a preprint: its number, from 1, and the day it was submitted where known."""

    number: int
    submitted: date | None = None


class Record(msgspec.Struct, frozen=True, gc=False):
    """One paper as one source told it: text exactly as it came, facts parsed.

    Empty string, empty tuple and None all mean "this source does not say"; they never erase.
    """

    source: str
    """Name of the format or source in the registry: `arxiv-json`, `hf-daily`, `bibtex`, ..."""
    position: str
    """Where it stood: `line 12`, `record 7`, `line 3, item 4`. For messages only."""
    title: str
    abstract: str = ""
    summary: str = ""
    """One or two sentences about the paper that are not its abstract."""
    summary_by: str = ""
    """Who wrote `summary`: a model's name, or the source's."""
    authors: tuple[str, ...] = ()
    """Names in the order of the paper, each `Given Family` or a collaboration."""
    author_count: int | None = None
    """Number of authors, where a source tells it without the names."""
    organization: str = ""
    arxiv_id: str = ""
    """Canonical arXiv id without version: `2401.01234` or `hep-th/9901001`."""
    version: int | None = None
    versions: tuple[Version, ...] = ()
    doi: str = ""
    """Lower case, without any `https://doi.org/` before it."""
    categories: tuple[str, ...] = ()
    """arXiv category codes, the primary one first."""
    published: date | None = None
    """Day of the first version."""
    updated: date | None = None
    """Day of the newest version that the source knows."""
    announced: date | None = None
    """Day on which the source announced it, where it says so."""
    day: date | None = None
    """Day on whose daily page the source placed it by choice (a curated list)."""
    votes: int | None = None
    comments: int | None = None
    """Votes and number of comments that the paper has at the source."""
    keywords: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    author_note: str = ""
    """arXiv's `comments`: "12 pages, accepted at ..."."""
    journal_ref: str = ""
    licence: str = ""
    withdrawn: bool = False
    told: dict[str, object] = {}
    """What else this source tells, in a shape of its own that JSON can hold."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that was not understood. `reason` is one sentence a person can act on."""

    position: str
    reason: str
    excerpt: str = ""
    """At most 200 characters of what stood there."""


class Piece(NamedTuple):
    """One record as it stands in an input, told apart from the others and not read yet."""

    position: str
    raw: bytes


class SourceError(Exception):
    """The input as a whole cannot be read. The message says what was found and what to do."""


class TruncatedInput(SourceError):  # noqa: N818  says what the input is, not what went wrong
    """The input ends in the middle: everything before was handed over whole."""
