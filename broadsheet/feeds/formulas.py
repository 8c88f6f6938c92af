"""Every formula of the ranking, each once, over plain numbers. Derived in docs/ranking.md.

Nothing here knows where votes come from: a source's counts and this site's own are the same to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from math import expm1, log, log1p

VERSION = 1
"""Raised with every change that can alter an order."""

HALF_TIME = 8.0
"""Hours in which half of what votes a paper will get have come."""
SHAPE = 1.5
"""How far a paper may stray from what was expected of it: the shape of a Gamma distribution."""
COMMENT = 0.25
"""Votes that a comment tells as much as."""
SHRINK = 5.0
"""Earlier papers that count as much as knowing nothing about the authors."""
USUAL_TEAM = 8.0
"""Authors of a usual paper."""
TEAM = 0.15
"""Weight of the logarithm of how much larger than usual a team is."""
CODE = 0.25
"""What an address of code adds to the logarithm of what is expected."""
FIELD_SHRINK = 50.0
"""Papers of a field that count as much as the whole site's mean."""
EXPLORED_A_DAY = 3
"""Places a day for papers that nobody has voted for yet."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is expected of one paper, with each number that led to it."""

    votes: int
    comments: int
    age: float
    """Hours since the paper came to its page."""
    prior: float
    """Votes expected in the end before the first was cast."""
    usual: float
    """Votes that a paper of its field gets in the end, on average."""

    @property
    def come(self) -> float:
        """The share of all votes that has come by this age, from 0 to 1."""
        return -expm1(-log(2.0) * max(self.age, 0.0) / HALF_TIME)

    @property
    def rate(self) -> float:
        """Votes that a paper like this gets in all: the mean of the Gamma posterior of a Poisson
        rate, where a comment tells as much as `COMMENT` votes."""
        heard = self.votes + COMMENT * self.comments
        return self.prior * (SHAPE + heard) / (SHAPE + self.prior * self.come)

    @property
    def to_come(self) -> float:
        """Votes still expected."""
        return self.rate * (1.0 - self.come)

    @property
    def total(self) -> float:
        """Votes expected in the end: those cast and those to come."""
        return self.votes + self.to_come

    @property
    def trending(self) -> float:
        """Votes still expected, in units of what is usual in the paper's field."""
        return self.to_come / self.usual


def typical(votes: Iterable[int]) -> float:
    """The mean of ln(1 + votes); 0 without papers."""
    logs = [log1p(each) for each in votes]
    return sum(logs) / len(logs) if logs else 0.0


def prior(typical: float, earlier: Iterable[int], team: int, has_code: bool) -> float:
    """Votes expected before the first: from the votes of the authors' earlier papers (each as often
    as it has one of the authors), the size of the team, and whether there is code.

    `typical` is the mean of ln(1 + votes) of papers before this one. At least a tenth of a vote.
    """
    logs = [log1p(each) for each in earlier]
    authors = (sum(logs) - typical * len(logs)) / (len(logs) + SHRINK)
    size = TEAM * log((1 + team) / (1 + USUAL_TEAM)) if team else 0.0
    return max(0.1, expm1(typical + authors + size + CODE * has_code))


def usual(votes: int, papers: int, site_mean: float) -> float:
    """Mean votes of a field with `papers` papers and `votes` votes, drawn to the site's mean where
    papers are few. At least a tenth of a vote."""
    return max(0.1, (votes + FIELD_SHRINK * site_mean) / (papers + FIELD_SHRINK))


def lot(day: str, paper_id: int) -> bytes:
    """A paper's lot in the draw of a day: each has the same chance, and anybody can check."""
    return blake2b(f"{day}/{paper_id}".encode(), digest_size=8).digest()
