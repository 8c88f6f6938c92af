"""How much of one text stands in another, word for word."""

from __future__ import annotations

from broadsheet.papers.text import normal_title

LEAST_RUNS = 25
"""Runs of three words below which an abstract ("Discussion of X by Y") proves nothing."""
LONGEST = 5_000
"""Characters of an abstract that are compared."""


def shared(one: str, other: str) -> float:
    """The share of the shorter text's runs of three words that the longer has; 0 for very short."""
    return _share(one, other) or 0.0


def are_strange(one: str, other: str, least: float) -> bool:
    """Whether both texts are long enough to say something, and share less than `least`."""
    share = _share(one, other)
    return share is not None and share < least


def _share(one: str, other: str) -> float | None:
    runs = sorted((_runs(one), _runs(other)), key=len)
    return len(runs[0] & runs[1]) / len(runs[0]) if len(runs[0]) >= LEAST_RUNS else None


def _runs(text: str) -> set[tuple[str, ...]]:
    words = normal_title(text[:LONGEST]).split()
    return set(zip(words, words[1:], words[2:], strict=False))
