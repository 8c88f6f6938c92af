"""Papers of several sources that are one work become one paper."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from broadsheet.community.merging import join_one_work
from broadsheet.papers.facts import PREPRINT_DOIS
from broadsheet.papers.kinds import Scheme, Why
from broadsheet.papers.models import Identifier
from broadsheet.papers.works import Twin
from broadsheet.search.models import SameWork

MOST = 100
"""Pairs of each kind that are judged in one go."""


def join_next() -> int:
    """Judge the next pairs; how many became one paper."""
    return _twins() + _alike()


def _twins() -> int:
    """Pairs to which a source has given the identifiers of one work."""
    done = 0
    for twin in Twin.objects.order_by("one_id", "other_id")[:MOST]:
        done += join_one_work(twin.one_id, twin.other_id, Why.NAMED)
        Twin.objects.filter(one_id=twin.one_id, other_id=twin.other_id).delete()
    return done


def _alike() -> int:
    """Pairs that are linked as one work by their texts, where one is known by its title only or
    by a DOI that the other lacks. Two arXiv papers stay two, and linked."""
    here = Q(earlier__slug__startswith="b") | Q(later__slug__startswith="b")
    pairs = SameWork.objects.filter(here).exclude(_published("earlier"), _published("later"))
    newest = pairs.order_by("-later_id", "earlier_id").values_list("earlier_id", "later_id")[:MOST]
    return sum(join_one_work(one, other, Why.ALIKE) for one, other in list(newest))


def _published(side: str) -> Exists:
    """That this one of a pair has a publisher's DOI."""
    named = Identifier.objects.filter(paper_id=OuterRef(f"{side}_id"), scheme=Scheme.DOI)
    for beginning in PREPRINT_DOIS:
        named = named.exclude(value__startswith=beginning)
    return Exists(named)
