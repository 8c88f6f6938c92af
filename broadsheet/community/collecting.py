"""Writing collections. Each verb holds the collection, so its order has no gap or double place."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from broadsheet.community.actions import lock_paper
from broadsheet.community.limits import Refused, spend
from broadsheet.community.models import Verb
from broadsheet.community.shelves import (
    LONGEST_ABOUT,
    LONGEST_NOTE,
    LONGEST_TITLE,
    Collection,
    Deed,
    Item,
    Reach,
    Step,
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
    """Give a collection another name, description or reach, as its owner."""
    with transaction.atomic():
        found = held(reader, key)
        told = _told(title, about, reach)
        Collection.objects.filter(pk=found.pk).update(**told)
        note(found, reader, Deed.TOLD)


def remove(reader: Reader, key: str) -> None:
    with transaction.atomic():
        held(reader, key).delete()


def put(reader: Reader, key: str, paper_id: int, text: str = "") -> None:
    """Put a paper at the end, or change its note where it stands already."""
    with transaction.atomic():
        found = shared(reader, key)
        lock_paper(paper_id)
        stands = found.items.filter(paper_id=paper_id).exists()
        if not stands and found.items.count() >= MOST_PAPERS:
            raise Refused(f"A collection can have {MOST_PAPERS:,} papers.")
        last = found.items.aggregate(last=Max("position"))["last"]
        Item.objects.update_or_create(
            collection_id=found.pk,
            paper_id=paper_id,
            defaults={"note": _text(text)[:LONGEST_NOTE]},
            create_defaults={"note": _text(text)[:LONGEST_NOTE], "position": (last or 0) + 1},
        )
        note(found, reader, Deed.NOTE if stands else Deed.PUT, paper_id)


def take_out(reader: Reader, key: str, paper_id: int) -> None:
    with transaction.atomic():
        found = shared(reader, key)
        gone, _ = Item.objects.filter(collection=found, paper_id=paper_id).delete()
        if gone:
            note(found, reader, Deed.OUT, paper_id)


def move_up(reader: Reader, key: str, paper_id: int) -> None:
    """Let a paper change places with the one above it; the first stays where it is."""
    with transaction.atomic():
        found = shared(reader, key)
        items = Item.objects.filter(collection=found)
        one = items.filter(paper_id=paper_id).first()
        above = one and items.filter(position__lt=one.position).order_by("-position").first()
        if one and above:
            items.filter(paper_id=one.paper_id).update(position=above.position)
            items.filter(paper_id=above.paper_id).update(position=one.position)
            note(found, reader, Deed.ORDER, paper_id)


def held(reader: Reader, key: str, verb: Verb = Verb.COLLECT) -> Collection:
    """A reader's own collection, held until the end; to everybody else it does not exist."""
    return _locked(reader, Collection.objects.filter(owner=reader, key=key), verb)


def shared(reader: Reader, key: str) -> Collection:
    """One that the reader owns or edits, held until the end."""
    return _locked(reader, Collection.objects.edited_by(reader.pk).filter(key=key), Verb.COLLECT)


def note(
    collection: Collection, by: Reader, deed: Deed, paper_id: int | None = None, handle: str = ""
) -> None:
    """Write down who did it, where more than one could have."""
    if collection.editors.exists() or deed in (Deed.LEFT, Deed.DISMISSED):
        Step.objects.create(
            collection=collection, by=by, deed=deed, paper_id=paper_id, handle=handle
        )


def _locked(reader: Reader, theirs: QuerySet[Collection], verb: Verb) -> Collection:
    spend(reader, verb)
    if not (found := theirs.select_for_update(no_key=True).first()):
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
