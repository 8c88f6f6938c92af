"""Why a paper is offered, in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Self

import msgspec

LONGEST_TITLE = 80
AS_A_WHOLE = "as a whole it suits you better than most papers of these days"
"""Where no part of what speaks for a paper is worth being told alone."""


class Known(msgspec.Struct, frozen=True):
    """A paper that the reader likes."""

    title: str
    slug: str = ""
    """Empty where the paper is not on this site."""


class Because(msgspec.Struct, frozen=True, omit_defaults=True):
    near: tuple[Known, ...] = ()
    """Liked papers that are nearest in meaning, the nearest first."""
    words: tuple[str, ...] = ()
    """Words shared with what is liked, the most telling first."""
    about: bool = False
    """Whether it is near what the reader wrote about the interest."""
    authors: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()
    """Words that were asked for."""
    categories: tuple[str, ...] = ()
    kept_with: Known | None = None
    """A liked paper that several other readers keep who keep this one."""
    readers: int = 0
    """Readers who like what this one likes, and voted for it; told only of several."""
    votes: int = 0
    """Told where what others like weighs."""

    @property
    def kept_here(self) -> str:
        """`kept_with` in words, where it is one of the papers just named as near."""
        if self.kept_with not in self.near:
            return ""
        names = ("the former", "the latter") if len(self.near) > 1 else ("it too",)
        return names[self.near.index(self.kept_with)]

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Self:
        return msgspec.convert(kept, cls)

    def kept(self) -> dict[str, Any]:
        """As JSON can hold it."""
        told: dict[str, Any] = msgspec.to_builtins(self)
        return told


def clauses(because: Because) -> list[str]:
    """The parts of the reason, as the reader is told them."""
    told = []
    if because.authors:
        told.append(f"by {_listed(because.authors)}, whom you follow")
    if because.keywords:
        told.append(f"has the keyword {_quoted(because.keywords)}")
    if because.wanted:
        told.append(f"speaks of {_quoted(because.wanted)}")
    told += _learned(because)
    if because.categories:
        told.append(f"stands in {_listed(because.categories)}")
    if because.readers:
        told.append(f"{because.readers} readers who like what you like voted for it")
    if because.votes:
        told.append(f"{because.votes:,} vote{'' if because.votes == 1 else 's'} so far")
    return told


def for_others(because: Because) -> str:
    """What whoever has an interest's link is told: nothing of what its reader said or likes."""
    told = []
    if because.readers:
        told.append(f"{because.readers} readers who like the same voted for it")
    if because.votes:
        told.append(f"{because.votes:,} vote{'' if because.votes == 1 else 's'} so far")
    return "; ".join(told)


def _learned(because: Because) -> list[str]:
    told = []
    if because.near:
        told.append(f"near {_quoted(_cut(known.title) for known in because.near)}")
    if because.kept_with:
        kept = because.kept_here or _quoted([_cut(because.kept_with.title)])
        told.append(f"kept by readers who keep {kept}")
    if because.about:
        told.append("near what you wrote about this interest")
    if because.words:
        told.append(f"shares the word{'s' * (len(because.words) > 1)} {_listed(because.words)}")
    return told


def sentence(because: Because, *, is_try: bool = False) -> str:
    """`near “A river”; shares the words delta and silt`, without an end of its own."""
    told = "; ".join(clauses(because))
    if is_try:
        return f"a try, to learn more of what you like{': ' if told else ''}{told}"
    return told or AS_A_WHOLE


def _quoted(parts: Iterable[str]) -> str:
    return _listed([f"“{part}”" for part in parts])


def _listed(parts: Iterable[str]) -> str:
    *before, last = parts
    return f"{', '.join(before)} and {last}" if before else last


def _cut(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else f"{title[:LONGEST_TITLE].rstrip()}…"
