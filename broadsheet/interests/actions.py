"""Everything that readers write about their interests: the verbs of pages and programs.

Each raises Refused where the reader may not, or there is no such interest of theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Max, Q
from django.utils import timezone

from broadsheet.community.desks import State
from broadsheet.community.limits import Refused, spend
from broadsheet.community.models import Verb
from broadsheet.community.shelves import Collection
from broadsheet.interests.models import (
    LONGEST_ABOUT,
    LONGEST_NAME,
    LONGEST_VALUE,
    MOST_TRIES,
    Apart,
    Asked,
    Desk,
    Example,
    Interest,
    Offer,
    OfferQuerySet,
    Origin,
    Verdict,
    Wish,
    new_key,
)
from broadsheet.papers.models import Paper
from broadsheet.papers.text import title_key
from broadsheet.readers.models import Reader

MOST_INTERESTS, MOST_WISHES, MOST_EXAMPLES = 20, 200, 5_000


@dataclass(frozen=True, slots=True)
class Wishes:
    """All that a reader may set of an interest, as one form has it."""

    name: str
    about: str = ""
    uses_votes: bool = False
    uses_follows: bool = False
    reading: tuple[str, ...] = ()
    """States of the reading list."""
    collections: tuple[str, ...] = ()
    """Keys of the reader's own."""
    others: int = 20
    tries: int = 2
    asked: tuple[tuple[str, str], ...] = ()
    """Kind and value of each wish."""


def create(reader: Reader, wishes: Wishes) -> Interest:
    """A new interest, the last of the reader's."""
    with transaction.atomic():
        spend(reader, Verb.COLLECT)
        mine = Interest.objects.filter(reader=reader)
        if mine.count() >= MOST_INTERESTS:
            raise Refused(f"One reader can have {MOST_INTERESTS} interests.")
        last = mine.aggregate(last=Max("position"))["last"]
        made = Interest(reader=reader, position=(last or 0) + 1)
        _set(made, wishes)
    return made


def change(reader: Reader, key: str, wishes: Wishes) -> None:
    with transaction.atomic():
        _set(held(reader, key), wishes)


def pause(reader: Reader, key: str, *, paused: bool = True) -> None:
    """Offer nothing for it, or go on."""
    with transaction.atomic():
        mine = held(reader, key)
        Interest.objects.filter(pk=mine.pk).update(paused=paused)


def move_up(reader: Reader, key: str) -> None:
    """Let an interest change places with the one above it; the first stays where it is."""
    with transaction.atomic():
        mine = held(reader, key)
        for place, one in enumerate(Interest.objects.of(reader.pk), start=1):
            Interest.objects.filter(pk=one.pk).update(position=2 * place)
        Interest.objects.filter(pk=mine.pk).update(position=F("position") - 3)


def remove(reader: Reader, key: str) -> None:
    """Delete it with all that was learned."""
    with transaction.atomic():
        held(reader, key).delete()


def teach(reader: Reader, key: str, paper_id: int, verdict: str, origin: str = Origin.SAID) -> None:
    """More like this paper, or less; what was said of it before counts no longer."""
    if verdict not in Verdict.values:
        raise Refused("Say more, less or seen.", 400)
    with transaction.atomic():
        mine = held(reader, key)
        if not Paper.objects.filter(pk=paper_id).exists():
            raise Refused("This paper is no longer here.", 404)
        refuse_full(mine)
        Example.objects.update_or_create(
            interest=mine,
            paper_id=paper_id,
            defaults={"verdict": verdict, "origin": origin, "at": timezone.now()},
        )
        taught(mine)


def forget(reader: Reader, key: str, example_id: int) -> None:
    """Take back what a paper taught."""
    with transaction.atomic():
        mine = held(reader, key)
        Example.objects.filter(interest=mine, pk=example_id).delete()
        taught(mine)


def unteach(reader: Reader, key: str, paper_id: int) -> None:
    """Take back what was said of a paper."""
    with transaction.atomic():
        mine = held(reader, key)
        Example.objects.filter(interest=mine, paper=paper_id).delete()
        taught(mine)


def forget_everything(reader: Reader, key: str) -> None:
    """Delete all papers by which it was taught and all that was learned; its wishes stay."""
    with transaction.atomic():
        mine = held(reader, key)
        mine.examples.all().delete()
        mine.offers.all().delete()
        Interest.objects.filter(pk=mine.pk).update(learned={}, learned_at=None, learned_from="")
        taught(mine)


def wish(reader: Reader, key: str, kind: str, value: str) -> None:
    """Follow or mute a name or a word."""
    with transaction.atomic():
        mine = held(reader, key)
        told = _wish(kind, value)
        if mine.wishes.count() >= MOST_WISHES:
            raise Refused(f"One interest can have {MOST_WISHES} names and words.")
        Wish.objects.get_or_create(interest=mine, kind=told[0], value=told[1])
        _muted(mine, *told).delete()
        taught(mine)


