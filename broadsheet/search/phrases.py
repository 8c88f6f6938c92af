"""The phrases of a text that could be keyphrases, each with the marks by which it is judged.

A candidate is a run of one to five words within one clause that neither begins nor ends with a
function word. Its *marks* are numbers below `SLOTS`: hashes of small observations (its first and
last word, the words around it, where it stands, how often, how it is written), so that a linear
model over them is one vector of weights and no words are stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

HABITS = Path(__file__).with_name("word_habits.npy")
SLOTS = 1 << 16
LONGEST = 5
"""Words in a phrase."""
MOST_TOKENS = 600
"""Of title and abstract together; what comes later is not looked at."""
MOST_REMEMBERED = 1 << 16
"""Words whose token is kept at hand."""

_TOKEN = re.compile(r"[^\W_]+(?:[-‐‑'’/+&.][^\W_]+)*\+*|[^\w\s]|\n")
_FUNCTION_WORDS = frozenset(
    """a about above across after again against all almost along already also although always am
    among an and another any are as at be because been before being below between both but by
    can cannot could did do does doing done down due during each either else especially etc even
    ever every few for from further furthermore had has have having he hence her here his how
    however i if in indeed instead into is it its itself just largely least less let like many
    may me meanwhile might more moreover most mostly much must my namely near neither never
    nevertheless no nor not now of off often on once one only onto or other others otherwise our
    ours out over own per perhaps quite rather really respectively same several shall she should
    since so some still such than that the their them themselves then there thereby therefore
    these they this those though through throughout thus to together too toward towards under
    unless unlike until up upon us using very via was we well were what when where whereas
    whether which while who whom whose why will with within without would yet you your""".split()  # noqa: SIM905  a paragraph is easier to read
)
_INSIDE = frozenset({"of", "and", "to", "in", "for", "the", "with", "on", "by", "as"})
"""Function words that may stand inside a phrase: "mixture of experts"."""


@dataclass(slots=True)
class Phrase:
    """One candidate: all places where its words, whatever their number and case, occur."""

    words: tuple[str, ...]
    """In the form that is compared: lower case, singular."""
    in_title: bool
    first: int
    """Number of the sentence in which it first occurs; the title is 0."""
    around: tuple[int, ...]
    """Marks of what stands around its first place."""
    forms: list[str] = field(default_factory=list)
    """As written, place by place, the title's first."""

    @property
    def form(self) -> str:
        """How to show it: the most frequent form, and of those the last, as titles are in
        capitals."""
        return max(reversed(self.forms), key=self.forms.count)


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    word: str
    """The compared form; empty for punctuation."""
    kind: int
    """0 punctuation, 1 function word that breaks, 2 function word that may be inside, 3 word."""


class Finder:
    """Finds candidates. Safe to share between threads."""

    def __init__(self, usable: Callable[[str], bool]) -> None:
        """`usable` says of a word, as written, whether it can stand in a keyphrase at all."""
        self._usable = usable
        self._tokens: dict[str, Token] = {}

    def candidates(self, title: str, abstract: str) -> list[Phrase]:
        """In order of occurrence. Texts are plain, without TeX."""
        found: dict[tuple[str, ...], Phrase] = {}
        sentence = 0
        heading, body = self.tokens(title), self.tokens(abstract)
        tokens = [*heading, BREAK, *body][:MOST_TOKENS]
        tokens.append(BREAK)
        for start, token in enumerate(tokens):
            if token.kind == 3:
                _begin_at(start, tokens, start < len(heading), sentence, found)
            elif token.text in ".!?\n":
                sentence += 1
        return list(found.values())

    def tokens(self, text: str) -> list[Token]:
        """The words and signs of a text."""
        known, found = self._tokens, []
        if len(known) > MOST_REMEMBERED:
            known.clear()
        for part in _TOKEN.findall(text):
            token = known.get(part)
            if token is None:
                token = known[part] = self._token(part)
            found.append(token)
        return found

    def _token(self, text: str) -> Token:
        if not text[0].isalnum():
            return Token(text, "", 0)
        low = text.lower()
        if low in _INSIDE:
            return Token(text, low, 2)
        if low in _FUNCTION_WORDS or not self._usable(text):
            return Token(text, low, 1)
        return Token(text, singular(low), 3)


def _begin_at(
    start: int,
    tokens: list[Token],
    in_title: bool,
    sentence: int,
    found: dict[tuple[str, ...], Phrase],
) -> None:
    words: tuple[str, ...] = ()
    for end in range(start, min(start + LONGEST, len(tokens) - 1)):
        token = tokens[end]
        if token.kind < 2:
            return
        words += (token.word,)
        if token.kind == 2:
            continue
        phrase = found.get(words)
        if phrase is None:
            around = _around(tokens[start - 1], tokens[end + 1])
            phrase = found[words] = Phrase(words, in_title, sentence, around)
        phrase.forms.append(" ".join([one.text for one in tokens[start : end + 1]]))


