"""What a list or a page needs so that its reader can vote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import NoReverseMatch, reverse
from markupsafe import Markup

from broadsheet.community import marks
from broadsheet.papers.models import Paper
from broadsheet.web.sheets import Blank, Filling, Place, show_papers

STANDS = {
    False: Markup('value="cast" aria-pressed="false"'),
    True: Markup('value="withdraw" aria-pressed="true"'),
}
"""What the button of a paper is told, by whether its reader has voted."""


@dataclass(frozen=True, slots=True)
class Ballot:
    here: str
    """Where the reader comes back to without JavaScript."""
    token: str = ""
    """Against requests from other sites; empty for visitors, who cannot vote."""
    sign_in: str = ""
    """Where a visitor becomes a reader; empty where the site has no such page."""
    voted: frozenset[int] = frozenset()

    def stands(self, paper: Paper) -> Markup:
        return STANDS[paper.id in self.voted]


@dataclass(frozen=True, slots=True)
class OpenBallot(Ballot):
    """Of a sheet, for whoever reads it."""

    sheet: Blank = field(kw_only=True)

    def stands(self, paper: Paper) -> Markup:
        return self.sheet.place(_stands(paper.id))


def ballot(request: HttpRequest, papers: Sequence[Paper]) -> Ballot:
    """For these papers, in one query; for visitors in none."""
    here = request.get_full_path()
    show_papers(request, papers)
    if isinstance(request, Blank) and request.is_for_readers:
        return OpenBallot(here, request.place(_token), sheet=request)
    if not request.user.is_authenticated:
        return Ballot(here, sign_in=sign_in(here))
    voted = marks.voted_for(request.user.pk, [paper.id for paper in papers])
    return Ballot(here, get_token(request), voted=voted)


def _stands(paper_id: int) -> Place:
    return lambda filling: STANDS[paper_id in filling.voted]


def _token(filling: Filling) -> str:
    return filling.token


def sign_in(here: str) -> str:
    """The page to sign in, with the way back; empty while there is none."""
    try:
        return f"{reverse('account_login')}?{urlencode({'next': here})}"
    except NoReverseMatch:
        return ""
