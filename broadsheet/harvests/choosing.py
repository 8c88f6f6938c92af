"""The operator's choices on the page of the sources: each is checked, written, and noted."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from broadsheet.fetching import FetchError
from broadsheet.fetching.addresses import checked_addresses
from broadsheet.harvests import enriching, keys
from broadsheet.harvests.actions import CannotError
from broadsheet.harvests.models import Source as Row
from broadsheet.harvests.operating import Chosen, Deed, Key
from broadsheet.readers.models import Reader
from broadsheet.sources import known

MOST = 200
"""Sources that can be added on the page."""
LONGEST_KEY = 500


def add(by: Reader, kind: str, parameter: str, hour: int | None = None) -> str:
    """Switch a source on; returns its name. Raises CannotError."""
    parameter = re.sub(r",\s+", ",", parameter.strip())
    word = f"{kind}:{parameter}" if parameter else kind
    if re.search(r"\s", word) or "\0" in word:
        raise CannotError("There must be no blanks in it.")
    try:
        name = known.source(word).name
    except ValueError as reason:
        raise CannotError(_sentence(str(reason))) from None
    if name in settings.SOURCES or Chosen.objects.filter(name=name).exists():
        raise CannotError("This source is on already.")
    _check_address(parameter)
    with transaction.atomic():
        if Chosen.objects.count() >= MOST:
            raise CannotError(f"There are {MOST} sources already; take one away first.")
        Chosen.objects.create(name=name)
        row, _ = Row.objects.get_or_create(name=name)
        Row.objects.filter(pk=row.pk).update(hour=_checked_hour(hour), paused=False)
        note(by, "switched on", name)
    return name


def remove(by: Reader, name: str) -> None:
    """Switch off a source that was added here; what it told of stays. Raises CannotError."""
    if name in settings.SOURCES:
        raise CannotError("The settings name this source: take it out of BROADSHEET_SOURCES.")
    with transaction.atomic():
        if not Chosen.objects.filter(name=name).delete()[0]:
            raise CannotError("There is no such source here.")
        Row.objects.filter(name=name).update(hour=None)
        note(by, "switched off", name)


def set_hour(by: Reader, name: str, hour: int | None) -> None:
    """Let a source be asked once a day at this hour, or at its own times. Raises CannotError."""
    hour = _checked_hour(hour)
    with transaction.atomic():
        row, _ = Row.objects.get_or_create(name=name)
        Row.objects.filter(pk=row.pk).update(hour=hour)
        note(by, "at its own times" if hour is None else f"daily at {hour}:00", name)


def keep_key(by: Reader, name: str, key: str) -> None:
    """Keep a key for a kind of source, or with "" forget it. Raises CannotError."""
    if name not in key_names():
        raise CannotError("This takes no key.")
    if name in settings.SOURCE_KEYS:
        raise CannotError("The settings have a key for this, and they win.")
    key = key.strip()
    if len(key) > LONGEST_KEY or not key.isascii() or not (key.isprintable() and " " not in key):
        raise CannotError("This does not look like a key.")
    with transaction.atomic():
        Key.objects.filter(name=name).delete()
        if key:
            Key.objects.create(name=name, sealed=keys.seal(key))
        note(by, "kept a key" if key else "forgot the key", name)


def key_names() -> dict[str, str]:
    """The sites that can use a key, each with its title and what for."""
    told = {
        kind.name: f"{kind.title}. A key {kind.key}" for kind in known.kinds().values() if kind.key
    }
    for teller in enriching.TELLERS:
        if teller.key and teller.name not in told:
            told[teller.name] = f"{teller.title}. A key {teller.key}"
    return told


def note(by: Reader, did: str, what: str) -> None:
    """Write down what an operator did; never a key."""
    Deed.objects.create(by=by, did=did, what=what[:200])


def _checked_hour(hour: int | None) -> int | None:
    if hour is not None and not 0 <= hour <= 23:
        raise CannotError("An hour is 0 to 23.")
    return hour


def _check_address(parameter: str) -> None:
    """That an address is public, and holds no password: everybody is shown it."""
    if not parameter.startswith(("http://", "https://")):
        return
    try:
        parts = urlsplit(parameter)
        host, port = parts.hostname or "", parts.port or 443
    except ValueError:
        raise CannotError("This is no address.") from None
    if "@" in parts.netloc:
        raise CannotError("There is a password in this address, and everybody would see it.")
    try:
        checked_addresses(host, port, allow_loopback=settings.ALLOW_LOOPBACK_SOURCES)
    except FetchError as reason:
        raise CannotError(str(reason)) from None


def _sentence(reason: str) -> str:
    return f"{reason[:1].upper()}{reason[1:].rstrip('.')}."
