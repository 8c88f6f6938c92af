"""What a reader wants of a list: order and filters, as they stand in its address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q

from broadsheet.papers import categories
from broadsheet.papers.models import Authorship, Classification, PaperLink, Sighting
from broadsheet.papers.records import LinkKind

Order = Literal["newest", "top", "trending"]
ORDERS: tuple[Order, ...] = ("newest", "top", "trending")
MOST = 12
"""Categories or words that one choice may name."""
LONGEST = 80


class UnusableChoice(ValueError):  # noqa: N818  it is an answer for the reader
    """A filter that cannot be used; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Filters of a list. All of them hold together; of several categories one is enough."""

    categories: tuple[str, ...] = ()
    """Codes (`cs.LG`) and whole archives (`cs`)."""
    words: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    source: str = ""
    code: bool = False
    votes: int = 0

    def __bool__(self) -> bool:
        return self != Choice()

    def pairs(self) -> list[tuple[str, str]]:
        """As they stand in an address, in one order, so that equal choices have equal addresses."""
        return [
            *(("category", code) for code in self.categories),
            *(("with", word) for word in self.words),
            *(("without", word) for word in self.without),
            *([("source", self.source)] if self.source else []),
            *([("code", "1")] if self.code else []),
            *([("votes", str(self.votes))] if self.votes else []),
        ]

    def conditions(self) -> Q:
        """What papers of this choice have in common."""
        wanted = Q()
        if self.categories:
            wanted &= in_categories(self.categories)
        for word in self.words:
            wanted &= mentions(word)
        for word in self.without:
            wanted &= ~mentions(word)
        if self.source:
            wanted &= told_by(self.source)
        if self.code:
            wanted &= Q(Exists(PaperLink.objects.filter(paper=OuterRef("pk"), kind=LinkKind.CODE)))
        if self.votes:
            wanted &= Q(votes__gte=self.votes)
        return wanted


def parse(asked: Mapping[str, Sequence[str]]) -> Choice:
    """The choice in the parameters of an address.

    Raises:
        UnusableChoice: a parameter has a value that no list can follow.
    """
    source = " ".join(asked.get("source", ())[:1]).strip()
    return Choice(
        _categories(_several(asked, "category")),
        _several(asked, "with"),
        _several(asked, "without"),
        source[:LONGEST].replace("\0", ""),
        _flag(asked, "code"),
        _number(asked, "votes"),
    )


def query(choice: Choice, *more: tuple[str, str]) -> str:
    """`?category=cs.LG&votes=5`; empty where nothing was chosen."""
    pairs = [*choice.pairs(), *(pair for pair in more if pair[1])]
    return f"?{urlencode(pairs)}" if pairs else ""


def in_categories(codes: Iterable[str]) -> Q:
    wanted = Q()
    for code in codes:
        wanted |= Q(category=code) if "." in code else Q(category=code) | _under(code)
    return Q(Exists(Classification.objects.filter(wanted, paper=OuterRef("pk"))))


def _under(archive: str) -> Q:
    return Q(category__gt=f"{archive}.", category__lt=f"{archive}/")


def by_author(key: int) -> Q:
    return Q(Exists(Authorship.objects.filter(paper=OuterRef("pk"), key=key)))


def told_by(source: str) -> Q:
    return Q(Exists(Sighting.objects.filter(paper=OuterRef("pk"), source=source)))


def mentions(word: str) -> Q:
    return Q(title__icontains=word) | Q(abstract__icontains=word) | Q(keywords__icontains=word)


def _several(asked: Mapping[str, Sequence[str]], name: str) -> tuple[str, ...]:
    """Each value of a parameter, those between commas apart; an empty field of a form is none."""
    parts = [part for value in asked.get(name, ()) for part in value.replace("\0", "").split(",")]
    words = tuple(dict.fromkeys(" ".join(part.split())[:LONGEST] for part in parts if part.strip()))
    if len(words) > MOST:
        raise UnusableChoice(f"A list can follow {MOST} values of “{name}” at once, not more.")
    return words


def _categories(codes: Iterable[str]) -> tuple[str, ...]:
    tidy = []
    for code in codes:
        plain = code.removesuffix("*").removesuffix(".")
        known = _SPELT.get(plain.lower())
        if not known:
            raise UnusableChoice(
                f"“{code}” is no arXiv category. Use one such as cs.LG, or a whole field as cs."
            )
        tidy.append(known)
    return tuple(dict.fromkeys(tidy))


_SPELT = {code.lower(): code for code in (*categories.CATEGORIES, *categories.FIELDS)}


def _flag(asked: Mapping[str, Sequence[str]], name: str) -> bool:
    value = "".join(asked.get(name, ())[:1])
    if value not in ("", "0", "1"):
        raise UnusableChoice(f"“{name}” is 1 for yes, or left out.")
    return value == "1"


def _number(asked: Mapping[str, Sequence[str]], name: str) -> int:
    value = "".join(asked.get(name, ())[:1]).strip()
    if not value:
        return 0
    if not (value.isascii() and value.isdecimal() and len(value) <= 9):
        raise UnusableChoice(f"“{name}” is a whole number, for example {name}=5.")
    return int(value)
