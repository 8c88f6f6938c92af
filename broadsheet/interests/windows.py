"""The papers of the recent days, made ready for ranking once, for however many interests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from random import Random
from threading import Lock

import numpy as np
from django.conf import settings
from django.db.models import Count, Max
from django.utils import timezone

from broadsheet.papers.models import Authorship, Classification, Paper
from broadsheet.papers.text import plain
from broadsheet.recommend.shelf import Shelf, Text, Vectors, Vocabulary
from broadsheet.search import same_works
from broadsheet.search.entries import texts_of
from broadsheet.search.models import Embedding

MOST = 6_000
"""Papers that are ranked, of the recent days: where more came, those with the most votes of each
day, then the last that came."""
MOST_READ = 6_000
"""Papers that teach which are kept in memory, as many as candidates."""
OTHERS = 500
"""Papers drawn from all, against which an interest is learned."""
AT_ONCE = 5_000
"""Ids in one query: fewer than any database refuses."""


@dataclass(frozen=True, slots=True)
class Candidate:
    paper_id: int
    slug: str
    day: date
    title: str
    title_key: int
    votes: int
    keywords: frozenset[str]
    """In lower case."""
    text: str
    """Title and abstract, plain and in lower case."""


@dataclass(frozen=True)
class Window:
    """The papers that may be offered now."""

    mark: str
    """The same as long as there are the same papers with the same meanings."""
    model: str
    """Whose vectors these are; empty where there are none yet."""
    dimensions: int
    candidates: list[Candidate]
    shelf: Shelf
    others: Shelf
    names: dict[int, list[tuple[int, str]]]
    """Keys and names of the authors of each paper."""
    categories: dict[int, list[str]]
    works: same_works.Known = field(default_factory=same_works.Known)
    """Which papers are one work."""
    _read: dict[int, tuple[Shelf, int]] = field(default_factory=dict)
    """Papers that teach, which were read already: the shelf and the place of each."""

    @property
    def vocabulary(self) -> Vocabulary:
        return self.shelf.vocabulary

    @cached_property
    def places(self) -> dict[int, int]:
        return {one.paper_id: place for place, one in enumerate(self.candidates)}

    @cached_property
    def words(self) -> list[str]:
        """The words of the vocabulary by their numbers."""
        return list(self.vocabulary.numbers)

    def codes(self, paper_id: int) -> list[str]:
        return self.categories.get(paper_id, [])

    def shelf_of(self, papers: Sequence[int], others: Sequence[Text] = ()) -> Shelf | None:
        """Papers of the whole site, and texts that are none, ready for learning; None without
        any. Each paper is read once, as long as this window lasts."""
        if len(self._read) > MOST_READ:
            self._read.clear()
        known = {paper: self._read.get(paper) for paper in papers}
        new = self._texts([paper for paper, place in known.items() if place is None])
        if new or others:
            shelf = Shelf([*new, *others], self.vocabulary)
            known |= {text.paper_id: (shelf, at) for at, text in enumerate([*new, *others])}
            self._read.update((text.paper_id, (shelf, at)) for at, text in enumerate(new))
        places: defaultdict[Shelf, list[int]] = defaultdict(list)
        for found in known.values():
            if found:
                places[found[0]].append(found[1])
        return Shelf.joined([one.only(at) for one, at in places.items()]) if places else None

    def _texts(self, papers: Iterable[int]) -> list[Text]:
        """As recommendations see them. Three queries for each 5,000."""
        wanted, found = list(papers), list[Text]()
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            vectors = vectors_of(some, self.model, self.dimensions)
            words, marks = texts_of(some), _marks(_names(some))
            found += [
                Text(key, words[key], vectors[key], marks.get(key, ()))
                for key in some
                if key in words
            ]
        return found


class Kept:
    """The window of this process, made anew when papers came. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._window: Window | None = None

    def get(self) -> Window | None:
        """None where no paper stands on a day yet."""
        if (span := _span()) is None:
            return None
        mark = _mark(*span)
        with self._lock:
            if self._window is None or self._window.mark != mark:
                self._window = _made(*span, mark)
            return self._window

    def forget(self) -> None:
        with self._lock:
            self._window = None


_kept = Kept()


def current() -> Window | None:
    """The papers that may be offered now; None where there are none. Two queries, unless papers
    came since it was asked last."""
    return _kept.get()


def forget() -> None:
    """Make the window anew when it is asked for next, as where the database became another."""
    _kept.forget()


