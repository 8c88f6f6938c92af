"""What teaches an interest, made ready for learning: papers, titles from elsewhere, own words."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np

from broadsheet.interests.evidence import Evidence
from broadsheet.interests.explaining import ABOUT, SEARCHES
from broadsheet.interests.models import Example, Interest
from broadsheet.interests.windows import Window
from broadsheet.recommend.shelf import Shelf, Text, Vectors
from broadsheet.search import embedding
from broadsheet.search.likeness import middle, pieces
from broadsheet.search.model import NoModel

log = logging.getLogger(__name__)

AT_ONCE = 60
"""Titles from elsewhere that are embedded while a reader waits; the others follow."""


def liked(interest: Interest, known: Evidence, now: Window) -> Shelf | None:
    """Papers here by their ids, titles from elsewhere with ids below 0, the description, and what
    followed searches look for. None where nothing is liked."""
    texts = [Text(-one.pk, one.title.lower(), _vector(one, now)) for one in known.elsewhere]
    if interest.about:
        texts.append(Text(ABOUT, interest.about.lower(), _meaning(interest.about, now)))
    for place, words in enumerate(known.searches):
        texts.append(Text(SEARCHES - place, words.lower(), _meaning(words, now)))
    return now.shelf_of(known.liked, texts)


def embed(examples: Sequence[Example], now: Window, *, patient: bool) -> bool:
    """Embed titles that have no vector of the window's model, all or as many as a reader waits
    for; returns whether some still wait."""
    waiting = [one for one in examples if one.model != now.model]
    if not waiting or not _is_ours(now.model):
        return False
    some = waiting if patient else waiting[:AT_ONCE]
    vectors = embedding.encoder().encode([one.title for one in some])
    for example, vector, good in zip(some, vectors, embedding.sound(vectors), strict=True):
        example.model = now.model
        example.vector = vector.astype("<f2").tobytes() if good else b""
    Example.objects.bulk_update(some, ["model", "vector"], batch_size=500)
    return len(some) < len(waiting)


def _is_ours(model: str) -> bool:
    """Whether the model that is here computes such vectors."""
    try:
        return bool(model) and embedding.encoder().name == model
    except NoModel:
        return False


def _vector(example: Example, now: Window) -> Vectors:
    if example.model != now.model or len(example.vector) != 2 * now.dimensions:
        return np.zeros(now.dimensions, np.float32)
    return np.frombuffer(bytes(example.vector), "<f2").astype(np.float32)


def _meaning(text: str, now: Window) -> Vectors:
    """Where a text points to; zeros where no model tells it."""
    if _is_ours(now.model):
        try:
            return middle([embedding.embedded_query(part) for part in pieces(text)])
        except Exception as fault:  # noqa: BLE001  words must do whatever ails the model
            log.warning("A description could not be embedded: %s", type(fault).__name__)
    return np.zeros(now.dimensions, np.float32)
