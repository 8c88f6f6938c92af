"""What a worker does for search: keep the indexes level with the database, and embed papers."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Thread
from uuid import UUID, uuid4

from django.conf import settings
from django.db import close_old_connections, connection

from broadsheet.search import embedding, index, replica, same_works
from broadsheet.search import model as models
from broadsheet.search.entries import entries_with
from broadsheet.search.files import Locked, only_writer
from broadsheet.search.index import Progress, open_follower
from broadsheet.search.model import NoModel
from broadsheet.search.soundness import is_damage
from broadsheet.search.waiting import claim, drafted, embed, release, waiting

PAUSE = 0.5
"""Seconds between two looks at the database."""
STANDBY = 5.0
"""Seconds between two tries to become the one that writes."""
PATIENCE = 60.0
"""Seconds before what failed is tried again."""
AHEAD = 512
"""Papers that are claimed at once; eight times as many for drafts."""
MANY = 2_048
"""Papers that wait, beyond which titles come first: about a minute's work."""
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
        with _writing(), closing(open_follower(progress)) as follower:
            written = follower.follow(progress)
            replica.inspect()
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


def embed_waiting(
    stop: Event, budget: float | None = None, watch: Callable[[int], object] = int
) -> int:
    """Embed papers that wait, the newest day first, for at most `budget` seconds.

    Where many wait, all get a draft of their title first, and then that of their whole text.
    Any number of processes may do this at once. Returns how many embeddings were computed here,
    and calls `watch` with the number of each batch. Raises `NoModel` where there is none.
    """
    encoder, owner = embedding.encoder(), uuid4()
    ends = time.monotonic() + budget if budget is not None else float("inf")
    embedded, failed = 0, set[int]()
    try:
        while True:
            ids, draft = _claimed(encoder.name, owner, failed)
            if not ids:
                return embedded
            size = BATCH * 8 if draft else BATCH
            for some in (ids[at : at + size] for at in range(0, len(ids), size)):
                if stop.is_set() or time.monotonic() >= ends:
                    return embedded
                done = embed(encoder, entries_with(some), draft=draft)
                embedded += len(done)
                failed |= set(some) - done
                watch(len(done))
    finally:
        release(owner)


def left_to_embed() -> int:
    """How many papers have no embedding, or a draft. Raises `NoModel` where there is none."""
    model = embedding.encoder().name
    return waiting(model).count() + drafted(model).count()


def _claimed(model: str, owner: UUID, failed: set[int]) -> tuple[list[int], bool]:
    """The papers to embed next, and whether as drafts: only where more wait than a few."""
    papers = waiting(model)
    many = len(papers.values_list("id")[: MANY + 1]) > MANY
    if ids := claim(papers, owner, AHEAD * 8 if many else AHEAD, failed):
        return ids, many
    return claim(drafted(model), owner, AHEAD, failed), False


@contextmanager
def _writing() -> Iterator[None]:
    with only_writer(Path(settings.INDEX) / "writer.lock"):
        yield


def _follow(stop: Event) -> None:
    ended = Event()
    embedder = Thread(target=_keep_embedding, args=(ended,), name="embedding", daemon=True)
    embedder.start()
    failed = -PATIENCE
    try:
        while not stop.is_set():
            try:
                _follow_one_generation(stop)
            except BaseException as fault:
                if not is_damage(fault) or time.monotonic() - failed < PATIENCE:
                    raise
                log.warning("The search index could not be written and is looked at: %s", fault)
                failed = time.monotonic()
    finally:
        ended.set()
        embedder.join()


def _follow_one_generation(stop: Event) -> None:
    """Follow until `stop`, or until this generation is replaced, lost or doubted."""
    with closing(open_follower()) as follower:
        replica.inspect()
        while not stop.is_set() and follower.is_current():
            follower.follow()
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
