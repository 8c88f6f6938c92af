"""What a reader brought, as files to take away; and what becomes of it when they leave."""

from __future__ import annotations

from collections.abc import Iterator

from broadsheet.community.models import Moved
from broadsheet.contributions.models import AuthorLink, Chosen, Claim, Lookup, Submission
from broadsheet.readers.models import Reader
from broadsheet.readers.takeout import File, as_json


def brought(reader: Reader) -> Iterator[File]:
    """Submissions, look-ups, claims, links, and days chosen as a curator."""
    paper = ("paper__slug", "paper__title")
    submitted = Submission.objects.filter(reader=reader).order_by("at")
    yield as_json("submissions.json", list(submitted.values(*paper, "day", "media", "at")))
    looked_up = Lookup.objects.filter(reader=reader).order_by("at")
    yield as_json("lookups.json", list(looked_up.values("scheme", "value", "outcome", "at")))
    claimed = Claim.objects.filter(reader=reader).order_by("asked_at")
    told = ("author", "state", "way", "words", "times", "asked_at", "decided_at", "reason")
    yield as_json("claims.json", list(claimed.values(*paper, *told)))
    links = AuthorLink.objects.filter(by=reader).order_by("at")
    yield as_json("links.json", list(links.values(*paper, "kind", "url", "at", "ended_at")))
    days = Chosen.objects.filter(by=reader, is_curated=True).order_by("at")
    yield as_json("curated.json", list(days.values(*paper, "day", "at")))


def leave(reader: Reader) -> None:
    """Before an account is deleted: pages that name it are made anew. Papers stay on their days
    without its name; its claims end with it."""
    submitted = Submission.objects.filter(reader=reader).values_list("paper_id", flat=True)
    claimed = Claim.objects.filter(reader=reader).values_list("paper_id", flat=True)
    curated = Chosen.objects.filter(by=reader).values_list("paper_id", flat=True)
    Moved.objects.bulk_create(
        Moved(paper_id=paper_id) for paper_id in {*submitted, *claimed, *curated}
    )
