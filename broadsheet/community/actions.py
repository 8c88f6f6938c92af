"""Votes and comments: the verbs that pages and programs share.

Each locks the reader's row, then the paper's, then recounts from rows. Without the second lock
PostgreSQL would recount with what it saw before the other request was done, and lose its vote.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from broadsheet.community.limits import Refused, spend
from broadsheet.community.mentions import mention
from broadsheet.community.models import (
    LONGEST_COMMENT,
    Comment,
    Lock,
    Moved,
    Revision,
    Spoken,
    Verb,
    Vote,
)
from broadsheet.integrity import networks
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader


def cast_vote(reader: Reader, paper_id: int) -> bool:
    """The reader's one vote for a paper; False where it was cast already. Raises Refused."""
    with transaction.atomic():
        if Vote.objects.by(reader.pk, [paper_id]).exists():
            return False
        act = spend(reader, Verb.VOTE, paper_id)
        lock_paper(paper_id)
        _, is_new = Vote.objects.get_or_create(
            paper_id=paper_id, reader_id=reader.pk, defaults={"cast_at": timezone.now()}
        )
        if is_new:
            networks.keep(reader.pk, paper_id)
            recount_votes(paper_id)
        else:
            act.delete()
    return is_new


def withdraw_vote(reader: Reader, paper_id: int) -> bool:
    """Take the vote back; False where there is none. Raises Refused."""
    with transaction.atomic():
        if not Vote.objects.by(reader.pk, [paper_id]).exists():
            return False
        spend(reader, Verb.WITHDRAW, paper_id)
        lock_paper(paper_id)
        gone, _ = Vote.objects.by(reader.pk, [paper_id]).delete()
        if gone:
            networks.forget(reader.pk, paper_id)
            recount_votes(paper_id)
    return bool(gone)


def leave(reader: Reader) -> int:
    """What ends with an account, before it is deleted: its votes, whose number is returned. Its
    comments stay without its name, and pages that show them are made anew."""
    votes = Vote.objects.filter(reader=reader)
    for paper_id in (found := sorted(votes.values_list("paper_id", flat=True))):
        with transaction.atomic():
            lock_paper(paper_id)
            votes.filter(paper_id=paper_id).delete()
            recount_votes(paper_id)
    touched = Comment.objects.filter(Q(reader=reader) | Q(reactions__reader=reader))
    commented = touched.order_by().values_list("paper_id", flat=True)
    Moved.objects.bulk_create(Moved(paper_id=paper_id) for paper_id in commented.distinct())
    return len(found)


def add_comment(reader: Reader, paper_id: int, text: str, parent_id: int | None = None) -> Comment:
    """Say something about a paper, or in reply to a comment on it. Raises Refused."""
    text = cleaned(text)
    with transaction.atomic():
        act = spend(reader, Verb.COMMENT, paper_id)
        lock_paper(paper_id)
        _refuse_locked(reader, paper_id)
        if parent_id and not _may_be_answered(parent_id, paper_id):
            raise Refused("The comment that you answer is no longer here.", 404)
        made = Comment.objects.create(
            paper_id=paper_id, reader=reader, parent_id=parent_id, text=text, written_at=act.at
        )
        type(act).objects.filter(pk=act.pk).update(comment_id=made.pk)
        mention(made)
        Spoken.objects.create(comment=made)
        recount_comments(paper_id)
    return made


def edit_comment(reader: Reader, comment_id: int, text: str) -> Comment:
    """Say it otherwise; what was said before stays readable in its history. Raises Refused."""
    text = cleaned(text)
    with transaction.atomic():
        comment = _held(reader, comment_id)
        if not comment.stands:
            raise Refused("This comment is not shown, so it cannot be edited.")
        _refuse_locked(reader, comment.paper_id)
        if comment.text == text:
            return comment
        Revision.objects.create(
            comment=comment, text=comment.text, written_at=comment.edited_at or comment.written_at
        )
        comment.text, comment.edited_at = text, timezone.now()
        comment.save(update_fields=["text", "edited_at"])
        mention(comment)
        Spoken.objects.create(comment=comment)
        Moved.objects.create(paper_id=comment.paper_id)
    return comment


def delete_comment(reader: Reader, comment_id: int) -> Comment:
    """Take a comment back; answers to it stay, and its writer can restore it. Raises Refused."""
    return _set_deleted(reader, comment_id, deleted=True)


def restore_comment(reader: Reader, comment_id: int) -> Comment:
    return _set_deleted(reader, comment_id, deleted=False)


def own_comment(reader: Reader, comment_id: int) -> Comment:
    """A reader's own comment; to everybody else it does not exist. Raises Refused."""
    if not (found := Comment.objects.filter(pk=comment_id, reader=reader).first()):
        raise Refused("There is no comment of yours at this address.", 404)
    return found


def cleaned(text: str) -> str:
    """A comment as it is kept. Raises Refused where there is none, or too much of it."""
    text = text.replace("\0", "").replace("\r\n", "\n").strip()
    if not text:
        raise Refused("There is nothing in this comment yet. Write something first.", 400)
    if len(text) > LONGEST_COMMENT:
        raise Refused(f"A comment can have {LONGEST_COMMENT:,} characters, not {len(text):,}.", 400)
    return text


def lock_paper(paper_id: int) -> None:
    """Hold a paper until the end of the transaction. Raises Refused where it is gone."""
    held = Paper.objects.select_for_update(no_key=True).filter(pk=paper_id)
    if not held.values_list("pk", flat=True).first():
        raise Refused("This paper is no longer here.", 404)


def recount_votes(paper_id: int) -> None:
    _recount(paper_id, "votes", Vote.objects.counted().filter(paper=OuterRef("pk")))


def recount_comments(paper_id: int) -> None:
    standing = Comment.objects.standing().filter(paper=OuterRef("pk"))
    _recount(paper_id, "comments", standing)


def _recount(paper_id: int, column: str, theirs: QuerySet[Vote] | QuerySet[Comment]) -> None:
    """Set a paper's own number and the sum that is shown from its rows, in one statement."""
    counted = theirs.order_by().values("paper_id").annotate(rows=Count("*")).values("rows")
    total = Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    Paper.objects.filter(pk=paper_id).update(
        **{f"own_{column}": total, column: F(f"source_{column}") + total}
    )
    Moved.objects.create(paper_id=paper_id)


def _held(reader: Reader, comment_id: int) -> Comment:
    """A reader's own comment, its paper held: so nobody else changes it until the end."""
    comment = own_comment(reader, comment_id)
    spend(reader, Verb.EDIT, comment.paper_id)
    lock_paper(comment.paper_id)
    comment.refresh_from_db()
    return comment


def _set_deleted(reader: Reader, comment_id: int, *, deleted: bool) -> Comment:
    with transaction.atomic():
        comment = _held(reader, comment_id)
        comment.deleted_at = timezone.now() if deleted else None
        comment.save(update_fields=["deleted_at"])
        recount_comments(comment.paper_id)
    return comment


def _may_be_answered(comment_id: int, paper_id: int) -> bool:
    return Comment.objects.standing().filter(pk=comment_id, paper_id=paper_id).exists()


def _refuse_locked(reader: Reader, paper_id: int) -> None:
    if not reader.is_staff and Lock.objects.filter(paper_id=paper_id).exists():
        raise Refused("The discussion of this paper is closed.")
