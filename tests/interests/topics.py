"""Papers of three topics, as far apart in meaning as their words are."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from broadsheet.papers.models import Paper
from broadsheet.search.models import Embedding
from tests.shelf import make_paper

TODAY = date(2025, 12, 15)
TOPICS = ("rivers", "proteins", "poems")
WORDS = {
    "rivers": "a delta of silt where rivers meet the sea",
    "proteins": "how proteins fold within a cell and its membrane",
    "poems": "the metre of poems and how verses rhyme",
}
_RANDOM = np.random.default_rng(7)


def topical(topic: str, title: str = "", day: date | None = TODAY, **facts: Any) -> Paper:
    """A paper about a topic, with its embedding."""
    abstract = facts.pop("abstract", f"{WORDS[topic]}.")
    paper = make_paper(title, day=day, abstract=abstract, **facts)
    embed(paper, topic)
    return paper


def embed(paper: Paper, topic: str) -> None:
    vector = np.eye(8)[TOPICS.index(topic)] + _RANDOM.normal(0, 0.15, 8)
    vector = (vector / np.linalg.norm(vector)).astype("<f2")
    Embedding.objects.create(
        paper=paper, number=paper.id, model="topics", text_key=0, vector=vector.tobytes()
    )


def a_day(each: int = 4, day: date = TODAY) -> dict[str, list[Paper]]:
    """So many papers of each topic on one day."""
    return {topic: [topical(topic, day=day) for _ in range(each)] for topic in TOPICS}
