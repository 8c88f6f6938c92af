"""Author names in the forms that sources write them."""

from __future__ import annotations

import re
from collections.abc import Iterable

_DEPTH = 3
"""How deep parentheses may stand in each other."""
_AFFILIATION = re.compile(r"\s?\([^()]*\)")
_UNCLOSED = re.compile(r"\s?\([^()]*$")
_FOR = re.compile(
    r",?\s*\b(?:and\s+)?(?:on\s+behalf\s+of|for)\s+(?:the\s+)?"
    r"(?=[^,;:]{0,80}\b(?:collaborations?|consortium|team|group)\b)",
    re.IGNORECASE,
)
_ODD = ("\n", "  ", "for ", " behalf ")
"""Signs of a name that is not plain; few plain names hold one."""
_AND = re.compile(r",?\s+and\s+|,", re.IGNORECASE)
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV|Ph\.?\s?D\.?|M\.?D\.?", re.IGNORECASE)
_OTHERS = re.compile(r"(?:and\s+)?(?:others|et\.?\s+al\.?)", re.IGNORECASE)
_GROUP = re.compile(
    r"\b(?:collaborations?|consortium|team|group|project|network|institute|society|committee)\b",
    re.IGNORECASE,
)


def split_names(told: str) -> tuple[str, ...]:
    """Names out of one text: "A. One, B. Two (Lab, City) and C. Three".

    Affiliations in parentheses go; a collaboration before a colon is a name of its own.
    """
    plain = " ".join(told.split())
    for _ in range(_DEPTH):
        plain = _AFFILIATION.sub("", plain)
    plain = _FOR.sub(", ", _UNCLOSED.sub("", plain))
    if ";" in plain and "&" not in plain:
        return _tidied(upright(part) for part in plain.split(";"))
    return _with_suffixes(_tidied(_parts(plain)))


def listed_names(names: Iterable[str]) -> tuple[str, ...]:
    """Names out of a list, where naive splitting may have gone through an affiliation."""
    names = tuple(names)
    joined = ", ".join(names)
    if "(" in joined or ":" in joined or ";" in joined or joined.count(",") >= len(names) > 0:
        return split_names(joined)
    if any(sign in joined for sign in _ODD):
        return _tidied(_FOR.sub(", ", joined).split(","))
    return names


def upright(name: str) -> str:
    """`Given Family Suffix` for a name written `Family, Given` or `Family, Given, Suffix`."""
    family, *rest = (part.strip() for part in name.split(","))
    given, suffix = (*rest, "", "")[:2]
    if _SUFFIX.fullmatch(given):
        given, suffix = suffix, given
    return " ".join(part for part in (given, family, suffix) if part)


def joined_name(given: str, family: str, suffix: str = "") -> str:
    """One name from its parts, any of which may be empty."""
    return " ".join(f"{given} {family} {suffix}".split())


def _parts(plain: str) -> list[str]:
    group, colon, rest = plain.partition(":")
    if colon and "," not in group:
        return [group, *_parts(rest.replace(":", ","))]
    found: list[str] = []
    for part in plain.replace(":", ",").split(","):
        # "X and Y Collaboration" is one name
        found += [part] if _GROUP.search(part) else _AND.split(part)
    return found


def _tidied(names: Iterable[str]) -> tuple[str, ...]:
    """Names with single blanks, without what is no name."""
    plain = (" ".join(name.split()).strip(" ,;") for name in names)
    return tuple(
        name.removeprefix("and ")
        for name in plain
        if any(map(str.isalpha, name)) and name != "and" and not _OTHERS.fullmatch(name)
    )


def _with_suffixes(names: tuple[str, ...]) -> tuple[str, ...]:
    """ "Smith", "Jr." are one person."""
    found: list[str] = []
    for name in names:
        if found and _SUFFIX.fullmatch(name):
            found[-1] += f" {name}"
        else:
            found.append(name)
    return tuple(found)
