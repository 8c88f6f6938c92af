"""Readers for tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar

from allauth.account.models import EmailAddress
from django.db import connection
from django.utils import timezone

from broadsheet.readers.models import Reader

T = TypeVar("T")


def make_reader(handle: str = "ada", *, days: int = 30, is_staff: bool = False) -> Reader:
    """An account that is so many days old."""
    return Reader.objects.create(
        username=handle,
        email=f"{handle}@example.org",
        is_staff=is_staff,
        date_joined=timezone.now() - timedelta(days=days),
    )


def with_mailbox(reader: Reader) -> Reader:
    """The same, with its address verified: mail goes there."""
    EmailAddress.objects.create(user=reader, email=reader.email, verified=True, primary=True)
    return reader


def at_once(work: Sequence[Callable[[], T]], threads: int = 20) -> list[T]:
    """Do all of it in threads, each with its own connection; results in order."""

    def one(do: Callable[[], T]) -> T:
        try:
            return do()
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(one, work))
