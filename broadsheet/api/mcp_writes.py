"""What an agent can do here in its reader's name, with a token whose scopes allow it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, get_type_hints

import msgspec
from django.db import transaction
from msgspec import Meta, Struct

from broadsheet.api.errors import ApiError, NoSuchPaper
from broadsheet.api.own import Name
from broadsheet.api.writes import Number
from broadsheet.community import actions, collecting, keeping
from broadsheet.community.desks import State
from broadsheet.community.limits import Refused
from broadsheet.community.models import LONGEST_COMMENT
from broadsheet.community.shelves import LONGEST_NOTE, LONGEST_TITLE, Collection
from broadsheet.papers.models import Paper
from broadsheet.readers import tokens
from broadsheet.readers.models import Reader
from broadsheet.readers.tokens import Denied, Scope


class Ballot(Struct, kw_only=True):
    name: Name
    vote: Annotated[bool, Meta(description="False takes the vote back.")] = True


class Kept(Struct, kw_only=True):
    name: Name
    collection: Annotated[
        str,
        Meta(
            max_length=LONGEST_TITLE,
            description="Name of one of your collections, made if new; else your reading list.",
        ),
    ] = ""
    note: Annotated[str, Meta(max_length=LONGEST_NOTE, description="A note beside it.")] = ""


class Said(Struct, kw_only=True):
    name: Name
    text: Annotated[
        str, Meta(min_length=1, max_length=LONGEST_COMMENT, description="Markdown with formulas.")
    ]
    parent: Annotated[Number | None, Meta(description="Number of the comment to answer.")] = None


@dataclass(frozen=True, slots=True)
class Deed:
    """A tool that writes. It shares name, description and schema with those that read."""

    name: str
    answer: Callable[[Reader, Paper, Any], str]
    scope: Scope
    repeats: bool = True
    """Whether the same call again changes nothing more."""

    @property
    def description(self) -> str:
        told = " ".join((inspect.getdoc(self.answer) or "").split())
        return f"{told} Needs a token with the scope {self.scope}."

    @property
    def schema(self) -> dict[str, Any]:
        shape = self._shape
        found: dict[str, Any] = msgspec.json.schema(shape)["$defs"][shape.__name__]
        return found

    @property
    def _shape(self) -> type[Struct]:
        shape: type[Struct] = get_type_hints(self.answer, include_extras=True)["asked"]
        return shape

    def call(self, arguments: dict[str, Any], _site: str, secret: str) -> str:
        """What was done, in a sentence. Raises ApiError; without a good token before all else."""
        try:
            reader = tokens.reader_with(secret, self.scope)
            asked: Any = msgspec.convert(arguments, self._shape, strict=False)
            if not (paper := Paper.objects.called(asked.name)):
                raise NoSuchPaper(asked.name)
            return self.answer(reader, paper, asked)
        except Denied as fault:
            raise ApiError(fault.status, fault.message) from None
        except Refused as reason:
            raise ApiError(reason.status, reason.message) from None
        except msgspec.ValidationError as reason:
            raise ApiError(400, f"{reason}.") from None


def vote(reader: Reader, paper: Paper, asked: Ballot) -> str:
    """Vote for a paper as the reader, or take the vote back."""
    (actions.cast_vote if asked.vote else actions.withdraw_vote)(reader, paper.id)
    paper.refresh_from_db(fields=["votes"])
    return f"{'Voted' if asked.vote else 'No vote of yours'}; the paper has {paper.votes:,} votes."


def save(reader: Reader, paper: Paper, asked: Kept) -> str:
    """Put a paper on the reader's reading list, or into a collection, private if it is new."""
    title = " ".join(asked.collection.replace("\0", "").split())
    if not title:
        return _to_read(reader, paper, asked.note)
    mine = Collection.objects.filter(owner=reader, title=title).order_by("id")
    found = mine.first() or collecting.create(reader, title)
    collecting.put(reader, found.key, paper.id, asked.note)
    return f"Saved to {found.title}: /collections/{found.key}"


def _to_read(reader: Reader, paper: Paper, note: str) -> str:
    with transaction.atomic():
        keeping.set_state(reader, paper.id, State.TO_READ)
        if note:
            keeping.write_note(reader, paper.id, note)
    return "Saved to the reading list: /account/reading"


def comment(reader: Reader, paper: Paper, asked: Said) -> str:
    """Comment on a paper in the reader's name, for everybody to read."""
    made = actions.add_comment(reader, paper.id, asked.text, asked.parent)
    return f"Comment {made.pk} stands at /comments/{made.pk}"


DEEDS = (
    Deed("vote_for_paper", vote, Scope.VOTE),
    Deed("save_paper", save, Scope.COLLECT),
    Deed("comment_on_paper", comment, Scope.COMMENT, repeats=False),
)
