"""What a process keeps in memory, as it is: a cache of Django would make bytes of it and back."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

KEPT_FOR = 3600.0
"""Seconds; what things are kept under changes long before where papers come in."""

T = TypeVar("T")


class Kept(Generic[T]):
    """So many things that nobody changes; the ones not asked for the longest go first. Safe to
    share between threads."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._lock = Lock()
        self._things: OrderedDict[Hashable, tuple[float, T]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._things)

    def get(self, key: Hashable) -> T | None:
        with self._lock:
            found = self._things.get(key)
            if found is None or time.monotonic() > found[0]:
                return None
            self._things.move_to_end(key)
            return found[1]

    def keep(self, key: Hashable, thing: T) -> None:
        with self._lock:
            self._things[key] = time.monotonic() + KEPT_FOR, thing
            self._things.move_to_end(key)
            while len(self._things) > self.most:
                self._things.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._things.clear()
