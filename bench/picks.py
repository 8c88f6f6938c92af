"""What it costs a site to learn one interest and to offer it the papers of a day: from the rows of
the database to rows with reasons.

    OMP_NUM_THREADS=1 python -m bench.picks [--liked 500] [--day 2000] [--readers 1000]

Everything is the product's own, on SQLite, or on the empty PostgreSQL that `DATABASE_URL` names (by
`python -m tests.postgres`). The papers are invented: words by lot as often as words of a language
are, vectors of topics. CPU milliseconds of this process, medians; "learn and rank" is what an
interest needs beyond its rows. What is made ready once for all interests of a day stands apart.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import numpy as np

P = ParamSpec("P")
T = TypeVar("T")
EARLIER, TOPICS, WIDTH, WORDS, LONG = 10_000, 60, 384, 20_000, 190
KEPT_EACH = 40
ROUNDS = 15
BATCH = 1_000
STAGES = {
    "windows.current": "look whether papers came",
    "evidence.gather": "what teaches it, from rows",
    "teaching.liked": "papers that teach, as far as they were not read yet",
    "ranking.ranked": "learn and rank",
    "learning.places": "choose, each work once",
    "explaining.because": "reasons",
    "explaining.learned": "what its reader may see",
    "learning._write": "write the offers",
}


def make_papers(day: int, random: np.random.Generator) -> np.ndarray:
    """`EARLIER` papers of long ago and `day` of today; the topic of each."""
    from django.utils import timezone

    from broadsheet.papers.models import Authorship, Classification, Counter, Paper
    from broadsheet.papers.text import title_key
    from broadsheet.search.models import Embedding

    today, now, number = timezone.localdate(), timezone.now(), EARLIER + day
    words = np.array([f"w{''.join(chr(97 + int(c)) for c in str(n))}" for n in range(WORDS)])
    often = 1 / np.arange(10, WORDS + 10)
    topics = random.integers(TOPICS, size=number)
    own = random.integers(WORDS, size=(TOPICS, 200))
    middles = random.normal(0, 1, (TOPICS, WIDTH))
    vectors = middles[topics] + random.normal(0, 1.2, (number, WIDTH))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype("<f2")
    papers = []
    for key, topic in enumerate(topics, start=1):
        votes = int(random.exponential(3))
        some = words[random.choice(WORDS, LONG, p=often / often.sum())]
        some[::5] = words[random.choice(own[topic], len(some[::5]))]
        title = " ".join(some[:10])
        papers.append(
            Paper(
                id=key, change=key, slug=f"2501.{key:05}", title=title, author_count=5,
                title_key=title_key(title), abstract=" ".join(some[10:]), saved_at=now,
                day=today if key > EARLIER else today - timedelta(days=100),
                votes=votes, source_votes=votes, text_source="bench",
            )
        )  # fmt: skip
    Paper.objects.bulk_create(papers, batch_size=500)
    Authorship.objects.bulk_create(
        (
            Authorship(paper_id=paper.id, position=place, name=f"N {name}", key=int(name))
            for paper in papers
            for place, name in enumerate(random.integers(20_000, size=5))
        ),
        batch_size=BATCH,
    )
    Classification.objects.bulk_create(
        (Classification(paper_id=paper.id, position=0, category="cs.LG") for paper in papers),
        batch_size=BATCH,
    )
    Embedding.objects.bulk_create(
        (
            Embedding(paper_id=key, number=key, model="bench", text_key=0, vector=vector.tobytes())
            for key, vector in enumerate(vectors, start=1)
        ),
        batch_size=BATCH,
    )
    Counter.objects.update_or_create(name="changes", defaults={"value": number})
    return topics


def make_readers(number: int, topics: np.ndarray, random: np.random.Generator) -> None:
    """Each keeps papers of two topics."""
    from django.utils import timezone

    from broadsheet.community.desks import Reading
    from broadsheet.readers.models import Reader

    now = timezone.now()
    readers = Reader.objects.bulk_create(
        Reader(username=f"r{n}", email=f"r{n}@example.org", date_joined=now - timedelta(days=90))
        for n in range(number)
    )
    rows = []
    for reader in readers:
        wanted = np.flatnonzero(np.isin(topics, random.choice(TOPICS, 2, replace=False))) + 1
        kept = random.choice(wanted, min(KEPT_EACH, len(wanted)), replace=False)
        rows += [
            Reading(reader=reader, paper_id=int(paper), state="read", since=now) for paper in kept
        ]
    Reading.objects.bulk_create(rows, batch_size=BATCH)


def make_interest(liked: int, topics: np.ndarray, random: np.random.Generator) -> int:
    from django.utils import timezone

    from broadsheet.interests.models import Example, Interest
    from broadsheet.readers.models import Reader

    joined = timezone.now() - timedelta(days=90)
    reader = Reader.objects.create(username="ada", email="ada@example.org", date_joined=joined)
    made = Interest.objects.create(reader=reader, name="Bench")
    wanted = np.flatnonzero(topics[:EARLIER] < max(3, liked * TOPICS // EARLIER + 1)) + 1
    Example.objects.bulk_create(
        Example(interest=made, paper_id=int(paper), verdict="more", origin="library")
        for paper in random.choice(wanted, liked, replace=False)
    )
    return made.pk


@contextmanager
def timed(spent: dict[str, list[float]]) -> Iterator[None]:
    """The CPU time of each stage while the block runs."""
    from broadsheet.interests import evidence, explaining, learning, ranking, teaching, windows

    rooms = (evidence, explaining, learning, ranking, teaching, windows)
    modules = {module.__name__.rpartition(".")[2]: module for module in rooms}
    kept = []

    def watched(name: str, work: Callable[P, T]) -> Callable[P, T]:
        @wraps(work)
        def run(*given: P.args, **named: P.kwargs) -> T:
            started = time.process_time()
            try:
                return work(*given, **named)
            finally:
                spent[name].append(time.process_time() - started)

        return run

    for name in STAGES:
        module, _, what = name.partition(".")
        kept.append((modules[module], what, getattr(modules[module], what)))
        setattr(modules[module], what, watched(name, kept[-1][2]))
    try:
        yield
    finally:
        for room, what, work in kept:
            setattr(room, what, work)


def median_ms(times: list[float]) -> float:
    return float(np.median(times)) * 1_000


def once(label: str, work: Callable[[], object]) -> None:
    started = time.process_time()
    work()
    print(f"{(time.process_time() - started) * 1_000:8.1f}  {label}", flush=True)


def learn(key: int) -> None:
    from broadsheet.interests import learning
    from broadsheet.interests.models import Interest

    Interest.objects.filter(pk=key).update(stale=True, learned_from="")
    assert learning.learn(Interest.objects.get(pk=key))


def measure(key: int) -> None:
    from broadsheet.interests.models import Offer

    spent: dict[str, list[float]] = defaultdict(list)
    whole = []
    with timed(spent):
        for _ in range(ROUNDS):
            started = time.process_time()
            learn(key)
            whole.append(time.process_time() - started)
    for name, label in STAGES.items():
        print(f"{median_ms(spent[name]):8.1f}  {label}")
    print(f"{median_ms(whole):8.1f}  all of it, {Offer.objects.count()} offers")


def compare(liked: int, day: int, readers: int) -> None:
    from django.db import connection

    from broadsheet.interests import company, windows

    random = np.random.default_rng(3)
    topics = make_papers(day, random)
    make_readers(readers, topics, random)
    key = make_interest(liked, topics, random)
    print(f"{connection.vendor}: {liked} liked, {day:,} papers a day; CPU milliseconds")
    once("once a day: the window of papers", windows.current)
    once("the first time, its papers read", lambda: learn(key))
    measure(key)
    once(f"once a night: the company of {readers:,} readers", company.learn)
    once("the first time with it, its neighbours found", lambda: learn(key))
    measure(key)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--liked", type=int, default=500)
    parser.add_argument("--day", type=int, default=2_000)
    parser.add_argument("--readers", type=int, default=1_000)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="picks-") as folder:
        os.environ["BROADSHEET_DATA"] = str(Path(folder))
        os.environ["DJANGO_SETTINGS_MODULE"] = "broadsheet.settings"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        compare(told.liked, told.day, told.readers)


if __name__ == "__main__":
    main()
