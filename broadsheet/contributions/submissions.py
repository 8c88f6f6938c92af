"""Putting a paper on today's page: once a paper, within a window, so many a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from broadsheet.community.actions import add_comment
from broadsheet.community.limits import Refused, admitted, share
from broadsheet.contributions.addresses import checked
from broadsheet.contributions.curation import in_words
from broadsheet.contributions.models import Chosen, Submission
from broadsheet.notices.following import listen
from broadsheet.papers.actions import Stood, add_link, put_on_day
from broadsheet.papers.kinds import DayBasis
from broadsheet.papers.models import Paper
from broadsheet.papers.records import Link, LinkKind
from broadsheet.readers.models import Reader

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a paper cannot be submitted, in a sentence, and the day on whose page it is."""

    sentence: str
    day: date | None = None
    status: int = 403


def submit(reader: Reader, paper_id: int, note: str = "", media: str = "") -> Submission:
    """Put a paper on today's page; a note becomes the reader's comment. Raises Refused."""
    media = checked(media) if media.strip() else ""
    today, now = timezone.localdate(), timezone.now()
    with transaction.atomic():
        reader = admitted(reader, now)
        _refuse_enough(reader, now)
        stood = put_on_day(paper_id, today, DayBasis.CHOSEN)
        if not stood:
            raise Refused("This paper is no longer here.", 404)
        paper = Paper.objects.get(id=paper_id)
        if found := obstacle(paper, stood, today):
            raise Refused(found.sentence, found.status)
        Chosen.objects.create(
            paper=paper,
            day=today,
            by=reader,
            is_curated=False,
            at=now,
            former_day=stood.day,
            former_basis=stood.basis,
        )
        made = Submission.objects.create(paper=paper, reader=reader, at=now, day=today, media=media)
        listen(reader, paper)
        if media:
            add_link(paper_id, Link(LinkKind.MEDIA, media))
        if note.strip():
            add_comment(reader, paper_id, note)
    return made


def before(reader: Reader, paper: Paper) -> Obstacle | None:
    """What stands against the reader's submitting this paper now."""
    today, now = timezone.localdate(), timezone.now()
    if found := obstacle(paper, Stood(paper.day, paper.day_basis), today):
        return found
    try:
        _refuse_enough(reader, now)
    except Refused as reason:
        return Obstacle(reason.message, status=reason.status)
    return None


def obstacle(paper: Paper, stood: Stood, today: date) -> Obstacle | None:
    """What stands against anybody's submitting it, who may have stood on another day before."""
    days = settings.SUBMISSION_DAYS
    if known := Submission.objects.filter(paper=paper).first():
        return Obstacle(
            f"This paper was submitted already, on {in_words(known.day)}.", known.day, 409
        )
    if stood.day and stood.basis == DayBasis.CHOSEN:
        return Obstacle(
            f"This paper was chosen for a day already: {in_words(stood.day)}.", stood.day, 409
        )
    if stood.day == today:
        return Obstacle("This paper stands on today’s page already.", today, 409)
    if paper.withdrawn:
        return Obstacle("This paper has been withdrawn by its authors.")
    if not paper.published:
        return Obstacle("When this paper was published is not known, so it cannot be submitted.")
    if today - paper.published > timedelta(days=days):
        return Obstacle(
            f"This paper was published on {in_words(paper.published)}; papers can be submitted for "
            f"{days} days after their publication. It can be found by the search all the same."
        )
    return None


def _refuse_enough(reader: Reader, now: datetime) -> None:
    most = settings.SUBMISSIONS_A_DAY and share(settings.SUBMISSIONS_A_DAY, reader, now)
    recent = Submission.objects.filter(reader=reader, at__gt=now - DAY).count()
    if recent >= most:
        times = "once" if most == 1 else f"{most} times"
        told = f"You can submit {times} a day." if most else "Nobody can submit papers here."
        raise Refused(f"{told} Please come back later." if most else told, 429)
