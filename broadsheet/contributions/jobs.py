"""Background work: look-ups whose source did not answer, papers that were moved away, and readers
who are told of submissions."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from broadsheet.community.limits import Refused
from broadsheet.contributions import lookups
from broadsheet.contributions.models import Chosen, Lookup, Submission
from broadsheet.notices.following import followers
from broadsheet.notices.models import Kind
from broadsheet.notices.telling import Telling, notify, tell
from broadsheet.papers.actions import put_on_day
from broadsheet.papers.kinds import DayBasis
from broadsheet.papers.models import Paper
from broadsheet.papers.text import plain

AT_ONCE = 20
CLAIMED = timedelta(minutes=5)
"""For so long no other process tries the same look-up."""


def follow_up() -> None:
    look_again()
    keep_days()
    tell_of_submissions()
    lookups.forget(timezone.now())


def look_again() -> int:
    """Ask again for papers whose source did not answer; returns how many came."""
    now, found = timezone.now(), 0
    for lookup in Lookup.objects.due(now)[:AT_ONCE]:
        mine = Lookup.objects.waiting().filter(pk=lookup.pk, next_try=lookup.next_try)
        if not mine.update(next_try=now + CLAIMED):
            continue  # another worker was quicker
        try:
            _tell(lookup, lookups.answered(lookup))
            found += 1
        except Refused:
            lookup.refresh_from_db()
            lookups.give_up(lookup)
    return found


def _tell(lookup: Lookup, paper: Paper) -> None:
    subject = f"“{plain(paper.title)[:120]}” was found; you can submit it now."
    address = f"/submit?paper={paper.slug}"
    notify(lookup.reader, Kind.CLAIM, subject, address, mark=f"lookup-{lookup.pk}")


def tell_of_submissions() -> int:
    """Tell those who follow a reader what that reader submitted; returns how many papers."""
    untold = list(Submission.objects.untold()[:AT_ONCE])
    for submission in untold:
        _tell_followers(submission)
        Submission.objects.filter(pk=submission.pk).update(is_told=True)
    return len(untold)


def _tell_followers(submission: Submission) -> None:
    by, paper = submission.reader, submission.paper
    if not by:
        return
    telling = Telling(
        kind=Kind.PERSON,
        subject=f"{by} submitted “{plain(paper.title)[:120]}”",
        address=reverse("paper", args=[paper.slug]),
        actor=by,
        mark=f"submission-{paper.pk}",
    )
    tell(followers(by, "papers"), telling)


def keep_days() -> int:
    """Put papers back on the day that was chosen here, from which a source's telling moved them;
    returns how many."""
    astray = list(Chosen.objects.astray().values_list("paper_id", flat=True)[:500])
    for paper_id in astray:
        with transaction.atomic():
            chosen = Chosen.objects.filter(paper_id=paper_id).first()
            if chosen:
                put_on_day(paper_id, chosen.day, DayBasis.CHOSEN)
    return len(astray)
