"""What a reader follows and was told, as files to take away."""

from __future__ import annotations

from collections.abc import Iterator

from broadsheet.notices.models import Mute, Notice, Wish
from broadsheet.readers.models import Reader
from broadsheet.readers.takeout import File, as_json


def told(reader: Reader) -> Iterator[File]:
    """Follows, notices, and how the reader wants to be told."""
    follows = reader.follows.order_by("since")
    yield as_json("follows.json", list(follows.values("about", "name", "since")))
    notices = Notice.objects.shown_to(reader.pk).newest_first()
    columns = ("kind", "subject", "address", "at", "read_at")
    yield as_json("notices.json", list(notices.values(*columns)))
    wishes = Wish.objects.filter(reader=reader).order_by("kind")
    muted = Mute.objects.filter(reader=reader).order_by("them__username")
    yield as_json(
        "wishes.json",
        {
            "ways": dict(wishes.values_list("kind", "way")),
            "muted": list(muted.values_list("them__username", flat=True)),
        },
    )
