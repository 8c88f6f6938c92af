"""What a worker does for search: keep the indexes level with the database, and embed papers."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Thread

from django.conf import settings
from django.db import close_old_connections, connection

from broadsheet.papers.models import Paper
from broadsheet.search import embedding, index, replica, same_works
from broadsheet.search import model as models
from broadsheet.search.entries import entries
from broadsheet.search.files import Locked, only_writer
from broadsheet.search.index import Progress, open_follower
from broadsheet.search.model import NoModel
from broadsheet.search.waiting import embed, waiting

PAUSE = 0.5
"""Seconds between two looks at the database."""
STANDBY = 5.0
"""Seconds between two tries to become the one that writes."""
PATIENCE = 60.0
"""Seconds before what failed is tried again."""
AHEAD = 512
BATCH = 32

log = logging.getLogger(__name__)


def follow(stop: Event) -> None:
    """Keep this node's indexes level with the database, and embed what waits, until `stop`.

    Where another process does so already, stand by and take over when it ends.
    """
    while not stop.is_set():
        try:
            with _writing():
                _follow(stop)
        except Locked:
            stop.wait(STANDBY)


def catch_up(progress: Progress | None = None) -> int:
    """Bring this node's indexes level with the database once, with the embeddings that exist.

    Returns how many papers were written: 0 at once where another process is at it.
    """
    try:
        while same_works.link_next():
            pass
        with _writing(), closing(open_follower()) as follower:
            written = follower.follow(progress)
            replica.follow(follower.origin)
            return written
    except Locked:
        return 0


def rebuild(progress: Progress | None = None) -> int:
    """Make the indexes anew from the database while searches go on; returns how many papers.

    No embedding is computed again. Raises `Locked` where another rebuild is under way.
    """
    same_works.begin_anew()
    written = index.rebuild(progress)
    replica.ask_for_rebuild()
    catch_up()
    return written


def link_same_works(stop: Event) -> None:
    """Link papers that are one work as papers come and change, until `stop`."""
    while not stop.is_set():
        if not same_works.link_next():
            close_old_connections()
            stop.wait(PAUSE)


def embed_waiting(stop: Event, budget: float | None = None) -> int:
    """Embed papers that wait, the newest day first, for at most `budget` seconds.

    Returns how many got their embedding. Raises `NoModel` where there is none.
    """
    encoder = embedding.encoder()
    ends = time.monotonic() + budget if budget is not None else None
    embedded, failed = 0, set[int]()
    while ids := _next_waiting(encoder.name, failed):
        for start in range(0, len(ids), BATCH):
            if stop.is_set() or (ends is not None and time.monotonic() >= ends):
                return embedded
            some = ids[start : start + BATCH]
            done = embed(encoder, entries(Paper.objects.filter(id__in=some)))
            embedded += len(done)
            failed |= set(some) - done
    return embedded


def _next_waiting(model: str, failed: set[int]) -> list[int]:
    found = waiting(model).values_list("id", flat=True)[: AHEAD + len(failed)]
    return [key for key in found if key not in failed]


@contextmanager
def _writing() -> Iterator[None]:
    with only_writer(Path(settings.INDEX) / "writer.lock"):
        yield


def _follow(stop: Event) -> None:
    ended = Event()
    embedder = Thread(target=_keep_embedding, args=(ended,), name="embedding", daemon=True)
    embedder.start()
    try:
        while not stop.is_set():
            _follow_one_generation(stop)
    finally:
        ended.set()
        embedder.join()


def _follow_one_generation(stop: Event) -> None:
    """Follow until `stop`, or until this generation is replaced, lost or unusable."""
    with closing(open_follower()) as follower:
        while not stop.is_set() and follower.is_current():
            try:
                follower.follow()
            except (ValueError, OSError) as reason:
                log.warning("The search index could not be written: %s", reason)
                return
            replica.follow(follower.origin)
            close_old_connections()
            stop.wait(PAUSE)


def _keep_embedding(stop: Event) -> None:
    """Embed whatever waits until `stop`; without a model, try to get one now and then."""
    while not stop.is_set():
        pause = PAUSE * 2
        try:
            embed_waiting(stop)
        except NoModel as reason:
            log.info("%s", reason)
            _try_download()
            pause = PATIENCE
        except Exception:
            log.exception("Embedding failed; trying again in %.0f s", PATIENCE)
            pause = PATIENCE
        finally:
            connection.close()
        stop.wait(pause)


def _try_download() -> None:
    try:
        models.download()
    except NoModel as reason:
        log.info("%s", reason)
