"""The one list of background work."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Steady:
    """Work that goes on until it is stopped."""

    name: str
    run: Callable[[threading.Event], None]


@dataclass(frozen=True, slots=True)
class Periodic:
    """Work that is done again and again, `every` so often."""

    name: str
    every: timedelta
    run: Callable[[], None]


def steady_work() -> list[Steady]:
    from broadsheet.community import jobs as community
    from broadsheet.feeds import jobs as feeds
    from broadsheet.interests import jobs as interests
    from broadsheet.search import jobs as search

    return [
        Steady("search index", search.follow),
        Steady("lists", feeds.follow),
        Steady("same works", search.link_same_works),
        Steady("votes and comments", community.follow),
        Steady("interests", interests.follow),
    ]


def periodic_work() -> list[Periodic]:
    from broadsheet.contributions import jobs as contributions
    from broadsheet.digests import jobs as digests
    from broadsheet.feeds import jobs as feeds
    from broadsheet.harvests import jobs as harvests
    from broadsheet.integrity import networks
    from broadsheet.interests import jobs as interests
    from broadsheet.notices import jobs as notices
    from broadsheet.readers import jobs as readers

    return [
        Periodic("database statistics", timedelta(hours=6), refresh_statistics),
        Periodic("sources", timedelta(seconds=90), harvests.run_due),
        Periodic("more about papers", timedelta(minutes=2), harvests.enrich_due),
        Periodic("texts and first pages", timedelta(minutes=2), harvests.fetch_texts),
        Periodic("papers of one work", timedelta(minutes=2), harvests.join_one_works),
        Periodic("look-ups and chosen days", timedelta(minutes=1), contributions.follow_up),
        Periodic("trends", timedelta(minutes=5), feeds.refresh_trends),
        Periodic("what readers keep", timedelta(minutes=10), interests.learn_company),
        Periodic("letters", timedelta(minutes=2), digests.send_due),
        Periodic("letters that came back", timedelta(minutes=5), digests.take_returned),
        Periodic("notices", timedelta(seconds=15), notices.tell),
        Periodic("notices by mail", timedelta(minutes=1), notices.send_due),
        Periodic("old notices", timedelta(hours=24), notices.forget_old),
        Periodic("forgotten addresses", timedelta(hours=12), digests.forget_addresses),
        Periodic("networks of old votes", timedelta(hours=24), networks.forget_old),
        Periodic("old sessions and events", timedelta(hours=24), readers.tidy),
    ]


def refresh_statistics() -> None:
    """Let SQLite look at its tables again so that it plans queries well; PostgreSQL does itself."""
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA analysis_limit=400")
            cursor.execute("PRAGMA optimize")
