"""What a reader did here, as files to take away."""

from __future__ import annotations

from collections.abc import Iterator

from broadsheet.community.models import Comment, Vote
from broadsheet.community.shelves import Item
from broadsheet.readers.models import Reader
from broadsheet.readers.takeout import File, as_json


def deeds(reader: Reader) -> Iterator[File]:
    """Votes, comments (as Markdown too, as they were written) and collections."""
    votes = Vote.objects.filter(reader=reader).order_by("cast_at")
    yield as_json("votes.json", list(votes.values("paper__slug", "paper__title", "cast_at")))
    comments = Comment.objects.filter(reader=reader).order_by("written_at")
    columns = ("id", "paper__slug", "parent", "written_at", "edited_at", "deleted_at", "text")
    yield as_json("comments.json", list(comments.values(*columns)))
    yield File("comments.md", "\n".join(map(_written, comments.select_related("paper"))).encode())
    items = Item.objects.filter(collection__owner=reader).order_by("collection", "position")
    kept = ("collection__title", "collection__about", "collection__reach", "paper__slug", "note")
    yield as_json("collections.json", list(items.values(*kept)))


def _written(comment: Comment) -> str:
    return f"## {comment.paper.title}\n\n{comment.written_at:%Y-%m-%d %H:%M}\n\n{comment.text}\n"
