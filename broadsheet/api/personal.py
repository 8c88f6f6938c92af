"""Writes of what is a reader's own: what is followed, read and noted, reactions, notices."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from broadsheet.api.writes import Number, Write, on_paper
from broadsheet.community import keeping, reacting
from broadsheet.community.desks import LONGEST_NOTE
from broadsheet.community.limits import Refused
from broadsheet.community.models import Comment
from broadsheet.notices import following, telling
from broadsheet.notices.models import Notice
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from broadsheet.readers.tokens import Scope


class Followed(msgspec.Struct):
    about: Literal["author", "reader", "keyword", "category", "search", "paper"]
    name: Annotated[str, Meta(min_length=1, max_length=500)]
    follow: bool = True
    """False ends it."""


class Follows(msgspec.Struct):
    followed: bool


class Felt(msgspec.Struct):
    reaction: Literal["agree", "thanks", "insight", "doubt"]
    holds: bool = True
    """False takes it back."""


class Reactions(msgspec.Struct):
    agree: int
    thanks: int
    insight: int
    doubt: int


class Reading(msgspec.Struct):
    state: Literal["to-read", "reading", "read", ""]
    """Empty takes the paper off the list."""


class Noted(msgspec.Struct):
    text: Annotated[str, Meta(max_length=LONGEST_NOTE)]
    """Empty removes the note."""


class Kept(msgspec.Struct):
    kept: bool


class Seen(msgspec.Struct):
    notices: Annotated[list[Number], Meta(max_length=1_000)] | None = None
    """Without it, all."""


class Unread(msgspec.Struct):
    unread: int


def follow(reader: Reader, told: Followed) -> Follows:
    (following.follow if told.follow else following.unfollow)(reader, told.about, told.name)
    return Follows(told.follow)


def react(reader: Reader, told: Felt, number: str) -> Reactions:
    found = Comment.objects.filter(pk=int(number)) if number.isdecimal() else None
    if len(number) > 18 or not found or not (comment := found.first()):
        raise Refused("There is no comment of this number.", 404)
    reacting.react(reader, comment.pk, told.reaction, holds=told.holds)
    felt = reacting.felt([comment.pk], reader.pk)[comment.pk]
    return Reactions(**{one.feeling.value: one.readers for one in felt})


def read(reader: Reader, paper: Paper, told: Reading) -> Kept:
    keeping.set_state(reader, paper.id, told.state)
    return Kept(bool(told.state))


def note(reader: Reader, paper: Paper, told: Noted) -> Kept:
    keeping.write_note(reader, paper.id, told.text)
    return Kept(bool(told.text.strip()))


def seen(reader: Reader, told: Seen) -> Unread:
    telling.read(reader, told.notices)
    return Unread(Notice.objects.shown_to(reader.pk).unread().count())


ROUTES = (
    Write("/api/v1/follows", "Follow something, or end it.", Followed, Scope.FOLLOW, follow),
    Write("/api/v1/notices/read", "Mark notices as read, some or all.", Seen, Scope.FOLLOW, seen),
    Write(
        "/api/v1/comments/{number}/reactions",
        "React to a comment, or take it back.",
        Felt,
        Scope.COMMENT,
        react,
    ),
    Write(
        "/api/v1/papers/{name}/reading",
        "Put a paper on the reading list, or take it off.",
        Reading,
        Scope.COLLECT,
        on_paper(read),
    ),
    Write(
        "/api/v1/papers/{name}/note",
        "Write a note on a paper that nobody else sees.",
        Noted,
        Scope.COLLECT,
        on_paper(note),
    ),
)
