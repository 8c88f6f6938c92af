"""The filters that a reader wants on every list, kept with the account."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs

from django.db import transaction

from broadsheet.community.limits import spend
from broadsheet.community.models import Verb
from broadsheet.feeds import choice as choices
from broadsheet.feeds.choice import Choice, UnusableChoice
from broadsheet.feeds.models import Remembered
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
    query = Remembered.objects.filter(reader=reader_id).values_list("query", flat=True).first()
    try:
        return choices.parse(parse_qs(query or ""))
    except UnusableChoice:
        return Choice()


def takeout(reader: Reader) -> Iterator[File]:
    """The kept choice as it stands in an address."""
    kept = Remembered.objects.filter(reader=reader)
    yield as_json("filters.json", list(kept.values("query")))
