"""An interest learned from its papers, and new papers ranked by it, each with its reason.

Logistic regression on meanings, the papers of the interest against papers drawn from all others
(the recipe of Scholar Inbox), and the cosine of words by TF-IDF, both lent to near papers; blended
with the cosine of marks and, where readers keep papers here, with what their libraries tell
(`company`). No tables here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from broadsheet.recommend.company import Company, Opinion
from broadsheet.recommend.shelf import Shelf, Vectors

STRENGTH = 1.0
"""`C` of the regression: the weight of an example against a small normal vector, times ten."""
REJECTED = 0.4
"""The share of the weight of what is no interest that rejected papers have, where there are any."""
STEPS = 25
WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "meaning": 0.7,
        "words": 0.42,
        "marks": 0.7,
        "linked": 0.14,
        "taste": 1.4,
        "together": 1.7,
        "alike": 0.315,
    }
)
"""Of the standardised parts. The last three are company's, and fade where there are few readers."""
HIGHEST = 3.0
"""Standard deviations that words may stand out: of titles few share any, and one shared word is
then no more than one shared word."""
LENT = 0.6
"""Of the mean of near papers' scores, to a paper's own: what is near to likely papers is likely."""
NEARBY = 0.16
"""The company of near papers, against that of a paper itself."""
FEW = 20
"""Kept papers among the candidates from which on they are standardised by themselves."""
NEAREST, TOLD = 2, 3
"""Papers and words that a reason names."""


@dataclass(frozen=True, slots=True)
class Pick:
    paper_id: int
    score: float
    near: tuple[int, ...]
    """Ids of the nearest papers of the interest, the nearest first."""
    words: tuple[str, ...]
    """Words that it shares with the interest, the most telling first."""


@dataclass(frozen=True, slots=True)
class Others:
    """What other readers tell for one interest."""

    company: Company
    direction: Vectors
    """As that of the interest, in the space of tastes."""
    opinion: Opinion


@dataclass(frozen=True, slots=True)
class Interest:
    """What was learned of one interest."""

    liked: Shelf
    direction: Vectors
    """The normal vector of the regression: what of a meaning speaks for the interest."""
    profile: NDArray[np.float64]
    marks: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    spread: Vectors = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    """The covariance of the direction: how uncertain it is (Laplace's approximation)."""
    others: Others | None = None

    @classmethod
    def learn(
        cls,
        liked: Shelf,
        others: Shelf,
        rejected: Shelf | None = None,
        company: Company | None = None,
        reader: int | None = None,
    ) -> Interest:
        """`others` stand for all papers: some hundreds drawn at random. `company` is what other
        readers' libraries tell; that of `reader`, whose interest it is, is left out."""
        none = np.zeros((0, liked.meanings.shape[1]), np.float32)
        away = rejected.meanings if rejected else none
        direction, spread = _learned(liked.meanings, others.meanings, away)
        told = None
        if company:
            here, there = company.seen(liked).meanings, company.seen(others).meanings
            away = company.seen(rejected).meanings if rejected else none
            told = Others(company, _direction(here, there, away), company.opinion(liked, reader))
        return cls(liked, direction, liked.profile(), liked.marks.profile(), spread, told)

    def scores(self, candidates: Shelf) -> Vectors:
        """How well each paper fits, comparable within these candidates alone."""
        return total(self.parts(candidates))

    def parts(self, candidates: Shelf) -> dict[str, Vectors]:
        """What `scores` adds up by `WEIGHTS`, each standardised over the candidates."""
        by_meaning = _standard(candidates.meanings @ self.direction)
        by_words = _capped(_standard(candidates.likeness(self.profile)))
        found = {
            "meaning": by_meaning + LENT * candidates.near(by_meaning),
            "words": by_words + LENT * candidates.near(by_words),
        }
        if len(self.marks):
            found["marks"] = _standard(candidates.marks.likeness(self.marks))
        return found | (self._of_others(self.others, candidates) if self.others else {})

    def _of_others(self, others: Others, candidates: Shelf) -> dict[str, Vectors]:
        company, trust = others.company, np.float32(others.company.trust)
        seen = company.seen(candidates)
        together, alike = company.told(others.opinion, candidates)
        kept = company.kept_papers(seen.places)
        near = _standard(company.nearby(others.opinion, candidates))
        dense = np.float32(company.density)
        return {
            "linked": _standard(company.linked(others.opinion, candidates)),
            "taste": trust * _standard(seen.meanings @ others.direction),
            "together": trust * (dense * _fairly(together, kept) + NEARBY * near),
            "alike": trust * _fairly(alike, kept),
        }

    def drawn(self, candidates: Shelf, random: np.random.Generator, boldness: float) -> Vectors:
        """Scores by which to choose what to explore: `scores`, with the part of meaning by a
        direction drawn from what the examples leave open (Thompson sampling; Chapelle, Li, NIPS
        2011). Drawn from N(direction, boldness² · spread): where little is known, for a newcomer
        or far from all examples, scores move much; where much is known they hardly do.
        `boldness` 0 gives `scores`; 1 is a sample of the posterior."""
        root = np.linalg.cholesky(self.spread.astype(np.float64))
        step = root @ random.standard_normal(len(root))
        by_meaning = candidates.meanings @ self.direction
        shift = boldness * (candidates.meanings @ step.astype(np.float32))
        moved = (shift - shift.mean()) / (float(by_meaning.std()) or 1.0)
        return np.asarray(self.scores(candidates) + WEIGHTS["meaning"] * moved, np.float32)

    def picks(self, candidates: Shelf, at_most: int) -> list[Pick]:
        """The best of the candidates, the best first. What the interest holds is no pick."""
        held = set(self.liked.ids)
        scores = self.scores(candidates)
        best = [int(place) for place in np.argsort(-scores, kind="stable")]
        best = [place for place in best if candidates.ids[place] not in held][:at_most]
        near = np.argsort(-(candidates.meanings[best] @ self.liked.meanings.T), axis=1)
        return [
            Pick(
                candidates.ids[place],
                float(scores[place]),
                tuple(self.liked.ids[int(other)] for other in row[:NEAREST]),
                self._telling(candidates, place),
            )
            for place, row in zip(best, near, strict=True)
        ]

    def _telling(self, candidates: Shelf, place: int) -> tuple[str, ...]:
        """The words that brought most to the likeness of one candidate."""
        part = slice(candidates.ends[place], candidates.ends[place + 1])
        words = candidates.words[part]
        brought = self.profile[words] * candidates.values[part]
        best = np.argsort(-brought, kind="stable")[:TOLD]
        names = list(candidates.vocabulary.numbers)
        return tuple(names[words[each]] for each in best if brought[each] > 0)


