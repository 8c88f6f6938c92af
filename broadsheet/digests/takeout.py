"""A reader's letters, as files to take away."""

from __future__ import annotations

from collections.abc import Iterator

from broadsheet.digests.models import Channel, Letter, Opinion, Return, Subscription
from broadsheet.readers.models import Reader
from broadsheet.readers.takeout import File, as_json

WISHES = ("rhythm", "weekdays", "monthday", "hour", "zone", "at_most", "least_votes")


def letters(reader: Reader) -> Iterator[File]:
    """What the reader gets, what was sent, and what was said of it. Of channels the host alone."""
    theirs = Subscription.objects.filter(reader=reader).order_by("id")
    about = ("id", "about", "name", "filters", "state", "by_mail", "created", *WISHES)
    yield as_json("letters.json", list(theirs.values(*about)))
    sent = Letter.objects.filter(subscription__reader=reader).order_by("id")
    told = ("subscription", "what", "edition", "stage", "papers", "reasons", "finished_at")
    yield as_json("letters-sent.json", list(sent.values(*told)))
    channels = Channel.objects.filter(subscription__reader=reader)
    yield as_json("channels.json", list(channels.values("subscription", "kind", "host", "created")))
    opinions = Opinion.objects.filter(subscription__reader=reader)
    yield as_json("opinions.json", list(opinions.values("paper__slug", "is_more", "at")))
    returns = Return.objects.filter(subscription__reader=reader)
    yield as_json("letters-returned.json", list(returns.values("cause", "status", "at")))
