"""A process on a test's site that follows, rebuilds or reads, so that a test can kill it.

    python -m tests.search.crashing follow|rebuild|read

The model is the tests' stand-in, so that vectors are written too. Every step is a commit.
"""

from __future__ import annotations

import os
import sys
import time
from threading import Event


def main(work: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "broadsheet.settings"
    import django

    django.setup()
    from broadsheet.search import embedding, index, jobs
    from tests.search.papers import WordEncoder

    stand_in = WordEncoder()
    embedding.encoder = lambda: stand_in  # type: ignore[assignment,return-value]  # as in tests
    embedding.availability = lambda: ("words", "")
    index.BATCH, index.COMMIT_EVERY, index.COMMIT_OF_REBUILD = 20, 0.0, 0.0
    sys.stdout.write("begun\n")
    sys.stdout.flush()
    if work == "read":
        read()
    elif work == "rebuild":
        jobs.rebuild(lambda done, in_all: print(done, in_all, flush=True))  # noqa: T201  its output
    else:
        jobs.follow(Event())


def read(count: int = 1_000) -> None:
    """Say how many papers a search finds whenever that changes; an error ends the process."""
    from broadsheet.search import engine
    from broadsheet.search.query import parse

    before = -1
    while True:
        results = engine.search(parse("sand"), limit=count)
        if not results.plain and len(results.hits) != before:
            before = len(results.hits)
            print(before, flush=True)  # noqa: T201  its output
        time.sleep(0.01)


if __name__ == "__main__":
    main(sys.argv[1])
