"""Whether two papers are the same work, by what they say. Precision first: a wrong link hides a
paper, a missing one shows a work twice."""

from __future__ import annotations

import re
from dataclasses import dataclass

from broadsheet.papers.identifiers import split_arxiv_id
from broadsheet.papers.likeness import shared
from broadsheet.papers.text import normal_title

SHARED = 0.2
"""Share of the shorter abstract's runs of three words that the other has too."""
SHARED_UNSIGNED = 0.4
"""The same where one of them has no known authors."""
SHARED_SAME_PEOPLE = 0.1
"""The same where all authors of one are authors of the other."""

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
    return shared(one.abstract, other.abstract) >= _enough(one.families, other.families)


def _enough(one: frozenset[str], other: frozenset[str]) -> float:
    if not (one and other):
        return SHARED_UNSIGNED
    return SHARED_SAME_PEOPLE if one <= other or other <= one else SHARED
