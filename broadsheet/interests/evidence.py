"""All that speaks for and against a paper in one interest, gathered from where readers left it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from hashlib import blake2b

from django.db.models import Count

from broadsheet.community.desks import Reading
from broadsheet.community.models import Vote
from broadsheet.community.shelves import Item
from broadsheet.interests.models import Asked, Example, Interest, Offer, Verdict
from broadsheet.papers.text import title_key
from broadsheet.readers.models import Reader
from broadsheet.search.query import parse

FOLLOWED = {"author": Asked.AUTHOR, "keyword": Asked.KEYWORD, "category": Asked.CATEGORY}
"""What is followed, and what it is in an interest."""
TEACHING = {*FOLLOWED, "search"}
MOST_LIKED = 3_000
"""Papers that teach one interest, the latest first."""


Followed = list[tuple[str, str]]
"""What each is, and its name."""


@dataclass(frozen=True, slots=True)
class OnOffer:
    """How much of each there is."""

    votes: int
    reading: dict[str, int]
    follows: int


@dataclass(frozen=True, slots=True)
class Evidence:
    liked: list[int]
    """Ids of papers of this site, the latest first."""
    elsewhere: list[Example]
    """Liked titles that are not here."""
    rejected: list[int]
    hidden: set[int]
    """Papers that must not come again in any interest of the reader."""
    hidden_titles: set[int]
    """Keys of liked titles that were not here when they were told."""
    told: set[int]
    """Papers that were offered before."""
    wishes: dict[str, list[str]] = field(default_factory=dict)
    searches: list[str] = field(default_factory=list)
    """What followed searches look for, in words."""

    def asked(self, kind: Asked) -> list[str]:
        return self.wishes.get(kind, [])

    @property
    def author_keys(self) -> dict[int, str]:
        return {title_key(name): name for name in self.asked(Asked.AUTHOR)}

    @property
    def is_empty(self) -> bool:
        """Whether nothing speaks for any paper."""
        for_it = (Asked.AUTHOR, Asked.KEYWORD, Asked.WORD, Asked.CATEGORY)
        taught = self.liked or self.elsewhere or self.searches
        return not (taught or any(self.asked(kind) for kind in for_it))

    def mark(self) -> str:
        """The same as long as the same is known."""
        told = (
            self.liked,
            [example.pk for example in self.elsewhere],
            self.rejected,
            sorted(self.hidden),
            sorted((kind, sorted(values)) for kind, values in self.wishes.items()),
            sorted(self.searches),
        )
        return blake2b(repr(told).encode(), digest_size=12).hexdigest()


def gather(interest: Interest) -> Evidence:
    """Eleven queries at most, however much there is."""
    here = list(interest.examples.here().order_by("-id").values_list("paper_id", "verdict"))
    elsewhere = list(interest.examples.elsewhere().order_by("-id"))
    kept, followed = _kept(interest), _followed(interest)
    voted = _voted(interest)
    said = [paper for paper, verdict in here if paper and verdict == Verdict.MORE]
    rejected = [paper for paper, verdict in here if paper and verdict == Verdict.LESS]
    against = set(rejected)
    votes = voted if interest.uses_votes else ()
    taught = [*said, *_listed(interest), *_collected(interest), *votes]
    liked = [paper for paper in dict.fromkeys(taught) if paper not in against][:MOST_LIKED]
    return Evidence(
        liked,
        elsewhere[:MOST_LIKED],
        rejected[:MOST_LIKED],
        {*kept, *voted, *_judged(interest)},
        {one.title_key for one in elsewhere if one.title_key is not None},
        set(Offer.objects.filter(interest=interest).values_list("paper_id", flat=True)),
        _wishes(interest, followed),
        _searches(followed),
    )


def _wishes(interest: Interest, followed: Followed) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    asked = interest.wishes.order_by("id").values_list("kind", "value")
    theirs = [(FOLLOWED[about], name) for about, name in followed if about in FOLLOWED]
    for kind, value in [*asked, *theirs]:
        if value not in found[kind]:
            found[kind].append(value)
    return dict(found)


def _searches(followed: Followed) -> list[str]:
    """The words of searches; one of filters alone says nothing of what is liked."""
    meant = [parse(name).meaning for about, name in followed if about == "search"]
    return [words for words in meant if words]


def _followed(interest: Interest) -> Followed:
    """What the reader follows and how it is called. The table is that of `notices`, which stands
    above this room and is only read here."""
    if not interest.uses_follows:
        return []
    theirs = Reader.objects.filter(pk=interest.reader_id).order_by("follows__id")
    return [
        (about, name)
        for about, name in theirs.values_list("follows__about", "follows__name")
        if name
    ]


def on_offer(reader_id: int) -> OnOffer:
    """What of a reader's could teach an interest. Three queries."""
    follows = Reader.objects.filter(pk=reader_id, follows__about__in=TEACHING)
    return OnOffer(
        Vote.objects.filter(reader_id=reader_id).count(),
        Reading.objects.counts(reader_id),
        follows.aggregate(number=Count("follows"))["number"],
    )


def _listed(interest: Interest) -> list[int]:
    """Papers of the reading list in the chosen states, the latest first."""
    if not interest.reading:
        return []
    mine = Reading.objects.of(interest.reader_id).filter(state__in=interest.reading)
    return list(mine.values_list("paper_id", flat=True))


def _judged(interest: Interest) -> list[int]:
    """What was judged in any interest of the reader."""
    theirs = Example.objects.here().filter(interest__reader_id=interest.reader_id)
    return [key for key in theirs.values_list("paper_id", flat=True) if key is not None]


def _voted(interest: Interest) -> list[int]:
    votes = Vote.objects.filter(reader_id=interest.reader_id).order_by("-cast_at")
    return list(votes.values_list("paper_id", flat=True))


def _kept(interest: Interest) -> list[int]:
    """What stands in any collection or on the reading list of the reader."""
    items = Item.objects.filter(collection__owner_id=interest.reader_id)
    listed = Reading.objects.filter(reader_id=interest.reader_id)
    kept = items.values_list("paper_id", flat=True)
    return [*kept, *listed.values_list("paper_id", flat=True)]


def _collected(interest: Interest) -> list[int]:
    """The papers of the chosen collections, the last put in first."""
    chosen = interest.collections.through.objects.filter(interest=interest)
    items = Item.objects.filter(
        collection__in=chosen.values("collection"), collection__owner_id=interest.reader_id
    )
    return list(items.order_by("-position").values_list("paper_id", flat=True))
