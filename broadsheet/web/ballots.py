"""What a list or a page needs so that its reader can vote."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import NoReverseMatch, reverse

from broadsheet.community import marks
from broadsheet.papers.models import Paper


@dataclass(frozen=True, slots=True)
class Ballot:
    here: str
    """Where the reader comes back to without JavaScript."""
    token: str = ""
    """Against requests from other sites; empty for visitors, who cannot vote."""
    sign_in: str = ""
    """Where a visitor becomes a reader; empty where the site has no such page."""
    voted: frozenset[int] = frozenset()


def ballot(request: HttpRequest, papers: Iterable[Paper]) -> Ballot:
    """For these papers, in one query; for visitors in none."""
    here = request.get_full_path()
    if not request.user.is_authenticated:
        return Ballot(here, sign_in=sign_in(here))
    voted = marks.voted_for(request.user.pk, [paper.id for paper in papers])
    return Ballot(here, get_token(request), voted=voted)


def sign_in(here: str) -> str:
    """The page to sign in, with the way back; empty while there is none."""
    try:
        return f"{reverse('account_login')}?{urlencode({'next': here})}"
    except NoReverseMatch:
        return ""
