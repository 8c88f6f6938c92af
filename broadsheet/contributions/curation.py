"""Curators: who they are, and the papers that they put on a day."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from broadsheet.community.limits import Refused, admitted
from broadsheet.community.models import Decision, Kind
from broadsheet.community.moderation import curated, decide, reader_called
from broadsheet.contributions.models import Chosen, Curator, Submission
from broadsheet.papers.actions import drop_link, put_on_day
from broadsheet.papers.kinds import DayBasis
from broadsheet.readers.models import Reader

AHEAD = timedelta(days=31)
"""How far in the future a day can be chosen."""
FIRST = date(1990, 1, 1)


def appoint(moderator: Reader, handle: str, reason: str) -> Decision:
    """Let a reader put papers on any day. Raises Refused, as everything below does."""
    with transaction.atomic():
        reader = reader_called(handle)
        _, is_new = Curator.objects.get_or_create(reader=reader, defaults={"since": timezone.now()})
        if not is_new:
            raise Refused(f"{reader.username} is a curator already.", 409)
        return decide(moderator, Kind.CURATOR, reason, handle=reader.username)


def dismiss(moderator: Reader, handle: str, reason: str) -> Decision:
    """End it; what the reader put on days stays there."""
    with transaction.atomic():
        reader = reader_called(handle)
        if not Curator.objects.filter(reader=reader).delete()[0]:
            raise Refused(f"{reader.username} is no curator.", 409)
        return decide(moderator, Kind.CURATOR_END, reason, handle=reader.username)


def is_curator(reader: Reader) -> bool:
    return Curator.objects.filter(reader=reader, reader__is_active=True).exists()


def place(curator: Reader, paper_id: int, day: date, reason: str = "") -> Decision:
    """Put a paper on the page of a day, or move it to another."""
    now = timezone.now()
    if not FIRST <= day <= timezone.localdate() + AHEAD:
        raise Refused(f"Choose a day from {FIRST} to {AHEAD.days} days from now.", 400)
    with transaction.atomic():
        curator = _admitted(curator)
        stood = put_on_day(paper_id, day, DayBasis.CHOSEN)
        if not stood:
            raise Refused("This paper is no longer here.", 404)
        known, is_new = Chosen.objects.get_or_create(
            paper_id=paper_id,
            defaults={
                "day": day,
                "by": curator,
                "is_curated": True,
                "at": now,
                "former_day": stood.day,
                "former_basis": stood.basis,
            },
        )
        if not is_new:
            known.day, known.by, known.is_curated, known.at = day, curator, True, now
            known.save(update_fields=["day", "by", "is_curated", "at"])
        return curated(curator, Kind.PLACE, f"{in_words(day)}. {reason}", paper_id)


def take_away(curator: Reader, paper_id: int, reason: str) -> Decision:
    """Let a paper stand again where it stood before somebody here chose a day for it."""
    with transaction.atomic():
        curator = _admitted(curator)
        known = Chosen.objects.filter(paper_id=paper_id).first()
        if not known:
            raise Refused("Nobody here has put this paper on a day.", 409)
        put_on_day(paper_id, known.former_day, known.former_basis)
        if media := Submission.objects.filter(paper_id=paper_id).exclude(media="").first():
            drop_link(paper_id, media.media)
        known.delete()
        return curated(curator, Kind.UNPLACE, reason, paper_id)


def _admitted(curator: Reader) -> Reader:
    if not is_curator(curator):
        raise Refused("Only curators can do this.")
    return admitted(curator, timezone.now())


def in_words(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"
