"""The forms in which papers leave: the end of an address, a name, the media type, the text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from broadsheet.exports import bibtex, csl, markdown, ris
from broadsheet.exports.whole import Whole


class Form(NamedTuple):
    name: str
    kind: str
    """The media type."""
    document: Callable[[Sequence[Whole]], str]


FORMS = {
    "bib": Form("BibTeX", "application/x-bibtex", bibtex.document),
    "ris": Form("RIS", "application/x-research-info-systems", ris.document),
    "csl.json": Form("CSL-JSON", "application/vnd.citationstyles.csl+json", csl.document),
    "md": Form("Markdown", "text/markdown", markdown.document),
}