def _around(before: Token, after: Token) -> tuple[int, ...]:
    return (*_beside("before", before), *_beside("after", after))


@lru_cache(maxsize=1 << 15)
def _beside(role: str, token: Token) -> tuple[int, ...]:
    if not token.word:
        return (mark(role, token.text),)
    return mark(role, token.word), mark(role, "ends", token.word[-3:])


def mark(*observation: object) -> int:
    """The slot of an observation: its CRC-32, as everywhere the same, modulo `SLOTS`."""
    return crc32(repr(observation).encode()) % SLOTS


@lru_cache(maxsize=1 << 16)
def word_marks(role: str, word: str) -> tuple[int, ...]:
    """Marks of a word in a place: itself, how it ends, how long it is, and its habits."""
    known, begins, ends = habits(word)
    return (
        mark(role, word),
        mark(role, "ends", word[-3:]),
        mark(role, "ends", word[-4:]),
        mark(role, "length", min(len(word), 12)),
        mark(role, "known", known),
        mark(role, "begins", begins),
        mark(role, "ends clause", ends),
        mark(role, "habits", begins, ends),
    )


def habits(word: str) -> tuple[int, int, int]:
    """How a word is used in science at large: in how many papers (as a power of two), and in how
    many eighths of its places it follows, and comes before, a sign or a function word."""
    known, begins, ends = _habits()[:, mark("word", word)]
    return int(known), int(begins), int(ends)


@lru_cache(maxsize=1)
def _habits() -> NDArray[np.uint8]:
    """[3, SLOTS], counted by `bench.keyphrase_training` over 40,000 arXiv papers of all fields."""
    table: NDArray[np.uint8] = np.load(HABITS)
    return table


@lru_cache(maxsize=1 << 12)
def _place_marks(n: int, in_title: bool, times: int, first: int) -> tuple[int, ...]:
    return (
        mark("n", n),
        mark("n times", n, times),
        mark("n title", n, in_title, times),
        mark("n place", n, first),
    )


def marks(phrase: Phrase) -> list[int]:
    """What a model judges a phrase by; some number may stand twice."""
    words, n = phrase.words, len(phrase.words)
    times, first = min(len(phrase.forms), 5), min(phrase.first, 12)
    found = [*phrase.around, *_place_marks(n, phrase.in_title, times, first)]
    form = phrase.forms[-1]
    found.append(mark("phrase", words))
    found.append(_shape_mark(form if n == 1 else form.rpartition(" ")[2], n))
    if n == 1:
        found += word_marks("only", words[0])
        return found
    found += word_marks("first", words[0])
    found += word_marks("last", words[-1])
    found.append(_pair_mark(words[0], words[-1]))
    found += [_inner(word) for word in words[1:-1]]
    found.append(_shape_mark(form.partition(" ")[0], -n))
    if n > 2:
        found.append(mark("end", words[-2:]))
        found.append(mark("begin", words[:2]))
    return found


def usable_marks(text: str) -> tuple[int, ...]:
    """What a model judges by whether a word, as written, can stand in a keyphrase at all."""
    return *word_marks("in", text.lower()), _shape_mark(text, 0)


@lru_cache(maxsize=1 << 15)
def _pair_mark(first: str, last: str) -> int:
    return mark("pair", habits(first)[1:], habits(last)[1:])


@lru_cache(maxsize=1 << 15)
def _inner(word: str) -> int:
    return mark("inner", word)


@lru_cache(maxsize=1 << 15)
def _shape_mark(word: str, n: int) -> int:
    return mark("shape", _shape(word), n)


@lru_cache(maxsize=1 << 15)
def _shape(form: str) -> str:
    """`Aa` for "Deep", `A` for "LLM", `aA` for "eBay", `a-a` for "self-play", `A0` for "GPT4"."""
    shape = re.sub(r"[A-Z]+", "A", form)
    shape = re.sub(r"[^\W\dA_]+", "a", shape)
    shape = re.sub(r"\d+", "0", shape)
    return re.sub(r"(a )+a", "a a", shape)[:12]


BREAK = Token("\n", "", 0)


def singular(word: str) -> str:
    """The word without an English plural ending, by rule: "agencies", "boxes", "LLMs"."""
    if len(word) < 4 or word[-1] != "s" or word[-2] in "sui'’":
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("xes", "ches", "shes", "sses")):
        return word[:-2]
    return word[:-1]
