"""Whether two papers are the same work, by what they say. Precision first: a wrong link hides a
paper, a missing one shows a work twice."""

from __future__ import annotations

import re
from dataclasses import dataclass

from broadsheet.papers.identifiers import split_arxiv_id
from broadsheet.papers.text import normal_title

SHARED = 0.2
"""Share of the shorter abstract's runs of three words that the other has too."""
SHARED_UNSIGNED = 0.4
"""The same where one of them has no known authors."""
LEAST_RUNS = 25
"""Runs of three words below which an abstract ("Discussion of X by Y") proves nothing."""
LONGEST = 5_000
"""Characters of an abstract that are compared."""

_VERSION_OF = re.compile(
    r"\b(?:version|update|revision|translation) (?:of|for|to) (?:the )?(?:paper |preprint )?"
    r"((?:arxiv:)?\s?[\w.-]+(?:/\d{7})?)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Told:
    """What is compared of a paper."""

    paper_id: int
    title_key: int
    arxiv_id: str
    abstract: str
    families: frozenset[str]
    """Last words of the authors' names, in the form in which titles are compared."""
    version_of: str
    """arXiv id that its authors call it a version of."""


def family(name: str) -> str:
    return normal_title(name).rpartition(" ")[2]


def version_of(author_note: str) -> str:
    """The arXiv id in "Extended version of arXiv:2401.01234v2", else an empty string."""
    found = _VERSION_OF.search(author_note)
    named = split_arxiv_id(found[1].rstrip(".,;)")) if found else None
    return named[0] if named else ""


def same_work(one: Told, other: Told) -> bool:
    """One work twice: the authors say so, or title, authors and much of the abstract agree."""
    strangers = bool(one.families and other.families) and not one.families & other.families
    if strangers:
        return False
    if one.version_of == other.arxiv_id != "" or other.version_of == one.arxiv_id != "":
        return bool(one.families and other.families)
    if one.title_key != other.title_key:
        return False
    enough = SHARED if one.families and other.families else SHARED_UNSIGNED
    return shared(one.abstract, other.abstract) >= enough


def shared(one: str, other: str) -> float:
    """The share of the shorter text's runs of three words that the longer has; 0 for very short."""
    runs = sorted((_runs(one), _runs(other)), key=len)
    return len(runs[0] & runs[1]) / len(runs[0]) if len(runs[0]) >= LEAST_RUNS else 0.0


def _runs(text: str) -> set[tuple[str, ...]]:
    words = normal_title(text[:LONGEST]).split()
    return set(zip(words, words[1:], words[2:], strict=False))
