"""A reader's own interests and picks, for the reader's own programs: by a token of scope
`interests`, never by a session's cookie alone."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

from broadsheet.api.errors import ApiError, NoSuchPaper
from broadsheet.api.own import Limit, Name
from broadsheet.api.route import Own
from broadsheet.api.writes import Write
from broadsheet.exports import whole
from broadsheet.exports.whole import Whole
from broadsheet.interests import actions
from broadsheet.interests import picks as offered
from broadsheet.interests.models import Interest
from broadsheet.papers import rows
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from broadsheet.readers.tokens import Scope

Key = Annotated[str, Meta(max_length=24, description="The key of one interest; else of all.")]


class Nothing(Struct, kw_only=True):
    """Nothing can be chosen."""


class Wanted(Struct, kw_only=True):
    interest: Key = ""
    day: Annotated[str, Meta(max_length=10, description="As 2025-12-15; else the newest.")] = ""
    limit: Limit = 30


class Told(Struct, kw_only=True):
    key: str
    name: str
    paused: bool
    days: list[date] = []
    """With picks, the newest first."""


class Picked(Struct, kw_only=True):
    paper: Whole
    reason: str
    """In plain words, without an end."""
    score: float
    """Higher fits better; comparable within one interest."""
    interest: str
    """The key of the interest that it fits best."""
    is_try: bool
    """Whether it is there so that something is learned from what is said of it."""


class Picks(Struct, kw_only=True):
    picks: list[Picked]


class Said(Struct):
    paper: Name
    say: Literal["more", "less", "seen", "nothing"]


class Heard(Struct):
    said: str


def interests(asked: Nothing, reader: Reader) -> list[Told]:
    """The reader's interests in their order, with the days that have picks. Needs a token of scope
    `interests`."""
    mine = Interest.objects.of(reader.pk)
    return [
        Told(key=one.key, name=one.name, paused=one.paused, days=offered.days([one]))
        for one in mine
    ]


def picks(asked: Wanted, reader: Reader) -> Picks:
    """The papers picked for the reader, the best first, each with its reason. Needs a token of
    scope `interests`."""
    mine = list(Interest.objects.of(reader.pk))
    chosen = [
        one for one in mine if (one.key == asked.interest if asked.interest else not one.paused)
    ]
    if asked.interest and not chosen:
        raise ApiError(404, "You have no interest with this key.")
    if asked.day:
        found = offered.on_day(chosen, _day(asked.day))[: asked.limit]
    else:
        found = offered.newest(chosen, asked.limit)
    facts = rows.load([pick.paper_id for pick in found]) if found else {}
    return Picks(
        picks=[
            Picked(
                paper=whole.whole(pick.paper_id, facts[pick.paper_id]),
                reason=pick.reason,
                score=round(pick.score, 4),
                interest=pick.interest.key,
                is_try=pick.is_try,
            )
            for pick in found
            if pick.paper_id in facts
        ]
    )


def say(reader: Reader, told: Said, name: str) -> Heard:
    """What the reader thinks of a paper, for the interest of this key."""
    if not (paper := Paper.objects.called(told.paper)):
        raise NoSuchPaper(told.paper)
    if told.say == "nothing":
        actions.unteach(reader, name, paper.id)
    else:
        actions.teach(reader, name, paper.id, told.say)
    return Heard(told.say)


def _day(told: str) -> date:
    try:
        return date.fromisoformat(told)
    except ValueError:
        raise ApiError(400, "day: write it as 2025-12-15.") from None


ROUTES = (
    Own("/api/v1/interests", interests, scope=Scope.INTERESTS),
    Own("/api/v1/picks", picks, scope=Scope.INTERESTS),
)
WRITES = (
    Write(
        "/api/v1/interests/{name}",
        "Say of a paper: more like this, or less.",
        Said,
        Scope.INTERESTS,
        say,
    ),
)
