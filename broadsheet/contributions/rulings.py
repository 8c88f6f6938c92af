"""What moderators and curators write into the public log."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from broadsheet.community.limits import Refused
from broadsheet.contributions.models import LONGEST_REASON, Kind, Ruling
from broadsheet.readers.models import Reader


def moderators_alone(reader: Reader) -> None:
    """Raises Refused for everybody else."""
    if not reader.is_staff or not reader.is_active:
        raise Refused("Only moderators can do this.")


def rule(
    by: Reader,
    kind: Kind,
    reason: str,
    *,
    paper_id: int | None = None,
    handle: str = "",
    day: date | None = None,
) -> Ruling:
    return Ruling.objects.create(
        by=by,
        kind=kind,
        reason=reason,
        at=timezone.now(),
        paper_id=paper_id,
        handle=handle,
        day=day,
    )


def said(reason: str, *, required: bool = True) -> str:
    """A reason as it is kept. Raises Refused where there is none."""
    text = " ".join(reason.replace("\0", "").split())
    if required and not text:
        raise Refused("Please say why: the reason is part of the public log.", 400)
    return text[:LONGEST_REASON]


def reader_called(handle: str) -> Reader:
    """The reader with this handle. Raises Refused."""
    known = Reader.objects.filter(username=handle.replace("\0", "").strip().lstrip("@"))
    found = known.filter(is_active=True).first()
    if not found:
        raise Refused(f"Nobody here is called {handle[:80]}.", 404)
    return found
