"""Identifiers in the many spellings people write them in, brought to one.

Spellings of arXiv ids: https://info.arxiv.org/help/arxiv_identifier.html
"""

from __future__ import annotations

import re

ARCHIVES = frozenset(
    {"acc-phys", "adap-org", "alg-geom", "ao-sci", "astro-ph", "atom-ph", "bayes-an", "chao-dyn"}
    | {"chem-ph", "cmp-lg", "comp-gas", "cond-mat", "cs", "dg-ga", "econ", "eess"}
    | {"funct-an", "gr-qc", "hep-ex", "hep-lat", "hep-ph", "hep-th", "math", "math-ph"}
    | {"mtrl-th", "nlin", "nucl-ex", "nucl-th", "patt-sol", "physics", "plasm-ph", "q-alg"}
    | {"q-bio", "q-fin", "quant-ph", "solv-int", "stat", "supr-con"}
)
"""The archives that old-style ids begin with, those closed since among them."""

_BEFORE = re.compile(
    r"(?:https?://)?(?:[a-z-]+\.)?arxiv\.org/(?:abs|pdf|html|format|e-print|ps|src)/"
    r"|(?:https?://)?(?:www\.)?alphaxiv\.org/(?:abs|pdf|html|overview)/"
    r"|(?:https?://)?(?:www\.)?(?:huggingface\.co|hf\.co)/papers/"
    r"|(?:https?://)?(?:dx\.)?(?:doi\.org/)?10\.48550/arxiv\."
    r"|oai:arxiv\.org:"
    r"|arxiv:\s*",
    re.IGNORECASE,
)
_AFTER = re.compile(r"(?:\.pdf)?/?(?:\s*\[[\w.-]+\])?(?:[?#].*)?$", re.IGNORECASE)
_NEW = re.compile(r"(\d\d)(\d\d)\.(\d{4,5})(?:v(\d{1,3}))?", re.ASCII)
_OLD = re.compile(
    r"([a-z]+(?:-[a-z]+)?)(?:\.[a-z-]+)?/(\d\d)(\d\d)(\d{3})(?:v(\d{1,3}))?",
    re.ASCII | re.IGNORECASE,
)
_LONGEST = 200
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"]+")


def split_arxiv_id(text: str) -> tuple[str, int | None] | None:
    """The canonical arXiv id in `text` and its version, or None where there is none.

    Takes a bare id, `arXiv:2401.01234v2 [cs.CL]`, an address at arxiv.org, alphaxiv.org or
    huggingface.co, an OAI identifier and arXiv's own DOI. Canonical is `2401.01234`, or
    `math/0309136` without the subject class.
    """
    return _split_new(text) or _split_old(text) or _split_dressed(text.strip())


def clean_doi(text: str) -> str:
    """The first DOI in `text`, in lower case and without resolver or label; "" if there is none."""
    found = _DOI.search(text)
    if not found:
        return ""
    doi = found.group().rstrip(".,;:'}")
    if doi.endswith(")") and doi.count(")") > doi.count("("):
        doi = doi[:-1]
    return doi.lower()


def _split_new(bare: str) -> tuple[str, int | None] | None:
    found = _NEW.fullmatch(bare)
    if not found:
        return None
    year, month, number, version = found.groups()
    if not _is_new(int(year), int(month), number):
        return None
    return f"{year}{month}.{number}", _version(version)


def _split_dressed(text: str) -> tuple[str, int | None] | None:
    if len(text) > _LONGEST:
        return None
    before = _BEFORE.match(text)
    bare = _AFTER.sub("", text[before.end() :] if before else text, count=1)
    return _split_new(bare) or _split_old(bare)


def _split_old(bare: str) -> tuple[str, int | None] | None:
    found = _OLD.fullmatch(bare)
    if not found:
        return None
    archive, year, month, number, version = found.groups()
    archive = archive.lower()
    if archive not in ARCHIVES or not _is_old(int(year), int(month)):
        return None
    return f"{archive}/{year}{month}{number}", _version(version)


def _is_new(year: int, month: int, number: str) -> bool:
    """New-style ids begin in April 2007; they have five digits since January 2015."""
    digits = 4 if year < 15 else 5
    return 1 <= month <= 12 and (year, month) >= (7, 4) and len(number) == digits


def _is_old(year: int, month: int) -> bool:
    """Old-style ids run from 1991, with some older papers entered later, to March 2007."""
    return 1 <= month <= 12 and (year >= 86 or (year, month) <= (7, 3))


def _version(digits: str | None) -> int | None:
    return int(digits) or None if digits else None
