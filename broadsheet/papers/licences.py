"""Which licences allow a site to keep a paper's text and show it in another form."""

from __future__ import annotations

import re

_COMMONS = re.compile(
    r"(?:https?://)?(?:www\.)?creativecommons\.org/"
    r"(?:licenses/(?P<kind>by|by-sa)/\d\.\d|publicdomain/zero/1\.0)(?:/[a-z/]*)?",
    re.IGNORECASE,
)
_SHORT = re.compile(r"cc[- ]?(?:0|by|by-sa)(?:[- ]?\d\.\d)?", re.IGNORECASE)
BEGINNINGS = ("http://creativecommons.org/", "https://creativecommons.org/", "cc", "CC")
"""How those begin that can be meant; narrows a question to the database."""


def allows_copies(licence: str) -> bool:
    """Whether everybody may hand on copies and other forms of a work, for any purpose: CC BY, CC
    BY-SA and CC0. Whoever forbids changed forms (ND) or trade (NC) is not asked for more than that;
    arXiv's own licence allows copies to arXiv alone."""
    told = licence.strip()
    return bool(_COMMONS.fullmatch(told) or _SHORT.fullmatch(told))
