"""What a reader says of a paper with one tap in a letter: more like it, less, save. Twice is as
once."""

from __future__ import annotations

from broadsheet.community import collecting
from broadsheet.community.limits import Refused
from broadsheet.community.shelves import Collection
from broadsheet.digests import contents
from broadsheet.digests.models import Opinion, Subscription
from broadsheet.interests import actions as interests

SAVED = "Saved from letters"
"""The name of the collection that the first saved paper makes."""
WHATS = {"more": "More like this", "less": "Less like this", "save": "Save it"}


def tap(subscription: Subscription, paper_id: int, what: str, interest: str = "") -> None:
    """Do it.

    Raises:
        Refused: no letter told of this paper lately, or the reader may not write.
    """
    if paper_id not in contents.told([subscription])[subscription.pk]:
        raise Refused("This paper was in none of your latest letters.", 404)
    reader = subscription.reader
    if what == "save":
        if reader is None:
            raise Refused("Papers are saved in an account. This letter belongs to none.")
        _save(subscription, paper_id)
    elif reader is not None and interest:
        interests.teach(reader, interest, paper_id, what)
    else:
        Opinion.objects.update_or_create(
            subscription=subscription, paper_id=paper_id, defaults={"is_more": what == "more"}
        )


def take_back(subscription: Subscription, paper_id: int, what: str, interest: str = "") -> None:
    """Undo it. Raises Refused."""
    reader = subscription.reader
    if what == "save":
        if reader and (mine := _saved(subscription)):
            collecting.take_out(reader, mine.key, paper_id)
    elif reader is not None and interest:
        interests.unteach(reader, interest, paper_id)
    else:
        Opinion.objects.filter(subscription=subscription, paper=paper_id).delete()


def _save(subscription: Subscription, paper_id: int) -> None:
    reader = subscription.reader
    assert reader is not None, "only accounts save"  # noqa: S101  its one caller looked
    mine = _saved(subscription) or collecting.create(reader, SAVED)
    if not mine.items.filter(paper=paper_id).exists():
        collecting.put(reader, mine.key, paper_id)


def _saved(subscription: Subscription) -> Collection | None:
    mine = Collection.objects.filter(owner=subscription.reader, title=SAVED)
    return mine.order_by("pk").first()
