"""Papers made one, and parted: what readers did follows, and moderators can undo it."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from broadsheet.community.actions import recount_comments, recount_votes
from broadsheet.community.limits import Refused
from broadsheet.community.models import Kind
from broadsheet.community.moderation import decide
from broadsheet.papers import joining, rows
from broadsheet.papers.facts import contradict, may_be_one
from broadsheet.papers.joining import CannotError
from broadsheet.papers.kinds import Why
from broadsheet.papers.models import Paper
from broadsheet.papers.works import Joining
from broadsheet.readers.models import Reader


def join(moderator: Reader, kept: int, gone: int, reason: str) -> Joining:
    """Make the paper `gone` a part of `kept`, by a moderator's decision. Raises Refused."""
    with transaction.atomic():
        decide(moderator, Kind.JOIN, reason, paper_id=kept)
        return _joined(kept, gone, Why.CHOSEN)


def part(moderator: Reader, joining_id: int, reason: str) -> Paper:
    """Undo a joining; the paper that stands by itself again. Raises Refused."""
    with transaction.atomic():
        known = Joining.objects.filter(pk=joining_id).first()
        if not known:
            raise Refused("There is nothing to part at this address.", 404)
        decide(moderator, Kind.PART, reason, paper_id=known.paper_id)
        try:
            gone = joining.part(joining_id)
        except CannotError as reason_not:
            raise Refused(str(reason_not), 400) from None
        _recount(known.paper_id, gone)
    return Paper.objects.get(pk=gone)


def join_one_work(one: int, other: int, why: Why) -> bool:
    """Make one paper of two that are one work by what sources say (NAMED) or their texts (ALIKE);
    whether that was done.

    Two papers with different arXiv ids or publishers' DOIs are left as they are, and what a
    moderator parted stays apart.
    """
    with transaction.atomic():
        facts = rows.load([one, other])
        if len(facts) < 2 or contradict(facts[one], facts[other]) or _was_parted(one, other):
            return False
        if why == Why.NAMED and not may_be_one(facts[one], facts[other]):
            return False
        kept, gone = (other, one) if facts[other].arxiv_id else (one, other)
        _joined(kept, gone, why)
    return True


def _was_parted(one: int, other: int) -> bool:
    either = Q(paper_id=one, gone_id=other) | Q(paper_id=other, gone_id=one)
    return Joining.objects.filter(either).exclude(parted_at=None).exists()


def _joined(kept: int, gone: int, why: Why) -> Joining:
    try:
        made = joining.join(kept, gone, why)
    except CannotError as reason:
        raise Refused(str(reason), 400) from None
    _recount(kept)
    return made


def _recount(*papers: int) -> None:
    for paper_id in papers:
        recount_votes(paper_id)
        recount_comments(paper_id)
