"""A worker that indexes in a process of its own, so that a test can kill it at any moment.

    python -m tests.search.crashing follow|rebuild

Reads the site of `BROADSHEET_DATA`. The model is the tests' stand-in, so that vectors are written
too.
"""

from __future__ import annotations

import os
import sys
from threading import Event


def main(work: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "broadsheet.settings"
    import django

    django.setup()
    from broadsheet.search import embedding, index, jobs
    from tests.search.papers import WordEncoder

    stand_in = WordEncoder()
    embedding.encoder = lambda: stand_in  # type: ignore[assignment,return-value]  # as in tests
    index.BATCH, index.COMMIT_EVERY, index.COMMIT_OF_REBUILD = 20, 0.0, 0.0
    print("begun", flush=True)
    if work == "rebuild":
        jobs.rebuild(lambda done, in_all: print(done, in_all, flush=True))
    else:
        jobs.follow(Event())


if __name__ == "__main__":
    main(sys.argv[1])
