"""The order of the recent papers for one interest: what was learned, what was asked for, what
readers keep who keep the same, and what others like, each as far as its reader lets it count."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from broadsheet.interests import neighbours
from broadsheet.interests.company import Fellows
from broadsheet.interests.evidence import Evidence
from broadsheet.interests.models import Asked, Interest
from broadsheet.interests.neighbours import Liked
from broadsheet.interests.windows import Candidate, Window
from broadsheet.papers.text import title_key
from broadsheet.recommend import ranker
from broadsheet.recommend.shelf import Shelf, Vectors

AUTHOR, KEYWORD, WORD, CATEGORY = 3.0, 1.5, 1.5, 0.7
"""What a wish adds, where what is learned has a standard deviation of about one."""
THEIRS = frozenset({"taste", "together", "alike"})
"""Parts of what was learned that come from other readers."""
FULL = 4.0
"""Of the share of others, what the company of like-minded readers counts, at most wholly: at the
share that a new interest has, company and content stand to each other as they were measured."""
LIKE_MINDED = 8.0
"""What a vote of each like-minded reader would add to what others like."""
_BETWEEN = r"\W+"


@dataclass(frozen=True, slots=True)
class Met:
    """What of the wishes a paper meets."""

    authors: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()

    @property
    def worth(self) -> float:
        return float(
            AUTHOR * bool(self.authors)
            + KEYWORD * bool(self.keywords)
            + WORD * len(self.words) ** 0.5
            + CATEGORY * bool(self.categories)
        )


@dataclass(frozen=True, slots=True)
class Ranking:
    """All candidates of a window with their scores, in its order."""

    scores: Vectors
    own: Vectors
    """The part of what the reader likes alone."""
    allowed: np.ndarray
    """Whether a paper may be offered at all."""
    met: list[Met]
    liked_by: dict[int, Liked]
    learned: ranker.Interest | None
    fellows: Fellows | None


def ranked(
    interest: Interest,
    known: Evidence,
    liked: Shelf | None,
    rejected: Shelf | None,
    now: Window,
    fellows: Fellows | None = None,
) -> Ranking:
    """`liked` and `rejected` are the papers that teach; titles from elsewhere have ids below 0.
    `fellows` are all readers, where it is known what they keep."""
    learned = learn(liked, rejected, now, fellows, interest.reader_id)
    met = meeting(known, now)
    wished = np.array([one.worth for one in met], np.float32)
    share = interest.others / 100
    own, scores = wished, (1 - share) * wished
    if learned:
        content, blend = _blended(learned, now.shelf, share)
        own, scores = own + content, scores + blend
    days = [one.day for one in now.candidates]
    minded = neighbours.voted_for(interest.reader_id, known.liked, (min(days), max(days)))
    scores = scores + share * _popular(now, minded)
    return Ranking(scores, own, _allowed(known, now), met, minded, learned, fellows)


def learn(
    liked: Shelf | None,
    rejected: Shelf | None,
    now: Window,
    fellows: Fellows | None = None,
    reader_id: int | None = None,
) -> ranker.Interest | None:
    """None where nothing is liked yet."""
    if not liked:
        return None
    company = fellows.company if fellows else None
    return ranker.Interest.learn(liked, now.others, rejected, company, reader_id)


def _blended(learned: ranker.Interest, shelf: Shelf, share: float) -> tuple[Vectors, Vectors]:
    """What content alone says, and with the company as far as the reader lets others count. It
    spreads as wide as content alone would, so that wishes and thresholds mean the same."""
    parts = learned.parts(shelf)
    content = ranker.total({name: part for name, part in parts.items() if name not in THEIRS})
    theirs = {name: part for name, part in parts.items() if name in THEIRS}
    if not (theirs and learned.others):
        return content, np.asarray((1 - share) * content, np.float32)
    weight = min(FULL * share, 1.0)
    both = (1 - share) * content + weight * ranker.total(theirs)
    wide = max(1 - share, weight * learned.others.company.trust) * float(content.std())
    return content, np.asarray(both * (wide / (float(both.std()) or 1.0)), np.float32)


def meeting(known: Evidence, now: Window) -> list[Met]:
    """What of the wishes each candidate meets."""
    followed, keywords = known.author_keys, known.asked(Asked.KEYWORD)
    words = [(word, _as_word(word)) for word in known.asked(Asked.WORD)]
    spoken = [(word, _as_word(word)) for word in keywords]
    categories = known.asked(Asked.CATEGORY)
    if not (followed or keywords or words or categories):
        return [Met()] * len(now.candidates)
    return [
        Met(
            tuple(
                dict.fromkeys(
                    followed[key] for key, _ in now.names.get(one.paper_id, ()) if key in followed
                )
            ),
            tuple(
                word
                for word, pattern in spoken
                if word.lower() in one.keywords or pattern.search(one.text)
            ),
            tuple(word for word, pattern in words if pattern.search(one.text)),
            tuple(code for code in categories if _is_in(code, now.codes(one.paper_id))),
        )
        for one in now.candidates
    ]


def _is_in(wanted: str, codes: Sequence[str]) -> bool:
    """Whether a paper has the category, or one of the field, as `cs` is one."""
    return any(code == wanted or code.startswith(f"{wanted}.") for code in codes)


def _as_word(told: str) -> re.Pattern[str]:
    parts = (re.escape(part) for part in told.lower().split())
    return re.compile(rf"(?<!\w){_BETWEEN.join(parts)}s?(?!\w)")


def _popular(now: Window, minded: dict[int, Liked]) -> Vectors:
    """What others like: votes, on a scale of their own, and those of like-minded readers."""
    votes = np.log1p(np.array([max(one.votes, 0) for one in now.candidates], np.float32))
    scores = (votes - votes.mean()) / (float(votes.std()) or 1.0)
    for paper, told in minded.items():
        if (place := now.places.get(paper)) is not None:
            scores[place] += LIKE_MINDED * told.weight
    return np.asarray(scores, np.float32)


def _allowed(known: Evidence, now: Window) -> np.ndarray:
    """Whether each candidate may be offered: not what is liked, judged, kept or muted."""
    away = {*known.hidden, *known.liked, *known.rejected}
    muted = [_as_word(word) for word in known.asked(Asked.NOT_WORD)]
    silent = {title_key(name) for name in known.asked(Asked.NOT_AUTHOR)}
    return np.array(
        [
            one.paper_id not in away
            and one.title_key not in known.hidden_titles
            and not any(pattern.search(one.text) for pattern in muted)
            and not (silent and _is_by(silent, one, now))
            for one in now.candidates
        ],
        bool,
    )


def _is_by(silent: set[int], one: Candidate, now: Window) -> bool:
    return any(key in silent for key, _ in now.names.get(one.paper_id, ()))
