"""Names taken apart as reference managers want them."""

from __future__ import annotations

import re
from typing import NamedTuple

SUFFIX = re.compile(r"(?P<name>.+\S),? (?P<suffix>Jr\.?|Sr\.?|II|III|IV)")
GROUP = re.compile(
    r"\b(?:Collaboration|Collaborations|Consortium|Team|Group|Network|Project)\b|^the\s|,| and ",
    re.IGNORECASE,
)
PARTICLES = frozenset(
    {"af", "al", "bin", "da", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "ibn"}
    | {"la", "le", "ten", "ter", "van", "vom", "von", "zu", "zum", "zur"}
)
"""What stands before a family name, in lower case, and belongs to it."""


class Person(NamedTuple):
    family: str
    """The family name with its particles; the whole name of a group or of one word."""
    given: str = ""
    suffix: str = ""
    is_group: bool = False


def person(name: str) -> Person:
    """The parts of `Given von Family Jr.`. In names of one word, and of groups, all is family."""
    suffix = ""
    if found := SUFFIX.fullmatch(name):
        name, suffix = found["name"], found["suffix"]
    elif GROUP.search(name):
        return Person(name, is_group=True)
    words = name.split()
    first = len(words) - 1
    while first > 1 and words[first - 1] in PARTICLES:
        first -= 1
    return Person(" ".join(words[first:]), " ".join(words[:first]), suffix)
