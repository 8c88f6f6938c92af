"""From the text that sources send to text for display, for search and for comparing titles.

A *cleaned* text is Unicode in NFC without control characters, macros, tags or entities; its
mathematics stays TeX between single dollars, which `formulas.split_math` finds again.
"""

from __future__ import annotations

import re
import unicodedata
from hashlib import blake2b

from broadsheet.papers import formulas, markup
from broadsheet.papers.latex import without_macros
from broadsheet.papers.links import find_links
from broadsheet.papers.names import clean_name, split_authors
from broadsheet.papers.readable import plain
from broadsheet.papers.withdrawal import says_withdrawn

__all__ = [
    "clean_abstract",
    "clean_name",
    "clean_title",
    "find_links",
    "normal_title",
    "plain",
    "says_withdrawn",
    "split_authors",
    "title_key",
]


def clean_title(raw: str) -> str:
    """A title for display, on one line."""
    return _cleaned(raw, paragraphs=False)


def clean_abstract(raw: str) -> str:
    """An abstract for display; its paragraphs are separated by an empty line."""
    return _cleaned(raw, paragraphs=True)


def _cleaned(text: str, *, paragraphs: bool) -> str:
    if not text:
        return text
    if "&" in text:
        text = markup.decoded(text)
    if markup.has_stray(text):
        text = markup.without_stray(_joined(text, paragraphs))
    if "\\" in text or "$" in text or "{" in text or "^" in text or "_" in text or "}" in text:
        text = _without_tex(text)
    else:
        text = _typographic(text, tex=False)
    if "  " in text or text[:1] == " " or text[-1:] == " " or formulas.PARAGRAPH in text:
        text = _spaced(text)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


_INDENTED = re.compile(r"\n(?:[ \t]*\n\s*| {2,})(?=(\S?))")


def _joined(text: str, paragraphs: bool) -> str:
    text = text.replace(formulas.PARAGRAPH, "")
    if paragraphs and ("\n " in text or "\n\n" in text):
        text = _INDENTED.sub(_gap, text.strip())
    return text.replace("\n", " ")


def _gap(match: re.Match[str]) -> str:
    """An empty line, or arXiv's two spaces after a sentence, begins a paragraph."""
    before = match.string[: match.start()].rstrip()[-1:]
    begins = match[1].isupper() or match[1].isdigit() or match[1] in "([*•-“\"'`"
    if match[0].count("\n") > 1 or (before in ".!?:;\"')]}$" and begins):
        return formulas.PARAGRAPH
    return " "


def _spaced(text: str) -> str:
    if formulas.PARAGRAPH not in text:
        return " ".join(text.split())
    parts = (" ".join(part.split()) for part in text.split(formulas.PARAGRAPH))
    return "\n\n".join(part for part in parts if part)


_STRAY_DOLLAR = re.compile(r"\$(?<![\dMS]\$)(?![\dA-Z])")
_SPACE_BEFORE = re.compile(r" +([.,;:!?)])(?=\s|$)")


def _without_tex(text: str) -> str:
    stash = formulas.Stash()
    text = formulas.stash_math(text, stash)
    tex = "\\" in text or formulas.STASHED[0] in text
    text = without_macros(_typographic(text, tex=tex), stash)
    if tex and "$" in text:
        text = _STRAY_DOLLAR.sub("", text)
    shown = stash.restore(text)
    if "$" in text or formulas.DOLLAR in text:
        shown = _with_plain_dollars(shown, text, stash)
    return _SPACE_BEFORE.sub(r"\1", shown) if " ." in shown or " ," in shown else shown


def _with_plain_dollars(shown: str, text: str, stash: formulas.Stash) -> str:
    """Prices that would be read as the ends of a formula get a sign of their own."""
    if formulas.split_math(shown)[1::2] == stash.formulas(text):
        return shown
    return stash.restore(
        text.replace("$", formulas.PRICE_SIGN).replace(formulas.DOLLAR, formulas.PRICE_SIGN)
    )


# --- typography -----------------------------------------------------------------------------

_S = formulas.STASHED
_TIE = re.compile(
    rf"~(?<=[\w.,;:)\]}}'’{_S}]~)(?=[^\W\d_]|[\\({{\[“`'{_S}])|~(?=\\(?:cite|ref|eqref))"
)
_TIE_BEFORE_NUMBER = re.compile(r"~(?<=[A-Za-z.]~)(?=\d)")
_DASHES = re.compile(r"--+")
_DOUBLE_QUOTED = re.compile(r"``(.*?)(?:''|``|\"|”)", re.DOTALL)
_SINGLE_QUOTED = re.compile(r"`(?<![\w`]`)(?=[\w\\])([^`\n]{1,80}?)'(?!\w)")
_TIMES = re.compile(r"times\b(?<=\dtimes)")


def _dash(match: re.Match[str]) -> str:
    """TeX's dashes; longer rules and options like `--flag` stay."""
    before = match.string[match.start() - 1 : match.start()]
    after = match.string[match.end() : match.end() + 1]
    if len(match[0]) > 3 or (before in ("", " ") and after not in ("", " ")):
        return "—" if len(match[0]) == 3 else match[0]
    return "—" if len(match[0]) == 3 else "–"


def _typographic(text: str, *, tex: bool) -> str:
    """Tags away; TeX's ties, quotes and dashes as the characters they stand for."""
    if "<" in text:
        text = markup.without_tags(text)
    if "~" in text:
        text = _TIE.sub(" ", text)
        if tex:
            text = _TIE_BEFORE_NUMBER.sub(" ", text)
    if "`" in text:
        text = _SINGLE_QUOTED.sub(r"‘\1’", _DOUBLE_QUOTED.sub(r"“\1”", text))
        text = text.replace("``", "“").replace("''", "”")
    if "--" in text:
        text = _DASHES.sub(_dash, text)
    if "times" in text:
        text = _TIMES.sub("×", text)
    return text


# --- comparing titles -----------------------------------------------------------------------
_NEITHER_LETTER_NOR_DIGIT = re.compile(r"[\W_]+")
_ASCII_OTHERS = bytes(code for code in range(128) if not chr(code).isalnum())


def normal_title(text: str) -> str:
    """The comparable form of a title: letters and digits of any script, single spaces."""
    text = plain(text).casefold()
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).casefold()
        text = "".join(char for char in text if not unicodedata.combining(char))
    return " ".join(_NEITHER_LETTER_NOR_DIGIT.sub(" ", text).split())


def title_key(text: str) -> int:
    """A signed 64-bit number, the same for titles that differ in case, spaces or punctuation.

    BLAKE2b (RFC 7693) with a digest of 8 bytes, read big-endian, of `normal_title` without its
    spaces in UTF-8. Databases keep it: whoever changes a rule above that alters it for existing
    titles must also migrate the stored keys.
    """
    if text.isascii() and "$" not in text:  # the same, ten times as fast
        normal = text.lower().encode().translate(None, _ASCII_OTHERS)
    else:
        normal = normal_title(text).replace(" ", "").encode()
    return int.from_bytes(blake2b(normal, digest_size=8).digest(), "big", signed=True)
