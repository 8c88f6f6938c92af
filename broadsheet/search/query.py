"""What a reader typed, understood: never an error, at worst a friendly refusal.

attention is all you need      papers about these words and what they mean
"state space" models           papers with exactly this phrase
diffusion -images              papers without this word
arXiv:2401.01234v2             the paper with this id; an address or a DOI works too
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from broadsheet.papers.identifiers import clean_doi, split_arxiv_id

MAX_LENGTH = 500

_PART = re.compile(
    r"""(?<!\S) (?P<minus>-?) "(?P<phrase>[^"]+)" | (?<!\S) -(?P<without>\w\S*) | (?P<word>\S+)""",
    re.VERBOSE,
)
_OWN_SLUG = re.compile(r"b\d{1,18}")
_LABEL = re.compile(r"doi:\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Query:
    """One search. With a `problem` there is nothing to search for and the reader is told why."""

    text: str
    """What was typed, with white space and odd characters put in order."""
    words: str = ""
    """What is left without phrases and exclusions."""
    phrases: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    name: str = ""
    """The arXiv id (without version), DOI or slug, where the whole query is one; lower case."""
    problem: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.text

    @property
    def meaning(self) -> str:
        """The part that says what is sought, for the embedding model."""
        return " ".join((self.words, *self.phrases)).strip()


def parse(text: str) -> Query:
    """Understand what was typed. Takes any string whatever and never raises."""
    tidy = _tidy(text)
    if len(tidy) > MAX_LENGTH:
        length = f"{len(tidy):,}"
        return Query(
            tidy[:MAX_LENGTH],
            problem=f"A query has at most {MAX_LENGTH} characters; this one has {length}.",
        )
    name = _name(tidy)
    if name:
        return Query(tidy, words=tidy, name=name)
    words, phrases, without = _parts(tidy)
    problem = ""
    if tidy and not any(map(_says_something, (words, *phrases))):
        problem = "Say what to look for in words."
        if without:
            problem = "Say also what to look for, not only what to leave out."
    return Query(tidy, words, phrases, without, problem=problem)


def _tidy(text: str) -> str:
    whole = text[: MAX_LENGTH * 20].encode("utf-8", "replace").decode("utf-8")
    composed = unicodedata.normalize("NFC", whole)
    printable = "".join(
        " " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in composed
    )
    return " ".join(printable.translate({ord("“"): '"', ord("”"): '"'}).split())


def _name(text: str) -> str:
    """The identifier that the whole text is: of a paper here, at arXiv or in a list elsewhere."""
    last = text.rpartition("/papers/")[2]
    arxiv = split_arxiv_id(text) or split_arxiv_id(last)
    if arxiv:
        return arxiv[0]
    if _OWN_SLUG.fullmatch(last):
        return last
    text = _LABEL.sub("", text, count=1)
    return "" if " " in text else clean_doi(text)


def _parts(text: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    words, phrases, without = [], [], []
    for part in _PART.finditer(text):
        if part["word"]:
            words.append(part["word"])
        elif part["phrase"] and not part["minus"]:
            phrases.append(part["phrase"])
        else:
            without.append(part["phrase"] or part["without"])
    return " ".join(words), tuple(phrases), tuple(without)


def _says_something(text: str) -> bool:
    return any(character.isalnum() for character in text)
