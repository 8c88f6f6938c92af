"""Papers as values, for the tests of what is made of them."""

from __future__ import annotations

from datetime import date
from typing import Any

from broadsheet.exports.whole import Whole
from broadsheet.papers.records import Link, LinkKind


def paper(**facts: Any) -> Whole:
    """A paper of which little is known but what is given."""
    slug = facts.get("arxiv_id") or "b7"
    defaults: dict[str, Any] = {"slug": slug, "address": f"/papers/{slug}", "title": "Rivers"}
    return Whole(**(defaults | {"published": date(2024, 1, 2)} | facts))


def full(**facts: Any) -> Whole:
    """A paper of which everything is known."""
    known: dict[str, Any] = {
        "arxiv_id": "2401.01234",
        "doi": "10.1000/rivers",
        "title": "Rivers in $\\mathbb{R}^2$",
        "abstract": "One.\n\nTwo of $x_1$.",
        "summary": "In short.",
        "summary_by": "the shelf",
        "authors": ("Zoë van der Example", "B. Sample Jr.", "The Rivers Collaboration", "样本"),
        "categories": ("math.DS", "cs.LG"),
        "keywords": ("rivers", "dams"),
        "organization": "Institute of Rivers",
        "updated": date(2024, 3, 4),
        "votes": 12,
        "links": (Link(LinkKind.CODE, "https://github.com/example/rivers"),),
        "journal_ref": "J. Rivers 1 (2024)",
    }
    return paper(**(known | facts))
