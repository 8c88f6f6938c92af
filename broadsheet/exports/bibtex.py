"""A paper as a BibTeX entry, in ASCII as far as LaTeX has macros for its letters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote

from pylatexenc.latexencode import (
    RULE_DICT,
    RULE_REGEX,
    UnicodeToLatexConversionRule,
    UnicodeToLatexEncoder,
)

from broadsheet.exports.people import GROUP, SUFFIX
from broadsheet.exports.whole import Whole
from broadsheet.papers.formulas import split_math
from broadsheet.papers.readable import readable

_HARMLESS = re.compile(r"[A-Za-z0-9 .,;:!?()/+*'-]*")
_HAS_INNER_CAPITAL = re.compile(r"[^\W\d_].*[A-Z]|[A-Z][\d_]")


def document(papers: Sequence[Whole]) -> str:
    return "\n".join(entry(paper) for paper in papers)


def entry(paper: Whole) -> str:
    """The entry; fields that are not known are left out.

    The key is made of the paper's identifier, so it is the same on every site and at any time.
    """
    fields = {
        "title": title(paper.title),
        "author": " and ".join(author(name) for name in paper.authors),
        "year": str(paper.published.year) if paper.published else "",
        "eprint": paper.arxiv_id,
        "archivePrefix": "arXiv" if paper.arxiv_id else "",
        "primaryClass": "".join(paper.categories[:1]) if paper.arxiv_id else "",
        "doi": verbatim(paper.doi),
        "note": text(paper.journal_ref),
        "url": f"https://arxiv.org/abs/{paper.arxiv_id}" if paper.arxiv_id else _doi_url(paper.doi),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@misc{{{key(paper)},\n" + ",\n".join(lines) + "\n}\n"


def key(paper: Whole) -> str:
    """`arXiv:2401.01234`, `doi:10.1000/182`, or the paper's address here."""
    if paper.arxiv_id:
        return f"arXiv:{paper.arxiv_id}"
    name = f"doi:{paper.doi}" if paper.doi else f"broadsheet:{paper.slug}"
    return re.sub(r"[^\w:./-]", "_", name, flags=re.ASCII)


def title(cleaned: str) -> str:
    """A cleaned title, its mathematics kept and its inner capitals shielded from styles."""
    parts = split_math(cleaned)
    parts[::2] = [_shielded(part) for part in parts[::2]]
    parts[1::2] = [f"${tex}$" if _balanced(tex) else text(readable(tex)) for tex in parts[1::2]]
    return "".join(parts)


def author(name: str) -> str:
    """A name in the order in which BibTeX tells its parts; a group's name as one whole."""
    if found := SUFFIX.fullmatch(name):
        *given, family = found["name"].split()
        return text(", ".join(filter(None, (family, found["suffix"], " ".join(given)))))
    return f"{{{text(name)}}}" if GROUP.search(name) else text(name)


def text(plain: str) -> str:
    """Unicode text with everything escaped that LaTeX or BibTeX would read as its own."""
    return plain if _HARMLESS.fullmatch(plain) else str(_encoder().unicode_to_latex(plain))


def verbatim(address: str) -> str:
    """An address or DOI, of which BibTeX must not miscount the braces."""
    return address.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")


def _doi_url(doi: str) -> str:
    return f"https://doi.org/{quote(doi)}" if doi else ""


def _shielded(plain: str) -> str:
    words = re.split(r"(\s+)", plain)
    return "".join(
        f"{{{text(word)}}}" if _HAS_INNER_CAPITAL.search(word) else text(word) for word in words
    )


def _balanced(tex: str) -> bool:
    depth = 0
    for char in tex:
        depth += (char == "{") - (char == "}")
        if depth < 0:
            return False
    return depth == 0


@lru_cache
def _encoder() -> UnicodeToLatexEncoder:
    # BibTeX counts every brace, an escaped one too; Cyrillic macros need a font most papers lack
    braces = {ord("{"): r"\textbraceleft", ord("}"): r"\textbraceright"}
    cyrillic = [(re.compile("[\u0400-\u052f]+"), lambda match: match.group())]
    return UnicodeToLatexEncoder(
        conversion_rules=[
            UnicodeToLatexConversionRule(RULE_DICT, braces),
            UnicodeToLatexConversionRule(RULE_REGEX, cyrillic, replacement_latex_protection="none"),
            "defaults",
        ],
        replacement_latex_protection="braces-all",
        unknown_char_policy="keep",
        unknown_char_warning=False,
    )
