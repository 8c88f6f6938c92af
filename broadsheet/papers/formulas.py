"""Where the mathematics of a text begins and ends.

While a text is cleaned, each finished piece of it stands as one private-use character, whose
number is an index into a `Stash`. Braces and macros can then be resolved from the inside out by
plain regular expressions that never look into a formula.
"""

from __future__ import annotations

import re

_FIRST = 0xF0000
STASHED = "\U000f0000-\U000ffffd"
"""The characters of stashed pieces, for use inside a regular expression's brackets."""
OPEN, CLOSE, DOLLAR, UNDERSCORE = "\U00100000\U00100001\U00100002\U00100003"
"""Characters that the author wrote for themselves, not as TeX."""
PARAGRAPH = "\U00100004"
PRICE_SIGN = "＄"
"""Stored for a dollar sign that would be read as the end of a formula; shown as `$`."""
_LITERALS = ((OPEN, "{"), (CLOSE, "}"), (DOLLAR, "$"), (UNDERSCORE, "_"))
_STASHED_CHAR = re.compile(f"[{STASHED}]")


def with_literals(text: str, escape: str = "") -> str:
    """`text` with the author's own characters in place of the private ones."""
    if text.isascii():
        return text
    for private, char in _LITERALS:
        if private in text:
            text = text.replace(private, escape + char)
    return text


class Stash:
    """The finished pieces of one text, each behind one character."""

    def __init__(self) -> None:
        self._pieces: list[tuple[bool, str]] = []

    def math(self, tex: str) -> str:
        """Put a formula away."""
        if " " in tex or PARAGRAPH in tex:
            tex = " ".join(tex.replace(PARAGRAPH, " ").split())
        tex = tex[:-1] if tex.endswith("\\") and not tex.endswith(r"\\") else tex
        return self._keep(True, tex) if tex else ""

    def text(self, text: str) -> str:
        """Put away what later steps must not touch."""
        return self._keep(False, text)

    def _keep(self, is_math: bool, source: str) -> str:
        self._pieces.append((is_math, source))
        return chr(_FIRST + len(self._pieces) - 1)

    def _piece(self, char: str) -> tuple[bool, str]:
        index = ord(char) - _FIRST
        return self._pieces[index] if index < len(self._pieces) else (False, "")

    def flat(self, text: str) -> str:
        """`text` with each piece as bare TeX; literal characters stay private."""
        if text.isascii():
            return text
        return _STASHED_CHAR.sub(lambda m: self.flat(self._piece(m[0])[1]), text)

    def tex(self, text: str) -> str:
        """`text` as TeX inside a formula."""
        if text.isascii():
            return text
        return with_literals(self.flat(text), "\\")

    def restore(self, text: str) -> str:
        """`text` as it is shown, each formula between dollars."""
        for index in range(len(self._pieces) - 1, -1, -1):  # a piece holds only earlier ones
            char = chr(_FIRST + index)
            if char in text:
                is_math, source = self._pieces[index]
                text = text.replace(char, f"${self.tex(source)}$" if is_math else source)
        return with_literals(text)

    def formulas(self, text: str) -> list[str]:
        """The formulas of `text` in order, as `restore` puts them between dollars."""
        pieces = (self._piece(char) for char in _STASHED_CHAR.findall(text))
        return [self.tex(source) for is_math, source in pieces if is_math]


_ALIGNED = "align|alignat|eqnarray|gather|multline|split|flalign|aligned|gathered"
_DISPLAYS = re.compile(
    r"\$\$((?:\\(?:mbox|hbox|text\w*|mathrm|tag)\s*\{[^{}]*\}|[^$])+?)\$\$"
    r"|\\(?<!\\\\)\[(.{1,3000}?)(?<!\\)\\\]"
    r"|\\(?<!\\\\)\((.{1,3000}?)(?<!\\)\\\)"
    r"|\\begin\s*\{((?:equation|displaymath|math|dmath)\*?)\}(.{1,3000}?)\\end\s*\{\4\}"
    rf"|\\begin\s*\{{((?:{_ALIGNED})\*?)\}}(.{{1,3000}}?)\\end\s*\{{\6\}}",
    re.DOTALL,
)
_TEXT_IN_MATH = re.compile(
    r"\\(?:text\w*|mbox|hbox|mathrm|mathsf|mathtt|mathbf|mathit|label|tag|operatorname\*?|rm|href)"
    r"\s*(?:\{[^{}]*\})*|\{\\\w+ [^{}]*\}"
)
_WORD = re.compile(r"(?<![\\\w{])[A-Za-z]{3,}(?![\w}])")
_UNIT = re.compile(r"(?<![A-Za-z])[A-Za-z]{2,}")
_QUANTITY = re.compile(r"[\d.,]+ ?[A-Za-z]{1,4}")
_COMMON = re.compile(
    r"(?<![\\\w])(?:the|of|and|is|are|was|were|with|for|that|which|where|we|by|from|has|have|this"
    r"|million|billion|trillion|dollars?|per|USD|an|in|to)(?!\w)"
)
_TEX_SIGN = re.compile(r"[\\^_={}<>|+]")
_NOT_MATH = re.compile(
    r"\$(?<!\w\$)([A-Za-z][A-Za-z'-]{2,}(?:,? (?:~ )?[A-Za-z'-]+)+)\$(?!\w)"
    r"|\$\s*((?:\\(?:text\w*|emph|href|url|unicode)(?:\{[^{}$\\]*\})+[ ,.]*)+)\s*\$"
    r"|\$(?<=[A-Za-z]\$)(-{1,3})\$(?=[A-Za-z])"
)
"""Dollars around words, around nothing but words' looks, and around a dash."""


