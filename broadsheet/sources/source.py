"""What a source on the network is to the rest of the program."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

from broadsheet.fetching import Fetcher
from broadsheet.papers.records import Record, Rejected


@dataclass(frozen=True, slots=True)
class Page:
    """What came in one go. Once it is saved, the source goes on from `cursor`."""

    items: Sequence[Record | Rejected]
    cursor: str
    gone: Sequence[str] = ()
    """arXiv ids and DOIs of papers that the source has deleted."""
    told_by: str = ""
    """With `gone`: the name that its Records have as `source`. Only papers of which nobody else
    has told are removed."""


@dataclass(frozen=True, slots=True)
class Asking:
    """With what a source is asked."""

    fetch: Fetcher
    today: date
    first: date | None = None
    last: date | None = None
    """The days to ask for, both included, where somebody wants those and not what is new."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Keys for sources that want one, by the name of the kind."""


class Source(Protocol):
    """A source with its parameters, as one word of the setting names it."""

    @property
    def name(self) -> str:
        """As in the setting: `arxiv:cs.LG,cs.CL`."""

    @property
    def title(self) -> str:
        """For people."""

    @property
    def every(self) -> timedelta:
        """How long after a run that went well the next one is due."""

    def records_since(self, cursor: str, asking: Asking) -> Iterator[Page]:
        """What is new since `cursor`, page by page; "" stands for the first time.

        The cursor is the source's own text and only has to be right when everything before it was
        saved. Raises FetchError and SourceError; what was handed over before stays saved.
        """


@dataclass(frozen=True, slots=True)
class Parameter:
    """What stands behind the colon, as a form asks for it."""

    label: str
    hint: str = ""
    """One sentence about how it is written; the example of the kind is shown besides."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of source: what may stand before the colon in the setting."""

    name: str
    title: str
    make: Callable[[str], Source]
    """The source for what stands behind the colon, "" for nothing. Raises ValueError with a
    sentence that says what is wanted."""
    example: str
    parameter: Parameter | None = None
    """None where nothing stands behind the colon, or nobody said what."""
    key: str = ""
    """What a key does, to follow "A key", where the source can use one."""

    @property
    def asks(self) -> Parameter | None:
        """What a form asks for; what nobody described is asked for by the example alone."""
        if self.parameter is None and ":" in self.example:
            return Parameter("What stands behind the colon")
        return self.parameter
