"""What moderators do about votes, about accounts that only advertise, and with notices: every act
is a line of the public log, and each can be undone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from broadsheet.community.actions import lock_paper, recount_comments, recount_votes
from broadsheet.community.limits import Refused
from broadsheet.community.models import Ban, Comment, Decision, Kind, Vote
from broadsheet.community.moderation import decide, reader_called, settle_flags, worded
from broadsheet.integrity.models import LONGEST_NOTICE, SiteNotice, SpamMark, Uncounted
from broadsheet.papers.models import Counter
from broadsheet.readers.models import Reader

NOTICES = "notices"
"""The counter by which kept pages follow the notices; none while there is no notice."""
MOST_NOTICES = 3
LONGEST_SHOWN = timedelta(days=90)


def uncount(moderator: Reader, paper_id: int, readers: Collection[int], reason: str) -> Decision:
    """Let these readers' votes for a paper not count. The votes stay where they are, and whose
    they are stays unsaid in the log. Raises Refused, as everything here does."""
    with transaction.atomic():
        lock_paper(paper_id)
        votes = Vote.objects.counted().filter(paper_id=paper_id, reader_id__in=readers)
        found = list(votes.values_list("reader_id", flat=True))
        if not found:
            raise Refused("Mark the votes that should not count.", 400)
        decision = decide(moderator, Kind.UNCOUNT, _numbered(found, reason), paper_id=paper_id)
        _leave_out(paper_id, found, decision.at)
    return decision


def count_again(
    moderator: Reader, paper_id: int, readers: Collection[int], reason: str
) -> Decision:
    with transaction.atomic():
        lock_paper(paper_id)
        known = Uncounted.objects.filter(paper_id=paper_id, reader_id__in=readers)
        found = list(known.values_list("reader_id", flat=True))
        if not found:
            raise Refused("Mark the votes that should count again.", 400)
        known.delete()
        recount_votes(paper_id)
        return decide(moderator, Kind.COUNT, _numbered(found, reason), paper_id=paper_id)


def mark_spam(moderator: Reader, handle: str, reason: str) -> Decision:
    """Hide all that an account said, leave its votes uncounted, and let it write no more."""
    with transaction.atomic():
        reader = reader_called(handle)
        if reader.is_staff:
            raise Refused("Moderators cannot be marked as spam; take their role away first.")
        told = worded(reason)
        decision = decide(moderator, Kind.SPAM, told, handle=reader.username)
        mark, is_new = SpamMark.objects.get_or_create(
            reader=reader, defaults={"since": decision.at}
        )
        if not is_new:
            raise Refused(f"{reader.username} is marked already.", 400)
        comments = list(Comment.objects.filter(reader=reader, hidden=False))
        mark.comments = [comment.pk for comment in comments]
        mark.papers = _counted_for(reader)
        mark.save(update_fields=["comments", "papers"])
        _hold({*mark.papers, *(comment.paper_id for comment in comments)})
        _show(mark.comments, shown=False)
        settle_flags(*comments)
        for paper_id in mark.papers:
            _leave_out(paper_id, [reader.pk], decision.at)
        Ban.objects.update_or_create(reader=reader, defaults={"reason": told, "until": None})
    return decision


def unmark_spam(moderator: Reader, handle: str, reason: str) -> Decision:
    """Bring everything back that the mark has put aside."""
    with transaction.atomic():
        reader = reader_called(handle)
        if not (mark := SpamMark.objects.filter(reader=reader).first()):
            raise Refused(f"{reader.username} is not marked as spam.", 400)
        left_out = Uncounted.objects.filter(reader=reader, paper_id__in=mark.papers)
        papers = set(left_out.values_list("paper_id", flat=True))
        said = Comment.objects.filter(pk__in=mark.comments)
        _hold(papers | set(said.values_list("paper_id", flat=True)))
        _show(mark.comments, shown=True)
        left_out.delete()
        for paper_id in papers:
            recount_votes(paper_id)
        Ban.objects.filter(reader=reader).delete()
        mark.delete()
        return decide(moderator, Kind.NO_SPAM, reason, handle=reader.username)


def put_up_notice(moderator: Reader, text: str, until: date) -> SiteNotice:
    """Show a few words on every page, through that day."""
    text = text.replace("\0", "").strip()
    today = timezone.localdate()
    if not text or len(text) > LONGEST_NOTICE:
        raise Refused(f"A notice has 1 to {LONGEST_NOTICE} characters.", 400)
    if not today <= until <= today + LONGEST_SHOWN:
        raise Refused(f"A notice ends today or within {LONGEST_SHOWN.days} days.", 400)
    with transaction.atomic():
        _count_notices()
        if SiteNotice.objects.shown_on(today).count() >= MOST_NOTICES:
            raise Refused(f"There are {MOST_NOTICES} notices already; take one down first.")
        end = datetime.combine(until, time.max, timezone.get_current_timezone())
        decide(moderator, Kind.NOTICE, text, until=end)
        return SiteNotice.objects.create(text=text, until=until)


def take_down_notice(moderator: Reader, notice_id: int, reason: str) -> Decision:
    with transaction.atomic():
        _count_notices()
        if not SiteNotice.objects.filter(pk=notice_id).delete()[0]:
            raise Refused("This notice is gone already.", 404)
        return decide(moderator, Kind.NOTICE_END, reason)


def _count_notices() -> None:
    """Kept pages hold the notices as they were, so what they are kept under must change. The row
    is held until the end, so that no two notices come at once."""
    Counter.objects.get_or_create(name=NOTICES)
    held = Counter.objects.select_for_update().get(name=NOTICES)
    held.value += 1
    held.save(update_fields=["value"])


def _leave_out(paper_id: int, readers: Collection[int], since: datetime) -> None:
    rows = [Uncounted(paper_id=paper_id, reader_id=reader, since=since) for reader in readers]
    Uncounted.objects.bulk_create(rows, ignore_conflicts=True)
    recount_votes(paper_id)


def _counted_for(reader: Reader) -> list[int]:
    votes = Vote.objects.counted().filter(reader=reader)
    return list(votes.order_by("paper_id").values_list("paper_id", flat=True))


def _show(comments: Collection[int], *, shown: bool) -> None:
    known = Comment.objects.filter(pk__in=comments)
    known.update(hidden=not shown)
    for paper_id in set(known.values_list("paper_id", flat=True)):
        recount_comments(paper_id)


def _hold(papers: Collection[int]) -> None:
    """Hold papers in one order, so that none waits for another that waits for it."""
    for paper_id in sorted(papers):
        lock_paper(paper_id)


def _numbered(votes: Collection[int], reason: str) -> str:
    """The log says how many votes, and not whose."""
    return f"{len(votes)} {'vote' if len(votes) == 1 else 'votes'}. {worded(reason)}"
