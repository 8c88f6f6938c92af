"""Links that authors set on their papers: code, project page, video."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from broadsheet.community.limits import Refused, admitted
from broadsheet.contributions.addresses import checked
from broadsheet.contributions.crediting import author_links
from broadsheet.contributions.models import AuthorLink, Claim
from broadsheet.papers.actions import add_link, drop_link, locked_counter
from broadsheet.papers.models import Paper
from broadsheet.papers.records import Link, LinkKind
from broadsheet.readers.models import Reader

KINDS = (LinkKind.CODE, LinkKind.PROJECT, LinkKind.MEDIA)
A_DAY = 100
DAY = timedelta(days=1)


def set_links(reader: Reader, paper_id: int, wanted: Mapping[LinkKind, str]) -> list[LinkKind]:
    """Set the links of these kinds, or take back where one is empty; kinds that are not named
    stay. Returns those that changed. Only confirmed authors may; raises Refused."""
    told = {kind: checked(url) if url.strip() else "" for kind, url in wanted.items()}
    now = timezone.now()
    with transaction.atomic():
        reader = admitted(reader, now)
        locked_counter()
        if not Paper.objects.filter(id=paper_id).exists():
            raise Refused("This paper is no longer here.", 404)
        if not is_author(reader, paper_id):
            raise Refused("Only an author who claimed this paper can set its links.")
        if AuthorLink.objects.filter(by=reader, at__gt=now - DAY).count() >= A_DAY:
            raise Refused("That is enough for one day. Please come back later.", 429)
        before = author_links([paper_id])[paper_id]
        changed = [kind for kind, url in told.items() if url != before.get(kind, "")]
        for kind in changed:
            _set(reader, paper_id, kind, told[kind])
    return changed


def is_author(reader: Reader, paper_id: int) -> bool:
    return Claim.objects.confirmed().filter(paper_id=paper_id, reader=reader).exists()


def _set(reader: Reader, paper_id: int, kind: LinkKind, url: str) -> None:
    now = timezone.now()
    old = AuthorLink.objects.standing().filter(paper_id=paper_id, kind=kind).first()
    if old and old.is_new:
        drop_link(paper_id, old.url)
    is_new = bool(url) and add_link(paper_id, Link(kind, url))
    AuthorLink.objects.standing().filter(paper_id=paper_id, kind=kind).update(ended_at=now)
    if url:
        AuthorLink.objects.create(
            paper_id=paper_id, kind=kind.value, url=url, by=reader, at=now, is_new=is_new
        )
