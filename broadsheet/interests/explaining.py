"""What speaks for the papers that are offered, as their reader is told it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from broadsheet.interests.evidence import Evidence
from broadsheet.interests.models import Interest
from broadsheet.interests.ranking import Ranking
from broadsheet.interests.reasons import Because, Known
from broadsheet.interests.windows import Window
from broadsheet.papers.models import Paper
from broadsheet.papers.text import plain
from broadsheet.recommend.shelf import Shelf

NEAR = 0.3
"""Closeness below which two papers are not called near."""
ABOUT = 0
"""The id of what a reader wrote about the interest, among ids of papers."""
SEARCHES = -(1 << 60)
"""The id of the first followed search; the next ones are below. Titles from elsewhere have the
negative ids of their examples."""
OTHERS_TOLD_FROM = 50
"""Percent from which votes are told as a reason."""
WORDS = 60
PLAIN = frozenset(
    {"all", "and", "are", "based", "beyond", "can", "each", "for", "from", "high", "into", "its"}
    | {"long", "method", "model", "models", "new", "next", "not", "one", "our", "paper", "results"}
    | {"such", "than", "that", "the", "their", "these", "this", "time", "toward", "towards", "two"}
    | {"use", "used", "using", "via", "was", "were", "when", "which", "while", "with", "work"}
)
"""Words that say nothing as a reason, whatever they weigh."""


def because(
    places: Sequence[int],
    interest: Interest,
    known: Evidence,
    liked: Shelf | None,
    found: Ranking,
    now: Window,
) -> dict[int, Because]:
    """The reasons of the candidates at these places, by their ids. One query."""
    near, words = _learned(places, liked, found, now)
    kept = _kept_with(places, interest, known, found, now)
    wanted = {key for keys in near.values() for key in keys if key > 0}
    names = _names(wanted | set(kept.values()))
    names |= {-one.pk: Known(one.title) for one in known.elsewhere}
    names |= {SEARCHES - place: Known(words) for place, words in enumerate(known.searches)}
    told = {}
    for place in places:
        one, met = now.candidates[place], found.met[place]
        keys = near.get(one.paper_id, ())
        minded = found.liked_by.get(one.paper_id)
        told[one.paper_id] = Because(
            near=tuple(names[key] for key in keys if key in names),
            words=words.get(one.paper_id, ()),
            about=ABOUT in keys,
            authors=met.authors,
            keywords=met.keywords,
            wanted=met.words,
            categories=met.categories,
            kept_with=names.get(kept.get(one.paper_id, 0)),
            readers=minded.readers if minded and interest.others else 0,
            votes=one.votes if interest.others >= OTHERS_TOLD_FROM else 0,
        )
    return told


def _kept_with(
    places: Sequence[int], interest: Interest, known: Evidence, found: Ranking, now: Window
) -> dict[int, int]:
    """For candidates that several readers keep together with a liked paper, that paper."""
    if not (found.fellows and interest.others):
        return {}
    papers = [now.candidates[at].paper_id for at in places]
    return found.fellows.kept_with(papers, known.liked, interest.reader_id)


def learned(found: Ranking, taught: Sequence[Shelf], now: Window) -> dict[str, Any]:
    """What the reader may see of what was learned: words with their weights, the heaviest first,
    and how well each paper that taught it fits what came of it, from -1 to 1."""
    if found.learned is None:
        return {"words": [], "papers": {}}
    direction = found.learned.direction
    towards = direction / max(float(np.linalg.norm(direction)), 1e-9)
    weights = found.learned.profile
    heaviest = [int(at) for at in np.argsort(-weights, kind="stable")[:WORDS] if weights[at] > 0]
    return {
        "words": [[now.words[at], round(float(weights[at]), 3)] for at in heaviest],
        "papers": {
            str(key): round(float(vector @ towards), 3)
            for shelf in taught
            for key, vector in zip(shelf.ids, shelf.meanings, strict=True)
        },
    }


def _learned(
    places: Sequence[int], liked: Shelf | None, found: Ranking, now: Window
) -> tuple[dict[int, tuple[int, ...]], dict[int, tuple[str, ...]]]:
    """The nearest liked papers and the telling words of each candidate, by its id."""
    if found.learned is None or liked is None or not places:
        return {}, {}
    alone = replace(found.learned, others=None)  # others change neither what is near nor words
    picks = alone.picks(now.shelf.only(places), len(places))
    vectors = dict(zip(liked.ids, liked.meanings, strict=True))
    vectors |= {now.candidates[at].paper_id: now.shelf.meanings[at] for at in places}

    def is_near(one: int, other: int) -> bool:
        return float(vectors[one] @ vectors[other]) >= NEAR

    near = {
        pick.paper_id: tuple(key for key in pick.near if is_near(pick.paper_id, key))
        for pick in picks
    }
    return near, {pick.paper_id: _telling(pick.words) for pick in picks}


def _telling(words: Sequence[str]) -> tuple[str, ...]:
    """Those that say something, and of a word and its plural the first."""
    told = [word for word in words if word not in PLAIN]
    stems = [word.rstrip("s") for word in told]
    return tuple(word for at, word in enumerate(told) if stems[at] not in stems[:at])


def _names(papers: set[int]) -> dict[int, Known]:
    rows = Paper.objects.filter(id__in=papers).values_list("id", "title", "slug")
    return {key: Known(plain(title), slug) for key, title, slug in rows}
