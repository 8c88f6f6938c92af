"""Who may change a collection beside its owner: invited by handle, and only after a yes."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from broadsheet.community.collecting import held, note
from broadsheet.community.limits import Refused, spend
from broadsheet.community.models import Verb
from broadsheet.community.shelves import Collection, Deed, Editor
from broadsheet.readers.models import Reader

MOST_EDITORS = 20


def invite(owner: Reader, key: str, handle: str) -> Reader:
    """Ask a reader to edit a collection of yours; twice is as once. Raises Refused, as all here."""
    handle = handle.replace("\0", "").strip().lstrip("@").lower()
    with transaction.atomic():
        found = held(owner, key, Verb.INVITE)
        guest = Reader.objects.filter(username=handle, is_active=True).first()
        if not guest:
            raise Refused(f"Nobody here is called {handle[:80]}.", 404)
        if guest == owner:
            raise Refused("This is your own collection.", 400)
        if found.editors.filter(reader=guest).exists():
            return guest
        if found.editors.count() >= MOST_EDITORS:
            raise Refused(f"A collection can have {MOST_EDITORS} editors.")
        Editor.objects.create(collection=found, reader=guest, invited_at=timezone.now())
        note(found, owner, Deed.INVITED, handle=guest.username)
    return guest


def accept(reader: Reader, key: str) -> None:
    with transaction.atomic():
        spend(reader, Verb.COLLECT)
        asked = Editor.objects.filter(collection__key=key, reader=reader)
        if not (mine := asked.select_related("collection").first()):
            raise Refused("This invitation is no longer here.", 404)
        if asked.filter(since=None).update(since=timezone.now()):
            note(mine.collection, reader, Deed.JOINED)


def leave(reader: Reader, key: str) -> None:
    """Say no to an invitation, or edit no more."""
    with transaction.atomic():
        spend(reader, Verb.COLLECT)
        mine = Editor.objects.filter(collection__key=key, reader=reader)
        if not (found := Collection.objects.filter(key=key, editors__reader=reader).first()):
            raise Refused("There is no collection of yours at this address.", 404)
        mine.delete()
        note(found, reader, Deed.LEFT)


def dismiss(owner: Reader, key: str, handle: str) -> None:
    """Take the right to edit, or an invitation, back."""
    with transaction.atomic():
        found = held(owner, key)
        gone, _ = found.editors.filter(reader__username=handle.replace("\0", "")).delete()
        if not gone:
            raise Refused(f"{handle[:80]} does not edit this collection.", 404)
        note(found, owner, Deed.DISMISSED, handle=handle)
