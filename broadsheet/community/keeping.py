"""Writing what a reader keeps alone: states of reading, notes, what the profile shows."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from broadsheet.community.actions import lock_paper
from broadsheet.community.desks import LONGEST_NOTE, Note, Reading, Showing, State
from broadsheet.community.limits import Refused, spend
from broadsheet.community.models import Moved, Verb, Vote
from broadsheet.readers.models import Reader

MOST_READINGS = 10_000
MOST_NOTES = 10_000


def set_state(reader: Reader, paper_id: int, state: str) -> None:
    """Put a paper on the reading list, or take it off with an empty state. Raises Refused."""
    if state and state not in State.values:
        raise Refused("Please choose to read, reading or read.", 400)
    with transaction.atomic():
        act = spend(reader, Verb.KEEP, paper_id)
        mine = Reading.objects.filter(reader=reader)
        if not state:
            mine.filter(paper_id=paper_id).delete()
            return
        lock_paper(paper_id)
        if not mine.filter(paper_id=paper_id).exists() and mine.count() >= MOST_READINGS:
            raise Refused(f"A reading list can have {MOST_READINGS:,} papers.")
        if not mine.filter(paper_id=paper_id, state=state).exists():
            new = {"state": state, "since": act.at}
            Reading.objects.update_or_create(reader=reader, paper_id=paper_id, defaults=new)


def write_note(reader: Reader, paper_id: int, text: str) -> None:
    """Keep a note on a paper instead of the one before; an empty one removes it. Raises Refused."""
    text = text.replace("\0", "").replace("\r\n", "\n").strip()
    if len(text) > LONGEST_NOTE:
        raise Refused(f"A note can have {LONGEST_NOTE:,} characters, not {len(text):,}.", 400)
    with transaction.atomic():
        spend(reader, Verb.KEEP, paper_id)
        mine = Note.objects.filter(reader=reader)
        if not text:
            mine.filter(paper_id=paper_id).delete()
            return
        lock_paper(paper_id)
        if not mine.filter(paper_id=paper_id).exists() and mine.count() >= MOST_NOTES:
            raise Refused(f"One reader can have {MOST_NOTES:,} notes.")
        new = {"text": text, "written_at": timezone.now()}
        Note.objects.update_or_create(reader=reader, paper_id=paper_id, defaults=new)


def showing(reader: Reader) -> Showing:
    """What a reader's profile shows; a new one shows no votes."""
    return Showing.objects.filter(reader=reader).first() or Showing(reader=reader)


def show(reader: Reader, wanted: dict[str, bool]) -> None:
    """Choose what the profile shows. Pages of papers on which the reader's name stands, or now
    does, follow."""
    with transaction.atomic():
        Showing.objects.update_or_create(reader=reader, defaults=wanted)
        voted = Vote.objects.filter(reader=reader).values_list("paper_id", flat=True)
        Moved.objects.bulk_create(Moved(paper_id=paper_id) for paper_id in voted)
