"""Progress bars on the terminal. Silent where standard error is not one."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Self

from tqdm import tqdm

from broadsheet.harvest import ImportReport
from broadsheet.search import jobs
from broadsheet.sources.opening import Input


def bar(name: str, unit: str, total: int | None = None) -> tqdm[Any]:
    """A bar with rate and time left. Bytes are counted in kB and MB."""
    is_bytes = unit == "B"
    unit = unit if is_bytes else f" {unit}"
    return tqdm(desc=name, unit=unit, unit_scale=is_bytes, total=total, disable=None, leave=False)


def meter(shown: tqdm[Any]) -> Callable[[int, int], None]:
    """Moves the bar to `done` of `total`."""

    def move(done: int, total: int) -> None:
        shown.total = total
        shown.update(done - shown.n)

    return move


def embed_all() -> None:
    """Compute every embedding that is missing. Raises NoModel where there is no model."""
    with bar("embedding", "papers", jobs.left_to_embed()) as shown:
        jobs.embed_waiting(threading.Event(), watch=shown.update)


class ImportBar:
    """One bar for each input: bytes read, records saved, rate and time left."""

    def __init__(self) -> None:
        self._input: Input | None = None
        self._bar: tqdm[Any] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def watch(self, opened: Input, report: ImportReport) -> None:
        """Called after every batch."""
        shown = self._bar_of(opened)
        shown.set_postfix_str(f"{report.records:,} records", refresh=False)
        shown.update(opened.consumed() - shown.n)

    def _bar_of(self, opened: Input) -> tqdm[Any]:
        if self._bar is None or opened is not self._input:
            self.__exit__()
            self._input = opened
            self._bar = bar(opened.name.rpartition("/")[2], "B", opened.size)
        return self._bar
