"""Which paper of the recent days a newcomer is asked about next."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from broadsheet.interests import evidence, informative, ranking, teaching, windows
from broadsheet.interests.models import Interest, Origin, Verdict

ENOUGH = 20
"""Answers after which picks are good; asking goes on as long as the reader likes."""


@dataclass(frozen=True, slots=True)
class Question:
    paper_id: int | None
    """None where there is nothing left to ask about."""
    answered: int
    yes: int


def next_question(interest: Interest) -> Question:
    """From its answer most is learned of what the reader likes."""
    answers = interest.examples.filter(origin=Origin.ASKED).values_list("verdict", flat=True)
    said = list(answers)
    number, yes = len(said), said.count(Verdict.MORE)
    if (now := windows.current()) is None:
        return Question(None, number, yes)
    known = evidence.gather(interest)
    told = {*known.hidden, *known.liked, *known.rejected}
    open_to = np.array([one.paper_id not in told for one in now.candidates], bool)
    if not open_to.any():
        return Question(None, number, yes)
    liked, rejected = teaching.liked(interest, known, now), now.shelf_of(known.rejected)
    learned = ranking.learn(liked, rejected, now)
    scores = learned.scores(now.shelf) if learned else None
    asked = [now.places[key] for key in [*known.rejected, *known.hidden] if key in now.places]
    votes = np.array([one.votes for one in now.candidates], np.float32)
    best = informative.question(now.shelf.meanings, open_to, asked, scores, votes)
    return Question(now.candidates[best].paper_id, number, yes)
