"""What is expected of the papers of the last days, written down; and the draw of a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice

from django.db import transaction
from django.db.models import Avg, Count, F, FloatField, Sum
from django.db.models.functions import Cast, Ln
from django.utils import timezone

from broadsheet.feeds import formulas
from broadsheet.feeds.models import Draw, Heading, Kind, Placement, Trend
from broadsheet.feeds.placing import archive
from broadsheet.papers.models import Authorship, Classification, Paper, PaperLink
from broadsheet.papers.records import LinkKind

WINDOW = timedelta(days=7)
"""How long a paper can trend: after it, less than a millionth of its votes is still to come."""
LOOK_BACK = timedelta(days=365)
"""From how long ago votes tell what is usual."""
MOST = 5_000
"""Papers that can trend at once, the most voted of them; what lies below no reader reaches."""
MOST_NAMES = 60
"""Names of a paper whose earlier papers are looked at."""
NEW_FOR = timedelta(days=3)
"""How long a paper may be drawn."""


def refresh(now: datetime) -> int:
    """Compute every trend anew; returns how many papers trend."""
    today = timezone.localtime(now).date()
    recent = Paper.objects.between(today - WINDOW, today).filter(withdrawn=False)
    ids = list(recent.by_votes().values_list("id", flat=True)[:MOST])
    known = {trend.paper_id: trend for trend in Trend.objects.all()}
    priors = _priors([key for key in ids if _is_stale(known.get(key))], today)
    usual = _Usual(today)
    fields = _fields(ids)
    rows = []
    for paper in Paper.objects.filter(id__in=ids).only(
        "id", "day", "votes", "comments", "saved_at"
    ):
        prior = priors.get(paper.id) or known[paper.id].prior
        field = fields.get(paper.id, "")
        trend = Trend(
            paper_id=paper.id,
            version=formulas.VERSION,
            votes=paper.votes,
            comments=paper.comments,
            arrived=_arrival(paper, now),
            computed=now,
            prior=prior,
            usual=usual.of(field),
            field=field,
        )
        trend.score = round(trend.outlook.trending * 1e6)
        rows.append(trend)
    with transaction.atomic():
        Trend.objects.all().delete()
        Trend.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def draw(today: date) -> None:
    """Draw papers that nobody has voted for, once a day; a paper is drawn once in its life."""
    free = formulas.EXPLORED_A_DAY - Draw.objects.filter(day=today).count()
    if free <= 0:
        return
    unseen = Paper.objects.between(today - NEW_FOR, today).filter(
        votes=0, comments=0, withdrawn=False, draw=None
    )
    ids = list(unseen.values_list("id", flat=True))
    first = sorted(ids, key=lambda key: formulas.lot(today.isoformat(), key))[:free]
    taken = formulas.EXPLORED_A_DAY - free
    Draw.objects.bulk_create(
        (
            Draw(day=today, place=place, paper_id=key)
            for place, key in enumerate(first, start=taken + 1)
        ),
        ignore_conflicts=True,
    )


def _is_stale(trend: Trend | None) -> bool:
    return trend is None or trend.version != formulas.VERSION


def _arrival(paper: Paper, now: datetime) -> datetime:
    """When a paper came to its page: as it was saved, if that was on its day, else at noon."""
    saved = timezone.localtime(paper.saved_at)
    if not paper.day or saved.date() == paper.day:
        return min(saved, now)
    noon = timezone.make_aware(datetime.combine(paper.day, time(12)))
    return min(noon, now)


class _Usual:
    """Mean votes of fields and of the whole site over the last year, papers with no vote left out
    of neither."""

    def __init__(self, today: date) -> None:
        since = (today - LOOK_BACK).toordinal()
        headings = Heading.objects.filter(kind__in=(Kind.ALL, Kind.FIELD))
        counted = (
            Placement.objects.filter(heading__in=headings, day__gte=since)
            .values_list("heading__kind", "heading__name")
            .annotate(votes=Sum("votes"), papers=Count("paper_id"))
        )
        self._sums = {name if kind == Kind.FIELD else "": (v, n) for kind, name, v, n in counted}
        votes, papers = self._sums.get("", (0, 0))
        self._site = votes / papers if papers else 1.0

    def of(self, field: str) -> float:
        votes, papers = self._sums.get(field, (0, 0))
        return formulas.usual(votes, papers, self._site)


def _fields(ids: Sequence[int]) -> dict[int, str]:
    primary = Classification.objects.filter(paper_id__in=ids, position=0)
    return {key: archive(code) for key, code in primary.values_list("paper_id", "category")}


def _priors(ids: Sequence[int], today: date) -> dict[int, float]:
    """Votes expected before the first, for each of these papers."""
    if not ids:
        return {}
    typical = _typical(today)
    earlier = _earlier_votes(ids)
    coded = set(
        PaperLink.objects.filter(paper_id__in=ids, kind=LinkKind.CODE).values_list(
            "paper_id", flat=True
        )
    )
    teams = Paper.objects.filter(id__in=ids).values_list("id", "author_count")
    return {
        key: formulas.prior(typical, earlier[key], team or 0, key in coded) for key, team in teams
    }


def _typical(today: date) -> float:
    """The mean of ln(1 + votes) of the papers of the last year."""
    logs = Paper.objects.between(today - LOOK_BACK, today - timedelta(days=1)).aggregate(
        mean=Avg(Ln(Cast(F("votes") + 1, FloatField())))
    )
    return float(logs["mean"] or 0.0)


def _earlier_votes(ids: Sequence[int]) -> defaultdict[int, list[int]]:
    """For each paper, the votes of earlier papers, as often as it has one of their authors."""
    names = Authorship.objects.filter(paper_id__in=ids, position__lt=MOST_NAMES)
    keys: defaultdict[int, set[int]] = defaultdict(set)
    for paper_id, key in names.values_list("paper_id", "key"):
        keys[key].add(paper_id)
    days = {key: day or date.max for key, day in _days(ids)}
    earlier: defaultdict[int, list[int]] = defaultdict(list)
    for some in _batched(keys, 5_000):
        theirs = Authorship.objects.filter(key__in=some, paper__day__isnull=False)
        for key, day, votes in theirs.values_list("key", "paper__day", "paper__votes"):
            for paper_id in keys[key]:
                if day and day < days[paper_id]:
                    earlier[paper_id].append(votes)
    return earlier


def _days(ids: Sequence[int]) -> Iterable[tuple[int, date | None]]:
    return Paper.objects.filter(id__in=ids).values_list("id", "day")


def _batched(keys: Iterable[int], size: int) -> Iterator[list[int]]:
    left = iter(keys)
    while some := list(islice(left, size)):
        yield some
