"""Flags, and what moderators do about them: every decision is a line of the public log."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from broadsheet.community.actions import lock_paper, recount_comments
from broadsheet.community.limits import Refused, spend
from broadsheet.community.models import (
    LONGEST_REASON,
    Ban,
    Comment,
    Decision,
    Flag,
    Kind,
    Lock,
    Moved,
    Verb,
    Why,
)
from broadsheet.readers.models import Reader


def flag(reader: Reader, comment_id: int, why: str) -> bool:
    """Tell the moderators about a comment; False where this reader did before. Raises Refused."""
    if why not in Why.values:
        raise Refused("Please choose one of the reasons.", 400)
    with transaction.atomic():
        comment = _standing(comment_id)
        if comment.reader_id == reader.pk:
            raise Refused("This is your own comment; you can delete it.", 400)
        act = spend(reader, Verb.FLAG, comment.paper_id)
        _, is_new = Flag.objects.get_or_create(
            comment=comment, reader=reader, defaults={"why": why, "at": act.at}
        )
    return is_new


def hide(moderator: Reader, comment_id: int, reason: str) -> Decision:
    """Take a comment from everybody's sight. Raises Refused, as everything below does."""
    return _set_hidden(moderator, comment_id, reason, Kind.HIDE)


def restore(moderator: Reader, comment_id: int, reason: str) -> Decision:
    return _set_hidden(moderator, comment_id, reason, Kind.RESTORE)


def dismiss(moderator: Reader, comment_id: int, reason: str) -> Decision:
    """Leave a flagged comment as it is."""
    with transaction.atomic():
        comment = _any(comment_id)
        settle_flags(comment)
        return decide(moderator, Kind.DISMISS, reason, comment=comment)


def lock(moderator: Reader, paper_id: int, reason: str) -> Decision:
    """Close the discussion of a paper; what was said stays."""
    with transaction.atomic():
        lock_paper(paper_id)
        decision = decide(moderator, Kind.LOCK, reason, paper_id=paper_id)
        Lock.objects.get_or_create(paper_id=paper_id, defaults={"since": decision.at})
        Moved.objects.create(paper_id=paper_id)
    return decision


def unlock(moderator: Reader, paper_id: int, reason: str) -> Decision:
    with transaction.atomic():
        lock_paper(paper_id)
        Lock.objects.filter(paper_id=paper_id).delete()
        Moved.objects.create(paper_id=paper_id)
        return decide(moderator, Kind.UNLOCK, reason, paper_id=paper_id)


def ban(moderator: Reader, handle: str, reason: str, until: datetime | None = None) -> Decision:
    """Let a reader write no more, until a time or for good; reading stays free to everybody."""
    with transaction.atomic():
        reader = reader_called(handle)
        if reader.is_staff:
            raise Refused("Moderators cannot be banned here; take their role away first.")
        if until and until <= timezone.now():
            raise Refused("The end of a ban lies in the future.", 400)
        told = worded(reason)
        Ban.objects.update_or_create(reader=reader, defaults={"reason": told, "until": until})
        return decide(moderator, Kind.BAN, told, handle=reader.username, until=until)


def unban(moderator: Reader, handle: str, reason: str) -> Decision:
    with transaction.atomic():
        reader = reader_called(handle)
        Ban.objects.filter(reader=reader).delete()
        return decide(moderator, Kind.UNBAN, reason, handle=reader.username)


def _set_hidden(moderator: Reader, comment_id: int, reason: str, kind: Kind) -> Decision:
    with transaction.atomic():
        comment = _any(comment_id)
        lock_paper(comment.paper_id)
        Comment.objects.filter(pk=comment.pk).update(hidden=kind == Kind.HIDE)
        settle_flags(comment)
        recount_comments(comment.paper_id)
        return decide(moderator, kind, reason, comment=comment)


def decide(
    moderator: Reader,
    kind: Kind,
    reason: str,
    *,
    comment: Comment | None = None,
    paper_id: int | None = None,
    handle: str = "",
    until: datetime | None = None,
) -> Decision:
    """A line of the public log. Raises Refused where it is no moderator's, or without reason."""
    if not moderator.is_staff or not moderator.is_active:
        raise Refused("Only moderators can do this.")
    writer = comment.reader if comment else None
    return Decision.objects.create(
        by=moderator,
        kind=kind,
        reason=worded(reason),
        at=timezone.now(),
        comment=comment,
        paper_id=comment.paper_id if comment else paper_id,
        handle=writer.username if writer else handle,
        until=until,
    )


def curated(curator: Reader, kind: Kind, reason: str, paper_id: int) -> Decision:
    """A line of the public log by a curator, who has been looked up already. Raises Refused."""
    return Decision.objects.create(
        by=curator, kind=kind, reason=worded(reason), at=timezone.now(), paper_id=paper_id
    )


def worded(text: str) -> str:
    """A reason as it is kept. Raises Refused where there is none."""
    text = " ".join(text.replace("\0", "").split())
    if not text:
        raise Refused("Please say why: the reason is part of the public log.", 400)
    return text[:LONGEST_REASON]


def settle_flags(*comments: Comment) -> None:
    Flag.objects.waiting().filter(comment__in=comments).update(settled=True)


def _standing(comment_id: int) -> Comment:
    if not (found := Comment.objects.standing().filter(pk=comment_id).first()):
        raise Refused("This comment is no longer here.", 404)
    return found


def _any(comment_id: int) -> Comment:
    found = Comment.objects.select_related("reader").filter(pk=comment_id).first()
    if not found:
        raise Refused("There is no comment at this address.", 404)
    return found


def reader_called(handle: str) -> Reader:
    found = Reader.objects.filter(username=handle.replace("\0", "").lstrip("@")).first()
    if not found:
        raise Refused(f"Nobody here is called {handle[:80]}.", 404)
    return found
