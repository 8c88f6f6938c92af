"""What looks odd about the votes of a paper, in plain words, with the votes that look so.

Nothing here proves anything or changes a number: it shows moderators where to look. What is looked
at is votes of the last two weeks that count.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils import timezone

from broadsheet.community.models import Vote, VoteQuerySet
from broadsheet.integrity.models import Trace, Uncounted

SINCE = timedelta(days=14)
FEWEST = 3
"""Votes that make a pattern; two friends who read the same paper make none."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BURST = 8
"""Votes in one hour that are a burst, where they are most of the paper's votes."""
MOST_PAPERS = 300
"""Papers that are looked through, those with most votes first."""
AT_ONCE = 1_000
"""Papers whose votes are in memory together where all are looked through."""


@dataclass(frozen=True, slots=True)
class Cast:
    """One vote and what is known of it."""

    reader_id: int
    handle: str
    at: datetime
    joined: datetime
    invited_by: int | None
    network: str = ""
    """A hash that compares with others of the same week; empty where nothing is known."""
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Oddity:
    name: str
    sentence: str
    readers: frozenset[int]


@dataclass(frozen=True, slots=True)
class Report:
    paper_id: int
    casts: list[Cast]
    oddities: list[Oddity]


def odd_papers() -> list[Report]:
    """Papers whose votes look odd, those with most to say about them first; four queries."""
    recent = Vote.objects.counted().filter(cast_at__gt=timezone.now() - SINCE)
    many = recent.values("paper_id").annotate(votes=Count("reader_id")).filter(votes__gte=FEWEST)
    papers = [row["paper_id"] for row in many.order_by("-votes", "-paper_id")[:MOST_PAPERS]]
    reports = [
        Report(paper, casts, oddities(casts)) for paper, casts in _casts(papers, recent).items()
    ]
    odd = [report for report in reports if report.oddities]
    return sorted(odd, key=lambda it: (len(it.oddities), len(it.casts)), reverse=True)


def votes_of(paper_id: int) -> Report:
    """All votes of one paper, also those that do not count, and what looks odd about the others."""
    casts = _casts([paper_id], Vote.objects.all()).get(paper_id, [])
    since = timezone.now() - SINCE
    return Report(paper_id, casts, oddities([it for it in casts if it.counts and it.at > since]))


def doubtful(papers: Sequence[int]) -> set[tuple[int, int]]:
    """Paper and reader of votes, of whatever age, that look odd in two ways at once, but for the
    first such vote of each paper. Of one way alone friends and colleagues are a likely cause."""
    found: set[tuple[int, int]] = set()
    for start in range(0, len(papers), AT_ONCE):
        some = papers[start : start + AT_ONCE]
        for paper, casts in _casts(some, Vote.objects.counted()).items():
            ways = Counter(reader for odd in oddities(casts) for reader in odd.readers)
            twice = [cast.reader_id for cast in casts if ways[cast.reader_id] > 1]
            found.update((paper, reader) for reader in twice[1:])
    return found


def oddities(casts: Sequence[Cast]) -> list[Oddity]:
    """What looks odd about these votes for one paper, in the order in which they were cast."""
    found = (_network(casts), _minute(casts), _chain(casts), _burst(casts), _newcomers(casts))
    return [oddity for oddity in found if oddity]


def _network(casts: Sequence[Cast]) -> Oddity | None:
    together = _largest(_grouped(casts))
    if len(together) < FEWEST:
        return None
    told = f"{len(together)} of {len(casts)} votes came from one network within a week. "
    told += "A university, an office or a provider of mobile phones can be one network."
    return Oddity("Same network", told, _readers(together))


def _grouped(casts: Iterable[Cast]) -> list[list[Cast]]:
    groups: defaultdict[str, list[Cast]] = defaultdict(list)
    for cast in casts:
        if cast.network:
            groups[cast.network].append(cast)
    return list(groups.values())


def _minute(casts: Sequence[Cast]) -> Oddity | None:
    together = _densest(casts, MINUTE)
    if len(together) < FEWEST:
        return None
    seconds = (together[-1].at - together[0].at).total_seconds()
    told = f"{len(together)} readers voted within {seconds:.0f} seconds, "
    told += f"on {together[0].at:%d %B at %H:%M} UTC. "
    told += "A link in a group or a class in one room can do that too."
    return Oddity("Same minute", told, _readers(together))


def _chain(casts: Sequence[Cast]) -> Oddity | None:
    """Voters whom invitations connect: one invited the other, or both were invited by the same."""
    families: dict[int, set[int]] = {}
    for cast in casts:
        kin = [cast.reader_id] + ([cast.invited_by] if cast.invited_by else [])
        joined = set(kin).union(*(families.get(one, {one}) for one in kin))
        families.update(dict.fromkeys(joined, joined))
    related = [[it for it in casts if it.reader_id in one] for one in families.values()]
    together = _largest(related)
    if len(together) < FEWEST:
        return None
    told = f"{len(together)} of {len(casts)} voters are connected by invitations. "
    told += "Colleagues invite each other, and may like the same papers."
    return Oddity("Invited by each other", told, _readers(together))


def _burst(casts: Sequence[Cast]) -> Oddity | None:
    together = _densest(casts, HOUR)
    if len(together) < BURST or len(together) * 2 <= len(casts):
        return None
    told = f"{len(together)} of {len(casts)} votes came within one hour, "
    told += f"from {together[0].at:%d %B, %H:%M} UTC. A paper that is talked about does that too."
    return Oddity("Burst", told, _readers(together))


def _newcomers(casts: Sequence[Cast]) -> Oddity | None:
    together = [it for it in casts if it.at - it.joined < DAY]
    if len(together) < FEWEST or len(together) * 2 < len(casts):
        return None
    told = f"{len(together)} of {len(casts)} voters had joined less than a day before. "
    told += "Somebody may have told friends of this site, or made accounts to vote."
    return Oddity("New accounts", told, _readers(together))


def _densest(casts: Sequence[Cast], span: timedelta) -> Sequence[Cast]:
    """The most votes that lie within such a span."""
    best: Sequence[Cast] = []
    first = 0
    for last, cast in enumerate(casts):
        while cast.at - casts[first].at > span:
            first += 1
        if last + 1 - first > len(best):
            best = casts[first : last + 1]
    return best


def _largest(groups: Iterable[Sequence[Cast]]) -> Sequence[Cast]:
    return max(groups, key=len, default=[])


def _readers(casts: Iterable[Cast]) -> frozenset[int]:
    return frozenset(cast.reader_id for cast in casts)


def _casts(papers: Sequence[int], votes: VoteQuerySet) -> dict[int, list[Cast]]:
    """The votes for these papers, each paper's in the order in which they were cast."""
    networks = {
        (paper, reader): network
        for paper, reader, network in Trace.objects.filter(paper_id__in=papers).values_list(
            "paper_id", "reader_id", "network"
        )
    }
    left_out = set(
        Uncounted.objects.filter(paper_id__in=papers).values_list("paper_id", "reader_id")
    )
    told: defaultdict[int, list[Cast]] = defaultdict(list)
    rows = votes.filter(paper_id__in=papers).order_by("cast_at", "reader_id")
    for row in rows.select_related("reader"):
        key, reader = (row.paper_id, row.reader_id), row.reader
        told[row.paper_id].append(
            Cast(
                row.reader_id,
                reader.username,
                row.cast_at,
                reader.date_joined,
                reader.invited_by_id,
                networks.get(key, ""),
                key not in left_out,
            )
        )
    return dict(told)
