"""How other sites are treated: who we say we are, how often we ask, how long we wait."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

from broadsheet import __version__
from broadsheet.fetching.errors import FetchError

MIB = 2**20


@dataclass(frozen=True, slots=True)
class Manners:
    """Limits of every request. Times are seconds, sizes bytes."""

    contact: str = ""
    """E-mail or web address of the operator, told to every site that is asked."""
    pause: float = 3.0
    """Between the beginnings of two requests to one host; arXiv asks for three."""
    attempts: int = 4
    patience: float = 120.0
    """The longest wait inside a run; what takes longer ends it."""
    rest: float = 900.0
    """How long a host is left alone after all attempts failed."""
    idle: float = 30.0
    """How long a connection may be silent."""
    longest: float = 180.0
    """How long one answer may take as a whole."""
    largest: int = 64 * MIB
    """Of an answer, unpacked."""
    redirects: int = 5
    allow_loopback: bool = False
    """For tests, whose server is on this machine."""

    def user_agent(self) -> str:
        contact = "".join(one for one in self.contact if one.isascii() and one.isprintable())
        return f"Broadsheet/{__version__}" + (f" ({contact.strip()})" if contact.strip() else "")

    def backoff(self, failures: int) -> float:
        """Seconds before the next attempt: doubling, half of it by chance, so that many sites
        that fail together do not come back together."""
        most: float = min(self.patience, self.pause * 2.0**failures)
        return random.uniform(most / 2, most)  # noqa: S311  nobody is to guess anything


def retry_after(told: str, server_time: str) -> float | None:
    """Seconds in a Retry-After header: a number, or a date by the server's own clock."""
    if told.strip().isdecimal():
        return float(told.strip())
    until = _moment(told)
    now = _moment(server_time) or datetime.now(UTC)
    return max(0.0, (until - now).total_seconds()) if until else None


def _moment(told: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(told)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


class Book(Protocol):
    """What all who ask, in whatever process, know of the hosts that they ask."""

    def take(self, host: str, pause: float) -> float:
        """Take one's turn at `host`, after which nobody has one for `pause` seconds; 0, or the
        seconds after which to try again. Raises FetchError while the host is left alone."""

    def give_back(self, host: str) -> None:
        """Say that the answer has come, or none will."""

    def rest(self, host: str, seconds: float) -> None:
        """Let everybody leave the host alone for so long."""


class NoBook:
    """Nobody else asks."""

    def take(self, host: str, pause: float) -> float:
        return 0.0

    def give_back(self, host: str) -> None:
        """Nobody waits for it."""

    def rest(self, host: str, seconds: float) -> None:
        """Nobody else asks it."""


class Turns:
    """Whose turn it is at one host: requests one after another, with a pause, and its rests."""

    def __init__(
        self, host: str, manners: Manners, sleep: Callable[[float], None], book: Book
    ) -> None:
        self.lock = threading.Lock()
        self._book = book
        self._host = host
        self._manners = manners
        self._sleep = sleep
        self._next = 0.0
        self._rests_until = 0.0

    def wait(self) -> None:
        """Wait for the pause to be over. Raises FetchError while the host rests."""
        now = time.monotonic()
        if now < self._rests_until:
            left = self._rests_until - now
            raise FetchError(
                f"{self._host} has failed several times and is left alone for "
                f"{left / 60:.0f} more minutes.",
                wait=left,
            )
        if now < self._next:
            self._sleep(self._next - now)
        while left := self._book.take(self._host, self._manners.pause):
            self._sleep(left)
        self._next = time.monotonic() + self._manners.pause

    def give_back(self) -> None:
        self._book.give_back(self._host)

    def rest(self, seconds: float) -> None:
        self._rests_until = time.monotonic() + seconds
        self._book.rest(self._host, seconds)
