"""Writing collections. Each verb holds the collection, so its order has no gap or double place."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from broadsheet.community.actions import lock_paper
from broadsheet.community.limits import Refused, spend
from broadsheet.community.models import Verb
from broadsheet.community.shelves import (
    LONGEST_ABOUT,
    LONGEST_NOTE,
    LONGEST_TITLE,
    Collection,
    Item,
    Reach,
)
from broadsheet.readers.models import Reader

MOST_COLLECTIONS, MOST_PAPERS = 200, 1_000


def create(reader: Reader, title: str, about: str = "", reach: str = "private") -> Collection:
    """A new list without papers. Raises Refused, as everything here does."""
    with transaction.atomic():
        spend(reader, Verb.COLLECT)
        if Collection.objects.filter(owner=reader).count() >= MOST_COLLECTIONS:
            raise Refused(f"One reader can have {MOST_COLLECTIONS} collections.")
        return Collection.objects.create(owner=reader, **_told(title, about, reach))


def change(reader: Reader, key: str, title: str, about: str, reach: str) -> None:
    """Give a collection another name, description or reach."""
    with transaction.atomic():
        held = _held(reader, key)
        Collection.objects.filter(pk=held.pk).update(**_told(title, about, reach))


def remove(reader: Reader, key: str) -> None:
    with transaction.atomic():
        _held(reader, key).delete()


def put(reader: Reader, key: str, paper_id: int, note: str = "") -> None:
    """Put a paper at the end, or change its note where it stands already."""
    with transaction.atomic():
        held = _held(reader, key)
        lock_paper(paper_id)
        last = held.items.aggregate(last=Max("position"))["last"]
        if held.items.count() >= MOST_PAPERS:
            raise Refused(f"A collection can have {MOST_PAPERS:,} papers.")
        Item.objects.update_or_create(
            collection_id=held.pk,
            paper_id=paper_id,
            defaults={"note": _text(note)[:LONGEST_NOTE]},
            create_defaults={"note": _text(note)[:LONGEST_NOTE], "position": (last or 0) + 1},
        )


def take_out(reader: Reader, key: str, paper_id: int) -> None:
    with transaction.atomic():
        Item.objects.filter(collection=_held(reader, key), paper_id=paper_id).delete()


def move_up(reader: Reader, key: str, paper_id: int) -> None:
    """Let a paper change places with the one above it; the first stays where it is."""
    with transaction.atomic():
        items = Item.objects.filter(collection=_held(reader, key))
        one = items.filter(paper_id=paper_id).first()
        above = one and items.filter(position__lt=one.position).order_by("-position").first()
        if one and above:
            items.filter(paper_id=one.paper_id).update(position=above.position)
            items.filter(paper_id=above.paper_id).update(position=one.position)


def _held(reader: Reader, key: str) -> Collection:
    """A reader's own collection, held until the end; to everybody else it does not exist."""
    spend(reader, Verb.COLLECT)
    mine = Collection.objects.select_for_update(no_key=True).filter(owner=reader, key=key)
    if not (found := mine.first()):
        raise Refused("There is no collection of yours at this address.", 404)
    Collection.objects.filter(pk=found.pk).update(changed_at=timezone.now())
    return found


def _told(title: str, about: str, reach: str) -> dict[str, str]:
    title = " ".join(_text(title).split())
    if not title:
        raise Refused("A collection needs a name.", 400)
    if reach not in Reach.values:
        raise Refused("Please choose who can see the collection.", 400)
    return {"title": title[:LONGEST_TITLE], "about": _text(about)[:LONGEST_ABOUT], "reach": reach}


def _text(text: str) -> str:
    return text.replace("\0", "").strip()
