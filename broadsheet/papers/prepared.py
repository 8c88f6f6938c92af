"""Small questions that every page asks, put together once: that takes ten times their answer."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import lru_cache
from itertools import count
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

Value = int | Collection[int]
Rows = list[tuple[Any, ...]]

_FIRST = -(2**62)
"""Numbers from here stand in for values while a query is put together; no row has such a key."""


def prepared(build: Callable[..., QuerySet[Any, Any]]) -> Callable[..., Rows]:
    """Turns a function that makes a QuerySet of `values_list` from keys, or collections of keys,
    into one that asks it: the same SQL again, with other keys.

    The rows are as the database's driver has them, so numbers and texts only: on SQLite a boolean
    is a number, and a date a text.
    """

    @lru_cache(maxsize=256)
    def put_together(shape: tuple[int | None, ...]) -> tuple[str, list[Any]]:
        numbers = count(_FIRST)
        stand_ins = [
            next(numbers) if many is None else [next(numbers) for _ in range(many)]
            for many in shape
        ]
        try:
            query, values = build(*stand_ins).query.sql_with_params()
        except EmptyResultSet:  # among no keys nothing is found
            return "", []
        return query, list(values)

    def ask(*keys: Value) -> Rows:
        shape = tuple(None if isinstance(key, int) else len(key) for key in keys)
        query, values = put_together(shape)
        if not query:
            return []
        flat = [one for key in keys for one in ((key,) if isinstance(key, int) else key)]
        last = _FIRST + len(flat)
        filled = [
            flat[value - _FIRST] if isinstance(value, int) and _FIRST <= value < last else value
            for value in values
        ]
        with connection.cursor() as cursor:
            cursor.execute(query, filled)
            return list(cursor.fetchall())

    return ask
