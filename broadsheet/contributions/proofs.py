"""What shows by itself that a reader is an author: an address or an ORCID that they control.

Crossref and OpenAlex tell the ORCID of authors, OpenReview the e-mail addresses of some, of which
a hash is kept. arXiv and the others tell neither, so for their papers a moderator has to decide.
"""

from __future__ import annotations

from typing import NamedTuple

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount

from broadsheet.contributions.models import Way
from broadsheet.papers.models import Authorship, Sighting
from broadsheet.papers.text import title_key
from broadsheet.readers.models import Reader
from broadsheet.sources.authorship import address_hash


class Proof(NamedTuple):
    way: Way
    author: Authorship


def proof(reader: Reader, paper_id: int) -> Proof | None:
    """Which author of a paper the reader is shown to be; None where nothing shows it."""
    orcids = SocialAccount.objects.filter(user=reader, provider="orcid")
    emails = EmailAddress.objects.filter(user=reader, verified=True)
    mine = {
        "orcids": (Way.ORCID, set(orcids.values_list("uid", flat=True))),
        "emails": (
            Way.EMAIL,
            {address_hash(one) for one in emails.values_list("email", flat=True)},
        ),
    }
    authors = list(Authorship.objects.filter(paper_id=paper_id).order_by("position"))
    for told in Sighting.objects.filter(paper_id=paper_id).values_list("told", flat=True):
        for where, (way, ids) in mine.items():
            for name in _names(told.get(where), ids):
                if author := _author(name, authors):
                    return Proof(way, author)
    return None


def _names(told: object, ids: set[str]) -> list[str]:
    """The names that a source gives to these ids."""
    return [str(told[one]) for one in sorted(ids & told.keys())] if isinstance(told, dict) else []


def _author(name: str, authors: list[Authorship]) -> Authorship | None:
    """The author of this name, or the only one with its family name and first letter."""
    same = [one for one in authors if one.key == title_key(name)]
    if not same:
        same = [one for one in authors if _brief(one.name) == _brief(name)]
    return same[0] if len(same) == 1 else None


def _brief(name: str) -> tuple[str, str]:
    *given, family = name.casefold().split() or [""]
    return family, given[0][:1] if given else ""
