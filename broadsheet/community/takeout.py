"""What a reader did and keeps here, as files to take away."""

from __future__ import annotations

from collections.abc import Iterator

from broadsheet.community.desks import Note
from broadsheet.community.models import Comment, Reaction, Vote
from broadsheet.community.shelves import Editor, Item
from broadsheet.readers.models import Reader
from broadsheet.readers.takeout import File, as_json


def deeds(reader: Reader) -> Iterator[File]:
    """Votes, reactions, comments (as Markdown too, as they were written) and collections."""
    votes = Vote.objects.filter(reader=reader).order_by("cast_at")
    yield as_json("votes.json", list(votes.values("paper__slug", "paper__title", "cast_at")))
    comments = Comment.objects.filter(reader=reader).order_by("written_at")
    columns = ("id", "paper__slug", "parent", "written_at", "edited_at", "deleted_at", "text")
    yield as_json("comments.json", list(comments.values(*columns)))
    yield File("comments.md", "\n".join(map(_written, comments.select_related("paper"))).encode())
    reactions = Reaction.objects.filter(reader=reader).order_by("at")
    yield as_json("reactions.json", list(reactions.values("comment", "feeling", "at")))
    items = Item.objects.filter(collection__owner=reader).order_by("collection", "position")
    kept = ("collection__title", "collection__about", "collection__reach", "paper__slug", "note")
    yield as_json("collections.json", list(items.values(*kept)))
    editing = Editor.objects.filter(reader=reader).order_by("invited_at")
    told = ("collection__title", "collection__owner__username", "invited_at", "since")
    yield as_json("collections-of-others.json", list(editing.values(*told)))


def desk(reader: Reader) -> Iterator[File]:
    """The reading list, and notes as Markdown too."""
    readings = reader.readings.order_by("since")
    yield as_json(
        "reading-list.json",
        list(readings.values("paper__slug", "paper__title", "state", "since")),
    )
    notes = Note.objects.filter(reader=reader).order_by("written_at")
    yield as_json("notes.json", list(notes.values("paper__slug", "text", "written_at")))
    yield File("notes.md", "\n".join(map(_noted, notes.select_related("paper"))).encode())


def _written(comment: Comment) -> str:
    return f"## {comment.paper.title}\n\n{comment.written_at:%Y-%m-%d %H:%M}\n\n{comment.text}\n"


def _noted(note: Note) -> str:
    return f"## {note.paper.title}\n\n{note.written_at:%Y-%m-%d %H:%M}\n\n{note.text}\n"
