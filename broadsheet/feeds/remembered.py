"""The filters that a reader wants on every list, kept with the account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

from django.db import transaction
from django.db.models import QuerySet

from broadsheet.community.limits import spend
from broadsheet.community.models import Verb
from broadsheet.feeds import choice as choices
from broadsheet.feeds.choice import Choice, UnusableChoice
from broadsheet.feeds.models import Remembered
from broadsheet.papers.prepared import prepared
from broadsheet.readers.models import Reader
from broadsheet.readers.takeout import File, as_json


def remember(reader: Reader, choice: Choice) -> None:
    """Keep a choice in place of the one before; an empty one forgets it. Raises Refused."""
    with transaction.atomic():
        spend(reader, Verb.KEEP)
        if choice:
            told = {"query": choices.query(choice).lstrip("?")}
            Remembered.objects.update_or_create(reader=reader, defaults=told)
        else:
            Remembered.objects.filter(reader=reader).delete()


def remembered(reader_id: int) -> Choice:
    """The choice that a reader keeps; an empty one where there is none, or none that still fits."""
    kept = _kept(reader_id)
    try:
        return choices.parse(parse_qs(kept[0][0])) if kept else Choice()
    except UnusableChoice:
        return Choice()


@prepared
def _kept(reader_id: int) -> QuerySet[Remembered, Any]:
    return Remembered.objects.filter(reader_id=reader_id).values_list("query")


def takeout(reader: Reader) -> Iterator[File]:
    """The kept choice as it stands in an address."""
    kept = Remembered.objects.filter(reader=reader)
    yield as_json("filters.json", list(kept.values("query")))
