"""An interest as JSON, to take elsewhere, to keep, and to bring back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

import msgspec
from django.db import transaction

from broadsheet.community.desks import State
from broadsheet.community.limits import Refused
from broadsheet.interests import actions, evidence, library
from broadsheet.interests.actions import Wishes
from broadsheet.interests.library import Entry, Told
from broadsheet.interests.models import Apart, Asked, Interest, Origin, Verdict
from broadsheet.papers.kinds import Scheme
from broadsheet.papers.models import Identifier, Paper
from broadsheet.papers.text import plain
from broadsheet.readers.models import Reader
from broadsheet.readers.takeout import File, as_json

MOST_BYTES = 2_000_000


class Carried(msgspec.Struct, omit_defaults=True):
    """A paper that teaches."""

    title: Annotated[str, msgspec.Meta(max_length=2_000)] = ""
    arxiv: Annotated[str, msgspec.Meta(max_length=100)] = ""
    doi: Annotated[str, msgspec.Meta(max_length=400)] = ""
    verdict: Verdict = Verdict.MORE


class Document(msgspec.Struct, omit_defaults=True, tag_field="is", tag="interest"):
    name: str
    about: str = ""
    others: Annotated[int, msgspec.Meta(ge=0, le=100)] = 20
    tries: Annotated[int, msgspec.Meta(ge=0, le=10)] = 2
    uses_votes: bool = False
    uses_follows: bool = False
    reading: list[State] = []
    asked: dict[Asked, list[str]] = {}
    papers: Annotated[list[Carried], msgspec.Meta(max_length=actions.MOST_EXAMPLES)] = []


def document(interest: Interest) -> Document:
    """All that an interest was told, papers of its collections among them."""
    asked: dict[Asked, list[str]] = {}
    for kind, value in interest.wishes.order_by("id").values_list("kind", "value"):
        asked.setdefault(Asked(kind), []).append(value)
    return Document(
        name=interest.name,
        about=interest.about,
        others=interest.others,
        tries=interest.tries,
        uses_votes=interest.uses_votes,
        uses_follows=interest.uses_follows,
        reading=[State(one) for one in interest.reading],
        asked=asked,
        papers=list(_papers(interest)),
    )


def packed(interest: Interest) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document(interest)), indent=2)


def bring(reader: Reader, data: bytes) -> tuple[Interest, Told]:
    """A new interest as a document tells it. Raises Refused."""
    if len(data) > MOST_BYTES:
        raise Refused("An interest can have 2 MB.", 413)
    try:
        told = msgspec.json.decode(data, type=Document)
    except (msgspec.ValidationError, msgspec.DecodeError) as reason:
        raise Refused(f"This is no interest that was exported here: {reason}.", 400) from None
    asked = tuple((kind, value) for kind, values in told.asked.items() for value in values)
    wishes = Wishes(
        told.name,
        told.about,
        uses_votes=told.uses_votes,
        uses_follows=told.uses_follows,
        reading=tuple(told.reading),
        others=told.others,
        tries=told.tries,
        asked=asked,
    )
    entries = [
        Entry(_text(one.title), _text(one.arxiv), _text(one.doi), verdict=one.verdict)
        for one in told.papers
    ]
    with transaction.atomic():
        made = actions.create(reader, wishes)
        return made, library.put(made, entries, Origin.LIBRARY)


def takeout(reader: Reader) -> Iterator[File]:
    """What a reader's interests hold, and what was learned."""
    yield as_json(
        "interests.json",
        [
            msgspec.to_builtins(document(one))
            | {"paused": one.paused, "learned": one.learned, "learned at": one.learned_at}
            for one in Interest.objects.of(reader.pk)
        ],
    )
    apart = Apart.objects.filter(reader=reader).exists()
    yield as_json("picks-of-others.json", {"shaped by what you keep": not apart})


def _papers(interest: Interest) -> Iterator[Carried]:
    known = evidence.gather(interest)
    verdicts: dict[int, Verdict] = dict.fromkeys(known.liked, Verdict.MORE)
    examples = interest.examples.here().values_list("paper_id", "verdict")
    verdicts |= {paper: Verdict(verdict) for paper, verdict in examples if paper is not None}
    titles = dict(Paper.objects.filter(id__in=verdicts).values_list("id", "title"))
    names = _names(verdicts)
    for paper, verdict in verdicts.items():
        if paper in titles:
            yield Carried(
                plain(titles[paper]),
                names.get((paper, Scheme.ARXIV), ""),
                names.get((paper, Scheme.DOI), ""),
                verdict,
            )
    for example in known.elsewhere:
        yield Carried(example.title)


def _names(papers: Iterable[int]) -> dict[tuple[int, str], str]:
    rows = Identifier.objects.filter(paper__in=list(papers))
    return {(row[0], row[1]): row[2] for row in rows.values_list("paper_id", "scheme", "value")}


def _text(told: str) -> str:
    """Without the character that PostgreSQL refuses."""
    return told.replace("\0", "")