def _span() -> tuple[date, date] | None:
    last = Paper.objects.newest_day(timezone.localdate())
    return (last - timedelta(days=settings.PICK_DAYS - 1), last) if last else None


def _mark(first: date, last: date) -> str:
    papers = Paper.objects.between(first, last)
    told = papers.aggregate(papers=Count("id"), newest=Max("id"), number=Max("embedding__number"))
    hour = f"{timezone.now():%d.%H}"  # votes move, which nothing else here tells of
    return f"{first} {last} {told['papers']} {told['newest']} {told['number']} {hour}"


def _made(first: date, last: date, mark: str) -> Window:
    newest = Embedding.objects.order_by("-number").values_list("model", "vector").first()
    model, dimensions = (newest[0], len(newest[1]) // 2) if newest else ("", 1)
    candidates = _candidates(first, last)
    ids = [one.paper_id for one in candidates]
    vectors = vectors_of(ids, model, dimensions)
    names = _names(ids)
    marks = _marks(names)
    texts = [
        Text(one.paper_id, one.text, vectors[one.paper_id], marks.get(one.paper_id, ()))
        for one in candidates
    ]
    drawn = _drawn(model, dimensions) or texts[:OTHERS]
    vocabulary = Vocabulary.of([*texts, *drawn], lone_marks=True)
    return Window(
        mark,
        model,
        dimensions,
        candidates,
        Shelf(texts, vocabulary),
        Shelf(drawn, vocabulary),
        names,
        _categories(ids),
    )


def _candidates(first: date, last: date) -> list[Candidate]:
    rows = Paper.objects.between(first, last).filter(withdrawn=False)
    fields = ("id", "slug", "day", "title", "title_key", "votes", "keywords", "abstract", "summary")
    best = rows.order_by("-votes", "-id").values_list(*fields)[:MOST]
    return [
        Candidate(
            paper_id=key,
            slug=slug,
            day=day or last,
            title=plain(title),
            title_key=of_title,
            votes=votes,
            keywords=frozenset(word.lower() for word in keywords),
            text=plain(f"{title}\n{abstract or summary}").lower(),
        )
        for key, slug, day, title, of_title, votes, keywords, abstract, summary in best
    ]


def _drawn(model: str, dimensions: int) -> list[Text]:
    """Papers of the whole site by lot, the same ones until others come."""
    last = Embedding.objects.aggregate(last=Max("number"))["last"]
    if not last:
        return []
    lot = Random(last // OTHERS)  # noqa: S311  nobody gains by guessing it
    numbers = lot.sample(range(1, last + 1), min(last, 3 * OTHERS))
    rows = Embedding.objects.filter(number__in=numbers, model=model).order_by("number")
    ids = list(rows.values_list("paper_id", flat=True)[:OTHERS])
    vectors, words = vectors_of(ids, model, dimensions), texts_of(ids)
    return [Text(key, words[key], vectors[key]) for key in ids if key in words]


def vectors_of(papers: Sequence[int], model: str, dimensions: int) -> defaultdict[int, Vectors]:
    """The vectors of papers by one model; zeros where a paper has none yet."""
    found: defaultdict[int, Vectors] = defaultdict(lambda: np.zeros(dimensions, np.float32))
    for start in range(0, len(papers), AT_ONCE):
        rows = Embedding.objects.filter(paper__in=papers[start : start + AT_ONCE], model=model)
        for key, vector in rows.values_list("paper_id", "vector"):
            if len(vector) == 2 * dimensions:
                found[key] = np.frombuffer(bytes(vector), "<f2").astype(np.float32)
    return found


def _names(papers: Sequence[int]) -> dict[int, list[tuple[int, str]]]:
    found: defaultdict[int, list[tuple[int, str]]] = defaultdict(list)
    for start in range(0, len(papers), AT_ONCE):
        rows = Authorship.objects.filter(paper__in=papers[start : start + AT_ONCE])
        for paper, key, name in rows.values_list("paper_id", "key", "name"):
            found[paper].append((key, name))
    return dict(found)


def _marks(names: dict[int, list[tuple[int, str]]]) -> dict[int, tuple[str, ...]]:
    """The authors of each paper, by which it can be like what a reader likes."""
    return {paper: tuple(str(key) for key, _ in authors) for paper, authors in names.items()}


def _categories(papers: Sequence[int]) -> dict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for start in range(0, len(papers), AT_ONCE):
        rows = Classification.objects.filter(paper__in=papers[start : start + AT_ONCE])
        for paper, category in rows.order_by("position").values_list("paper_id", "category"):
            found[paper].append(category)
    return dict(found)
