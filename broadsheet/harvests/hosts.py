"""What all processes of the site know of the hosts that they ask: a row for each host.

One request at a time, a pause between two, and rests hold for the web server, the worker and the
command together, and after a restart.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from broadsheet.fetching import FetchError
from broadsheet.harvests.claims import is_of_the_dead, new_claim
from broadsheet.harvests.models import Host

HOLDS = timedelta(minutes=5)
"""Longer than any answer may take; whoever dies before is found out by others of its machine."""
LOOK_AGAIN = 1.0
"""Seconds until one asks again whether another has its answer."""


class Hosts:
    """The book of hosts in the database. See `fetching.manners.Book`."""

    def __init__(self) -> None:
        self._mark = new_claim()

    def take(self, host: str, pause: float) -> float:
        host = host[:200]
        Host.objects.get_or_create(name=host)
        with transaction.atomic():
            row = Host.objects.select_for_update().get(name=host)
            now = timezone.now()
            if row.rests_until and row.rests_until > now:
                left = (row.rests_until - now).total_seconds()
                raise FetchError(
                    f"{host} has failed several times and is left alone for "
                    f"{left / 60:.0f} more minutes.",
                    wait=left,
                )
            if row.is_held(now) and row.holder != self._mark and not is_of_the_dead(row.holder):
                return LOOK_AGAIN
            if row.next_turn > now:
                return (row.next_turn - now).total_seconds()
            row.holder, row.held_until = self._mark, now + HOLDS
            row.next_turn = now + timedelta(seconds=pause)
            row.save()
        return 0.0

    def give_back(self, host: str) -> None:
        Host.objects.filter(name=host[:200], holder=self._mark).update(holder="", held_until=None)

    def rest(self, host: str, seconds: float) -> None:
        until = timezone.now() + timedelta(seconds=seconds)
        Host.objects.update_or_create(name=host[:200], defaults={"rests_until": until})
