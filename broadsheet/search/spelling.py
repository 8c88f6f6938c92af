"""“Did you mean”: words of the index's own titles that resemble a rare or unknown word."""

from __future__ import annotations

import re
from collections.abc import Iterator

import tantivy

from broadsheet.search.query import Query
from broadsheet.search.schema import NAMES, PROSE, TELLING

SHORTEST = 4
LONGEST = 24
FAR = 7
"""Letters from which a word may have two mistakes."""
MUCH_MORE = 50
"""How many times as many papers a resembling word must have."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def correction(searcher: tantivy.Searcher, query: Query) -> str:
    """The query's text with misspelled words replaced; empty where it seems right."""
    text = query.text
    for word in dict.fromkeys(re.findall(r"[^\W\d_]+", query.words)):
        if better := _better(searcher, word.lower()):
            text = re.sub(rf"(?<![\w:]){re.escape(word)}(?!\w)", better, text)
    return text if text != query.text else ""


def _better(searcher: tantivy.Searcher, word: str) -> str:
    if not SHORTEST <= len(word) <= LONGEST or not (word.isascii() and word.isalpha()):
        return ""
    known = _papers_with(searcher, word)
    least = max(2, MUCH_MORE * known)
    if least > searcher.num_docs:
        return ""
    found = [(searcher.doc_freq("vocabulary", near), near) for near in _one_edit(word)]
    papers, near = max(found, default=(0, ""))
    if papers < least and len(word) >= FAR:
        papers, near = max(_two_edits(searcher, word), default=(0, ""))
    same_stem = near and PROSE.analyze(near) == PROSE.analyze(word)
    return near if papers >= least and not same_stem and TELLING.analyze(near) else ""


def _papers_with(searcher: tantivy.Searcher, word: str) -> int:
    """The most papers that have the word in one field."""
    terms = [("authors", NAMES.analyze(word)), ("vocabulary", NAMES.analyze(word))]
    terms += [(field, PROSE.analyze(word)) for field in ("title", "body")]
    return max(int(searcher.doc_freq(field, term)) for field, some in terms for term in some)


def _one_edit(word: str) -> set[str]:
    """Everything that one missing, added, wrong or swapped letter makes of it.

    Norvig: How to Write a Spelling Corrector (2007).
    """
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    edits = {before + after[1:] for before, after in cuts if after}
    edits |= {b + a[1] + a[0] + a[2:] for b, a in cuts if len(a) > 1}
    edits |= {b + letter + a[1:] for b, a in cuts if a for letter in _LETTERS}
    edits |= {b + letter + a for b, a in cuts for letter in _LETTERS}
    return edits - {word}


def _two_edits(searcher: tantivy.Searcher, word: str) -> Iterator[tuple[int, str]]:
    """Words that begin alike and differ in two places."""
    for term, papers in searcher.terms_with_prefix("vocabulary", word[:2]):
        if abs(len(term) - len(word)) <= 2 and distance(term, word) <= 2:
            yield papers, term


def distance(one: str, other: str) -> int:
    """Letters to add, take away, change or swap with their neighbour to make one of the other.

    Damerau (1964), with optimal string alignment.
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, start=1):
        here = [row]
        for column, wanted in enumerate(other, start=1):
            cost = min(last[column] + 1, here[-1] + 1, last[column - 1] + (letter != wanted))
            swapped = row > 1 < column and (one[row - 2], letter) == (wanted, other[column - 2])
            here.append(min(cost, before[column - 2] + 1) if swapped else cost)
        before, last = last, here
    return last[-1]
