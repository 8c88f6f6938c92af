"""Decisions told to whoever asked for them."""

from __future__ import annotations

from django.urls import reverse

from broadsheet.contributions.models import Claim, State
from broadsheet.notices.models import Kind
from broadsheet.notices.telling import notify
from broadsheet.papers.text import plain


def claim_decided(claim_id: int) -> bool:
    """Tell a reader what a moderator decided about a claim; each decision once."""
    claim = Claim.objects.select_related("reader", "paper").get(pk=claim_id)
    title = plain(claim.paper.title)
    title = title if len(title) <= 120 else f"{title[:119]}…"
    if claim.state == State.CONFIRMED:
        told = f"You stand as an author of “{title}” now"
    else:
        told = f"Your claim of “{title}” was refused: {claim.reason}"
    return notify(
        claim.reader,
        Kind.CLAIM,
        told,
        reverse("paper", args=[claim.paper.slug]),
        mark=f"claim-{claim.pk}-{claim.decided_at.isoformat() if claim.decided_at else ''}",
    )