def stash_math(text: str, stash: Stash) -> str:
    """`text` with every delimited formula put away."""
    text = text.replace(r"\$", DOLLAR)
    if "$$" in text or r"\)" in text or r"\]" in text or r"\end" in text:
        text = _DISPLAYS.sub(lambda m: _display(m, stash), text)
    if "$" not in text:
        return text
    parts = split_math(_NOT_MATH.sub(_undelimited, text))
    parts[1::2] = [stash.math(tex.replace("$", "")) for tex in parts[1::2]]
    return "".join(parts)


def _undelimited(match: re.Match[str]) -> str:
    return match[1] or match[2] or "–"


def _display(match: re.Match[str], stash: Stash) -> str:
    inner = next(match[n] for n in (1, 2, 3, 5, 7) if match[n] is not None)
    if "$" in inner:
        inner = re.sub(r"\$([^$]*)\$", r"}\1\\text{", inner).replace("$", "")
    if match[6] and (r"\\" in inner or "&" in inner):
        inner = rf"\begin{{aligned}}{inner}\end{{aligned}}"
    return stash.math(inner) if match[3] else f" {stash.math(inner)} "


def split_math(text: str) -> list[str]:
    """Text and formulas in turn: every second item is the TeX between two dollars.

    Dollars that do not delimit a formula (prices) stay in the text.
    """
    parts: list[str] = []
    done = at = 0
    while (start := text.find("$", at)) >= 0:
        end = _closing(text, start + 1)
        if end < 0:
            break
        inside = text[start + 1 : end]
        at = start + 1
        if _is_math(inside, text[end + 1 : end + 2]):
            parts += [text[done:start], inside]
            done = at = end + 1
    return [*parts, text[done:]]


def _closing(text: str, start: int) -> int:
    """Index of the dollar that closes the one before `start`, braces balanced; -1 if none."""
    end = first = text.find("$", start)
    for _ in range(6):
        if end < 0:
            break
        inside = text[start:end]
        if _balanced(inside) and (inside[-1:] != "\\" or inside[-2:] == "\\\\"):
            return end
        end = text.find("$", end + 1)
    return first


def _balanced(tex: str) -> bool:
    if "{" not in tex:
        return True
    opened = tex.count("{") - tex.count(r"\{")
    return opened <= tex.count("}") - tex.count(r"\}")


def _is_math(inside: str, after: str) -> bool:
    """Whether the dollars around `inside` delimit a formula rather than, say, two prices."""
    if len(inside) < 4 and inside.isalpha():
        return True
    if not inside.strip() or len(inside) > 3000:
        return False
    if len(inside) < 25 and "\\" in inside:
        return True
    signs = len(_TEX_SIGN.findall(inside))
    if _QUANTITY.fullmatch(inside) and not after.isalnum():
        return True
    amount = inside[0].isdigit() and "\\" not in inside
    if amount and (after.isdigit() or (not signs and _UNIT.search(inside))):
        return False
    if len(inside) < 8 or signs > 12:
        return bool(signs) or inside[0] not in ",.;:)"
    bare = _TEXT_IN_MATH.sub(" ", inside)
    words, common = len(_WORD.findall(bare)), len(_COMMON.findall(bare))
    if (words >= 3 and common) or common >= 2 or (words and inside[0] in ",.;:)"):
        return False
    if signs:
        return True
    return words < 3 and len(inside) < (12 if inside[0].isspace() else 60)