def total(parts: Mapping[str, Vectors]) -> Vectors:
    """The sum of standardised parts by their weights."""
    found = sum(np.float32(WEIGHTS[name]) * part for name, part in parts.items())
    return np.asarray(found, np.float32)


def _direction(
    liked: Vectors, others: Vectors, rejected: Vectors, strength: float = STRENGTH
) -> Vectors:
    return _learned(liked, others, rejected, strength)[0]


def _learned(
    liked: Vectors, others: Vectors, rejected: Vectors, strength: float = STRENGTH
) -> tuple[Vectors, Vectors]:
    """The normal vector of a logistic regression in which both sides weigh the same, however many
    papers each has, and its covariance.

    Newton's method with the curvature's upper bound w/4 (Böhning 1992): it is solved once, each
    step is two products with the examples, and the loss falls at each.
    """
    examples = np.concatenate([liked, rejected, others])
    share = REJECTED if len(rejected) else 0.0
    sides = ((liked, 1.0), (rejected, share), (others, 1.0 - share))
    weights = np.concatenate([np.full(len(part), w / max(len(part), 1)) for part, w in sides])
    weights = (weights * len(liked) * 10 * strength).astype(np.float32)
    wanted = np.zeros(len(examples), np.float32)
    wanted[: len(liked)] = 1
    examples = examples - (weights @ examples) / weights.sum()
    bend = (examples * (weights / 4)[:, None]).T @ examples
    bend[np.diag_indices_from(bend)] += 1
    undo = np.linalg.inv(bend)
    direction = np.zeros(examples.shape[1], np.float32)
    for _ in range(STEPS):
        likely = 1 / (1 + np.exp(-examples @ direction))
        slope = (weights * (likely - wanted)) @ examples + direction
        direction = direction - undo @ slope
    return direction, undo.astype(np.float32)


def _standard(scores: Vectors) -> Vectors:
    return np.asarray((scores - scores.mean()) / (float(scores.std()) or 1.0), np.float32)


def _capped(scores: Vectors) -> Vectors:
    """Shrunk so that none stands out more than `HIGHEST`."""
    return np.asarray(scores / max(1.0, float(scores.max(initial=0)) / HIGHEST), np.float32)


def _fairly(scores: Vectors, kept: NDArray[np.bool_]) -> Vectors:
    """Papers that readers keep standardised by themselves, and new ones by themselves: so that
    nothing is worse for being new. Few papers lean on the middle and deviation of all."""
    found = np.zeros_like(scores)
    middle, wide = float(scores.mean()), float(scores.var())
    for some in (kept, ~kept):
        if number := int(some.sum()):
            part, share = scores[some], number / (number + FEW)
            own = share * float(part.mean()) + (1 - share) * middle
            deviation = (share * float(part.var()) + (1 - share) * wide) ** 0.5
            found[some] = (part - own) / (deviation or 1.0)
    return found
