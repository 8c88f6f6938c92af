"""Whether a paper says of itself that it was withdrawn."""

from __future__ import annotations

import re

_PAPER = (
    r"(?:paper|article|submission|manuscript|preprint|work|version|note|report|document|comment"
    r"|project|book|chapter)"
)
_REASON = r"(?=\W*$|[.:;,]|\s+(?:by|due|because|since|as|at|for|pending|temporarily)\b)"
_WITHDRAWN = re.compile(
    rf"\b(?:this|the|our|my)\s+(?:(?!previous|earlier|old|former|first|original)\w+\s+){{0,2}}{_PAPER}"
    r"\s+(?:\([^)]*\)\s+)?(?:has|have|is|was|had|will)"
    r"(?:\s+(?:now|been|being|be|hereby|already|therefore|temporarily|administratively))*"
    r"\s+withdrawn\b"
    rf"|^\W*(?:{_PAPER} )?withdrawn\b{_REASON}"
    rf"|(?:^|[.(;:]\s*)(?:it|this|{_PAPER})\s+(?:has been|is|is being)\s+withdrawn\b"
    rf"|\b{_PAPER}\s+(?:is\s+)?withdrawn\s+(?:by|due|because|since|at)\b"
    r"|\bwithdrawn by arxiv\b",
    re.IGNORECASE,
)
_WITHDRAWING = re.compile(
    r"\b(?:I|we|authors?)\s+(?:(?:hereby|have|decided?|would|like|want|wish|to)\s+)*"
    rf"withdraws?\s+(?:this|the|my|our)\s+{_PAPER}\b(?! from (?:the|a) )",
    re.IGNORECASE,
)
_WITHDRAWN_TITLE = re.compile(
    rf"\W*(?:this )?(?:{_PAPER} )?(?:(?:has been|is) )?withdrawn\W*$|\W*withdrawn\s*[:\])]",
    re.IGNORECASE,
)
_BEGINNING = 400
"""A withdrawal stands at the beginning of an abstract."""


def says_withdrawn(title: str, abstract: str, note: str) -> bool:
    """Whether the author or arXiv withdrew the paper; papers about withdrawal do not count."""
    note, abstract = note.casefold(), abstract[:_BEGINNING].casefold()
    if "withdr" not in note and "withdr" not in abstract and "ithdrawn" not in title.lower():
        return False
    note = " ".join(note.split())
    return bool(
        _WITHDRAWN.search(note)
        or _WITHDRAWING.search(note)
        or _WITHDRAWN.search(" ".join(abstract.split()))
        or _WITHDRAWN_TITLE.match(" ".join(title.split()))
    )
