"""Comments heard: who is told that somebody answered, or addressed them, or spoke at all."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile

from django.urls import reverse
from django.utils import timezone

from broadsheet.community.models import Ban, Comment, Mention, Spoken
from broadsheet.notices.following import followers
from broadsheet.notices.models import About, Follow, Kind
from broadsheet.notices.telling import Telling, tell
from broadsheet.papers.text import plain
from broadsheet.readers.models import Reader

MOST = 500
"""Comments of one round."""


def hear() -> int:
    """Tell of comments that were written or edited; returns how many times that was.

    A row goes after everybody was told: who dies meanwhile begins it again, and the mark of each
    notice keeps that, a second worker, and an edit, from telling anybody twice.
    """
    return sum(1 for _ in takewhile(bool, (_hear_one() for _ in range(MOST))))


def _hear_one() -> bool:
    if not (row := Spoken.objects.order_by("id").first()):
        return False
    comments = Comment.objects.standing().select_related("reader", "parent", "paper")
    if comment := comments.filter(pk=row.comment_id).first():
        _tell_of(comment)
    Spoken.objects.filter(pk=row.pk).delete()
    return True


def _tell_of(comment: Comment) -> None:
    writer = comment.reader
    if not writer or Ban.objects.in_force(timezone.now()).filter(reader=writer).exists():
        return
    address = f"{reverse('paper', args=[comment.paper.slug])}#comment-{comment.pk}"
    title = plain(comment.paper.title)
    title = title if len(title) <= 120 else f"{title[:119]}…"
    for kind, words, readers in _who(comment, writer):
        tell(
            readers,
            Telling(
                kind=kind,
                subject=f"{writer} {words} “{title}”",
                address=address,
                actor=writer,
                mark=f"comment-{comment.pk}",
                comment=comment,
                at=timezone.now(),
            ),
        )


def _who(comment: Comment, writer: Reader) -> Iterator[tuple[Kind, str, list[int]]]:
    """Who is told and why; whoever comes under two reasons is told the first one wanted."""
    if comment.parent and comment.parent.reader_id and comment.parent.deleted_at is None:
        yield Kind.REPLY, "answered your comment on", [comment.parent.reader_id]
    addressed = Mention.objects.filter(comment=comment).values_list("reader_id", flat=True)
    yield Kind.MENTION, "addressed you in a comment on", list(addressed)
    listening = Follow.objects.of(About.PAPER, [str(comment.paper_id)])
    yield Kind.PAPER, "commented on", list(listening.values_list("reader_id", flat=True))
    yield Kind.PERSON, "commented on", followers(writer, "comments")
