"""What the page of a paper shows to one reader alone: state of reading, and a note."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.middleware.csrf import get_token
from markupsafe import Markup

from broadsheet.community.desks import Note, Reading, State
from broadsheet.papers.models import Paper
from broadsheet.web.comment_text import html

STATES = State.choices


@dataclass(frozen=True, slots=True)
class Desk:
    """What the page of a paper shows to one reader alone."""

    state: str
    note: Markup
    text: str
    token: str


def desk(request: HttpRequest, paper: Paper) -> Desk | None:
    """Two queries; for visitors none."""
    if not request.user.is_authenticated:
        return None
    mine = Reading.objects.filter(reader_id=request.user.pk, paper=paper)
    notes = Note.objects.filter(reader_id=request.user.pk, paper=paper)
    state = mine.values_list("state", flat=True).first() or ""
    text = notes.values_list("text", flat=True).first() or ""
    return Desk(state, html(text) if text else Markup(), text, get_token(request))
