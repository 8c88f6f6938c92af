"""Why a paper stands where it stands, in the numbers that put it there."""

from __future__ import annotations

from dataclasses import dataclass

from broadsheet.feeds.models import Draw, Trend
from broadsheet.papers import categories
from broadsheet.papers.kinds import DayBasis
from broadsheet.papers.models import Paper


@dataclass(frozen=True, slots=True)
class Reason:
    what: str
    value: str


def reasons(paper: Paper) -> list[Reason]:
    """Each with its number: the day, the votes, and, of a recent paper, its outlook."""
    told = [
        Reason("Its day", DayBasis(paper.day_basis).label),
        Reason("Its place on the day", f"by votes ({paper.votes:,}), then comments"),
    ]
    trend = Trend.objects.filter(paper=paper).first()
    if trend:
        told += _outlook(trend)
    drawn = Draw.objects.filter(paper=paper).first()
    if drawn:
        told.append(Reason("Drawn by lot", f"place {drawn.place} of {drawn.day.isoformat()}"))
    return told


def _outlook(trend: Trend) -> list[Reason]:
    outlook = trend.outlook
    where = categories.name(trend.field) if trend.field else "this site"
    return [
        Reason("Expected before the first vote", f"{outlook.prior:.1f} votes"),
        Reason(
            "Since it came",
            f"{outlook.age:.0f} hours; {outlook.come:.0%} of votes usually come in them",
        ),
        Reason("Counted then", f"{outlook.votes:,} votes, {outlook.comments:,} comments"),
        Reason("Expected in the end", f"{outlook.total:.1f} votes"),
        Reason("Still to come", f"{outlook.to_come:.1f} votes"),
        Reason(f"Usual in {where}", f"{outlook.usual:.1f} votes"),
        Reason(
            "Trending", f"{outlook.trending:.3f} = still to come / usual (formula {trend.version})"
        ),
    ]
