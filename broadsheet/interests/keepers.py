"""Which papers readers keep, as far as the picks of others may learn from it.

What a reader votes for, saves, lists or calls "more like this" counts alike. Nobody takes part who
does not want to, is banned, is marked as spam or joined only now; nor do papers that fewer than a
few readers keep, from which one reader could be guessed.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import numpy as np
from django.db.models import QuerySet
from django.utils import timezone
from numpy.typing import NDArray

from broadsheet.community.desks import Reading
from broadsheet.community.models import Ban, Vote
from broadsheet.community.oddities import doubtful
from broadsheet.community.shelves import Item
from broadsheet.integrity.models import SpamMark
from broadsheet.interests.models import Apart, Example, Verdict
from broadsheet.readers.models import Reader

ENOUGH = 3
"""Fewer readers than these are not told of, nor learned from: they could be guessed."""
SETTLED = timedelta(days=7)
"""How old an account has to be, so that many cannot be made for a day's pull."""
MOST_EACH = 500
"""Papers of one reader that count, the newest ones: nobody has more pull than that."""
MOST_PAPERS = 20_000
"""Papers that are learned from, those that most readers keep."""
MOST_ROWS = 2_000_000
"""Rows of each table that are looked at, the newest: 16 bytes of memory each."""

Pairs = NDArray[np.int64]


def readers() -> QuerySet[Reader]:
    """Those from whom others' picks may learn."""
    now = timezone.now()
    return (
        Reader.objects.filter(is_active=True, date_joined__lte=now - SETTLED)
        .exclude(pk__in=Apart.objects.values("reader"))
        .exclude(pk__in=Ban.objects.in_force(now).values("reader"))
        .exclude(pk__in=SpamMark.objects.values("reader"))
    )


def libraries() -> dict[int, list[int]]:
    """For each reader who takes part the ids of papers that are kept, each of them by several."""
    pairs = _pairs()
    pairs = pairs[_is_among(pairs[:, 0], readers().values_list("pk", flat=True))]
    pairs = _newest_of_each(pairs)
    papers, often = np.unique(pairs[:, 1], return_counts=True)
    most = np.argsort(-often, kind="stable")[:MOST_PAPERS]
    known = papers[most[often[most] >= ENOUGH]]
    found: dict[int, list[int]] = {}
    for reader, paper in pairs[np.isin(pairs[:, 1], known)].tolist():
        found.setdefault(reader, []).append(paper)
    return found


def _pairs() -> Pairs:
    """Reader and paper of all that is kept, [pairs, 2], each pair once, by reader and paper."""
    votes = Vote.objects.counted().order_by("-cast_at").values_list("reader_id", "paper_id")
    items = Item.objects.order_by("-paper_id").values_list("collection__owner_id", "paper_id")
    listed = Reading.objects.order_by("-since").values_list("reader_id", "paper_id")
    liked = Example.objects.here().filter(verdict=Verdict.MORE).order_by("-at", "-id")
    told = liked.values_list("interest__reader_id", "paper_id")
    cast = _honest(_read(votes))
    saved = [_read(rows) for rows in (items, listed, told)]
    return np.unique(np.concatenate([cast, *saved]), axis=0)


def _read(rows: QuerySet[Any, Any]) -> Pairs:
    numbers: array[int] = array("q")
    for reader, paper in rows[:MOST_ROWS].iterator(chunk_size=10_000):
        numbers.extend((reader, paper))
    return np.array(numbers, np.int64).reshape(-1, 2)


def _honest(votes: Pairs) -> Pairs:
    """Without votes that look odd in more than one way."""
    papers, often = np.unique(votes[:, 1], return_counts=True)
    odd = doubtful(papers[often >= ENOUGH].tolist())
    keep = [(paper, reader) not in odd for reader, paper in votes.tolist()] if odd else slice(None)
    return votes[keep]


def _is_among(ids: Pairs, known: Iterable[int]) -> NDArray[np.bool_]:
    return np.isin(ids, np.fromiter(known, np.int64))


def _newest_of_each(pairs: Pairs) -> Pairs:
    """At most so many of each reader; `pairs` are by reader and paper."""
    _, sizes = np.unique(pairs[:, 0], return_counts=True)
    ends = np.repeat(np.cumsum(sizes), sizes)
    return pairs[ends - np.arange(len(pairs)) <= MOST_EACH]
