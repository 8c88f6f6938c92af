"""Under which headings a paper stands, and writing that down, many papers at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Count

from broadsheet.feeds.models import Heading, Kind, Placement
from broadsheet.papers.models import Classification, Paper, Sighting

Name = tuple[str, str]
"""Kind and name of a heading."""

ALL: Name = (Kind.ALL.value, "")
LONGEST = 80
MOST_KEYWORDS = 12


def place(ids: Sequence[int]) -> set[int]:
    """Put these papers under their headings anew; returns the headings whose papers may differ."""
    wanted = _wanted(ids)
    with transaction.atomic():
        known = _headings({name for names in wanted.values() for name in names})
        old = Placement.objects.filter(paper_id__in=ids)
        touched = set(old.values_list("heading_id", flat=True).distinct())
        old.delete()
        facts = Paper.objects.filter(id__in=ids).values_list("id", "day", "votes", "comments")
        rows = [
            Placement(
                paper_id=key,
                heading_id=known[name],
                day=day.toordinal() if day else 0,
                votes=votes,
                comments=comments,
            )
            for key, day, votes, comments in facts
            for name in sorted(wanted[key])
        ]
        Placement.objects.bulk_create(rows, batch_size=5_000)
    return touched | {row.heading_id for row in rows}


def recount(headings: Iterable[int]) -> None:
    """Count the papers of these headings."""
    wanted = list(headings)
    for start in range(0, len(wanted), 5_000):
        _recount(wanted[start : start + 5_000])


def _recount(some: list[int]) -> None:
    counted = (
        Placement.objects.filter(heading_id__in=some)
        .values_list("heading_id")
        .annotate(papers=Count("paper_id"))
    )
    totals = dict(counted)
    Heading.objects.bulk_update(
        [Heading(id=key, papers=totals.get(key, 0)) for key in some], ["papers"], batch_size=500
    )


def keyword_name(keyword: str) -> str:
    return " ".join(keyword.casefold().split())[:LONGEST]


def archive(category: str) -> str:
    """`cs` of `cs.LG`; a category without subject classes is an archive itself."""
    return category.partition(".")[0]


def _wanted(ids: Sequence[int]) -> dict[int, set[Name]]:
    wanted: defaultdict[int, set[Name]] = defaultdict(set)
    for key, keywords in Paper.objects.filter(id__in=ids).values_list("id", "keywords"):
        words = {keyword_name(word) for word in keywords[:MOST_KEYWORDS]} - {""}
        wanted[key] = {ALL, *((Kind.KEYWORD.value, word) for word in words)}
    codes = Classification.objects.filter(paper_id__in=ids).values_list("paper_id", "category")
    for key, code in codes:
        wanted[key] |= {(Kind.CATEGORY.value, code), (Kind.FIELD.value, archive(code))}
    for key, source in Sighting.objects.filter(paper_id__in=ids).values_list("paper_id", "source"):
        wanted[key].add((Kind.SOURCE.value, source))
    return wanted


def _headings(names: set[Name]) -> dict[Name, int]:
    """The ids of these headings; those that are new are made."""
    known = _known(names)
    missing = sorted(names - set(known))
    if not missing:
        return known
    Heading.objects.bulk_create(
        [Heading(kind=kind, name=name) for kind, name in missing], ignore_conflicts=True
    )
    return known | _known(set(missing))


def _known(names: set[Name]) -> dict[Name, int]:
    by_kind: defaultdict[str, list[str]] = defaultdict(list)
    for kind, name in names:
        by_kind[kind].append(name)
    return {
        (kind, heading.name): heading.id
        for kind, some in by_kind.items()
        for heading in Heading.objects.named(Kind(kind), some)
    }