def _muted(interest: Interest, kind: str, value: str) -> OfferQuerySet:
    """Offers that go at once; what went without need comes again when it is learned anew."""
    offers = interest.offers.all()
    if kind == Asked.NOT_AUTHOR:
        return offers.filter(paper__authorships__key=title_key(value))
    if kind == Asked.NOT_WORD:
        texts = ("title", "abstract", "summary")
        says = [Q(**{f"paper__{text}__icontains": value}) for text in texts]
        return offers.filter(says[0] | says[1] | says[2])
    return offers.none()


def share(reader: Reader, key: str, *, shared: bool = True) -> None:
    """Give it a link by which others may read it, or end that of now for good."""
    with transaction.atomic():
        mine = held(reader, key)
        link = (mine.link or new_key()) if shared else ""
        Interest.objects.filter(pk=mine.pk).update(link=link)


def renew_feed(reader: Reader) -> None:
    """Let the address of the private feed lead nowhere, and another one to it."""
    with transaction.atomic():
        spend(reader, Verb.COLLECT)
        Desk.objects.update_or_create(reader=reader, defaults={"feed": new_key()})


def stand_apart(reader: Reader, *, apart: bool = True) -> None:
    """Let what the reader keeps no longer shape the picks of others, or let it again; what was
    learned from it goes the next night."""
    with transaction.atomic():
        spend(reader, Verb.COLLECT)
        if apart:
            Apart.objects.get_or_create(reader=reader)
        else:
            Apart.objects.filter(reader=reader).delete()


def show(offers: Sequence[tuple[int, int]]) -> None:
    """Note that a page has shown papers to their reader: ids of interest and paper."""
    for interest_id in {interest for interest, _ in offers}:
        papers = [paper for interest, paper in offers if interest == interest_id]
        new = Offer.objects.filter(interest=interest_id, paper__in=papers, shown_at=None)
        new.update(shown_at=timezone.now())


def taught(interest: Interest) -> None:
    """Let it be learned anew."""
    Interest.objects.filter(pk=interest.pk).update(stale=True, changed_at=timezone.now())


def refuse_full(interest: Interest, more: int = 1) -> None:
    if interest.examples.count() + more > MOST_EXAMPLES:
        raise Refused(f"One interest can be taught by {MOST_EXAMPLES:,} papers.")


def own(reader: Reader, key: str) -> Interest:
    """A reader's own interest; to everybody else it does not exist. Raises Refused."""
    if not (found := Interest.objects.filter(reader=reader, key=_text(key)).first()):
        raise Refused("There is no interest of yours at this address.", 404)
    return found


def held(reader: Reader, key: str) -> Interest:
    """The reader's own, held until the end of the transaction."""
    spend(reader, Verb.COLLECT)
    mine = Interest.objects.select_for_update(no_key=True).filter(reader=reader, key=_text(key))
    if not (found := mine.first()):
        raise Refused("There is no interest of yours at this address.", 404)
    return found


def _set(interest: Interest, wishes: Wishes) -> None:
    """Write all that is wished, in place of what was."""
    name = " ".join(_text(wishes.name).split())
    if not name:
        raise Refused("An interest needs a name.", 400)
    if len(wishes.asked) > MOST_WISHES:
        raise Refused(f"One interest can have {MOST_WISHES} names and words.", 400)
    asked = dict.fromkeys(_wish(kind, value) for kind, value in wishes.asked)
    mine = Collection.objects.filter(owner=interest.reader_id, key__in=wishes.collections)
    interest.name, interest.about = name[:LONGEST_NAME], _text(wishes.about)[:LONGEST_ABOUT]
    interest.uses_votes, interest.uses_follows = wishes.uses_votes, wishes.uses_follows
    interest.reading = [state for state in State.values if state in wishes.reading]
    interest.others = min(max(wishes.others, 0), 100)
    interest.tries = min(max(wishes.tries, 0), MOST_TRIES)
    interest.stale, interest.changed_at = True, timezone.now()
    interest.save()
    interest.collections.set(mine)
    interest.wishes.all().delete()
    Wish.objects.bulk_create(
        Wish(interest=interest, kind=kind, value=value) for kind, value in asked
    )


def _wish(kind: str, value: str) -> tuple[str, str]:
    value = " ".join(_text(value).split())
    if kind not in Asked.values:
        raise Refused("Say what this is: an author, a keyword, a word or a category.", 400)
    if not value:
        raise Refused("There is nothing to follow or to mute yet. Write it first.", 400)
    if len(value) > LONGEST_VALUE:
        raise Refused(f"A name or word can have {LONGEST_VALUE} characters.", 400)
    return kind, value


def _text(text: str) -> str:
    return text.replace("\0", "").strip()
