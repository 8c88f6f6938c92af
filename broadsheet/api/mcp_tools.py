"""What an agent can ask of this site: each tool is one of our own addresses."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, get_type_hints

import msgspec

from broadsheet.api import own, picks
from broadsheet.api.errors import ApiError
from broadsheet.api.mcp_writes import DEEDS, Deed
from broadsheet.api.own import Found, Listing
from broadsheet.api.picks import Picks
from broadsheet.exports import markdown
from broadsheet.exports.whole import Whole
from broadsheet.readers import tokens
from broadsheet.readers.models import Reader
from broadsheet.readers.tokens import Denied, Scope


@dataclass(frozen=True, slots=True)
class Tool:
    name: str
    answer: Callable[..., Any]
    scope: Scope | None = None
    """What a token must allow, where the answer is the reader's own."""

    @property
    def description(self) -> str:
        return " ".join((inspect.getdoc(self.answer) or "").split())

    @property
    def shape(self) -> type[msgspec.Struct]:
        shape: type[msgspec.Struct] = get_type_hints(self.answer, include_extras=True)["asked"]
        return shape

    @property
    def schema(self) -> dict[str, Any]:
        """JSON Schema of what may be asked, without references."""
        schema = msgspec.json.schema(self.shape)
        found: dict[str, Any] = schema["$defs"][self.shape.__name__]
        return found

    def call(self, arguments: dict[str, Any], site: str, secret: str) -> str:
        """The answer as Markdown, to whoever has the token. Raises ApiError."""
        try:
            asked = msgspec.convert(arguments, self.shape, strict=False)
        except msgspec.ValidationError as reason:
            raise ApiError(400, f"{reason}.") from None
        own = (_reader(secret, self.scope),) if self.scope else ()
        return _told(self.answer(asked, *own), site)


READS = (
    Tool("search_papers", own.search),
    Tool("read_paper", own.paper),
    Tool("papers_of_a_day", own.papers),
    Tool("trending_papers", own.trending),
    Tool("similar_papers", own.similar),
    Tool("my_picks", picks.picks, Scope.INTERESTS),
)


TOOLS: tuple[Tool | Deed, ...] = (*READS, *DEEDS)


def named(name: str) -> Tool | Deed:
    """Raises ApiError where there is no such tool."""
    for tool in TOOLS:
        if tool.name == name:
            return tool
    known = ", ".join(tool.name for tool in TOOLS)
    raise ApiError(404, f"There is no tool {name[:50]!r}; there are {known}.")


def _reader(secret: str, scope: Scope) -> Reader:
    try:
        return tokens.reader_with(secret, scope)
    except Denied as fault:
        raise ApiError(fault.status, fault.message) from None


def _told(answer: Whole | Listing | Found | Picks | Sequence[Whole], site: str) -> str:
    if isinstance(answer, Whole):
        return markdown.paper(answer, site)
    if isinstance(answer, Listing):
        note = f"after: {answer.following}" if answer.following else ""
        return markdown.papers(answer.title, answer.papers, site, note)
    if isinstance(answer, Picks):
        found = [one.paper for one in answer.picks]
        reasons = [f"{n}. {one.reason}." for n, one in enumerate(answer.picks, start=1)]
        return markdown.papers("Picked for you", found, site, "Why: " + " ".join(reasons))
    if isinstance(answer, Found):
        return markdown.papers("Papers found", answer.papers, site, answer.note)
    return markdown.papers("Similar papers", answer, site)
