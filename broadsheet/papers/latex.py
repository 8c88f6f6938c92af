"""TeX macros in running text -> Unicode, from the inside out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from broadsheet.papers.formulas import CLOSE, OPEN, STASHED, UNDERSCORE, Stash
from broadsheet.papers.scripts import implied_math, scripted
from broadsheet.papers.symbols import (
    ALPHABETS,
    COMBINING,
    DROPPED,
    FONTS,
    MATH_MACROS,
    SYMBOLS,
    TWO_ARGUMENTS,
    letter,
)

_DEEPEST = 12
"""Levels of nested braces that are resolved; what lies deeper loses its braces."""


def without_macros(text: str, stash: Stash) -> str:
    """`text` without macros and TeX braces; what only reads well typeset is put away."""
    if "{" in text and any(name in text for name in _LOST_NAMES):
        text = _LOST_BACKSLASH.sub(r"\\", text)
    if "\\" in text:
        text = _simple_macros(text)
    if "{" in text or "}" in text:
        text = _without_groups(text, stash)
    if "\\" in text:
        text = _leftovers(text, stash)
    if "^" in text or "_" in text:
        if "://" in text or "www." in text:
            text = _URL.sub(lambda m: stash.text(m[0]), text)
        text = implied_math(text, stash)
    return text


_LOST_NAMES = tuple(
    f"{name}{{"
    for name in (
        *("mathcal", "mathbb", "mathbf", "mathrm", "mathfrak", "mathsf", "mathit", "mathscr"),
        *("mathtt", "textbf", "textit", "texttt", "textsc", "textrm", "textsf", "emph"),
        *("operatorname", "footnote", "frac", "sqrt", "overline"),
    )
)
_LOST_BACKSLASH = re.compile(rf"(?<![\\A-Za-z])(?={'|'.join(map(re.escape, _LOST_NAMES))})")
_URL = re.compile(r"(?:https?://|www\.)[^\s{}\\$]+")

# --- macros without braces around an argument -----------------------------------------------

_ACCENT = re.compile(
    r"""\\(?:(['"`^~=.])\s*|([cvuHkrdbt])(?![A-Za-z])\s*|(acute|grave|ddot|check|breve)\s*(?=\{))"""
    r"(?:\{\s*(\\[ij](?![A-Za-z])|[^\W\d_][\u0300-\u0361]?)\s*\}|(\\[ij](?![A-Za-z])\s?|[^\W\d_]))"
)
_BROKEN_NAME = re.compile(r"\\([bcdkrtuvHloiaO])\{([a-z]{2,9})\}")
_SPACES = re.compile(r"\\[ ,;:>\n]|\\\\(?:\[[^\]]*\])?|\\[hv]space\*?\s*\{[^{}]*\}")
_NOTHING = re.compile(r"\\[!/@-]|\\(?:left|right)(?![A-Za-z])\.?")
_SWITCH = re.compile(
    rf"\{{\s*\\(?:(?:{'|'.join(sorted(FONTS))})(?![A-Za-z])|color\s*\{{[^{{}}]*\}})\s*"
)
_ENVIRONMENT = re.compile(r"\\(?:begin|end)\s*\{[A-Za-z*]+\}(?:\s*\[[^\]]*\])?")
_LETTER_MACRO = re.compile(r"(\\(?:aa|ae|oe|o|l|ss|O|L|AE|OE))\s+(?=[a-z])")
_VERBATIM = re.compile(r"\\verb\*?([|+!#/])(.*?)\1")
_NAME = re.compile(r"\\([A-Za-z]+)\*?(?![A-Za-z])")


def _simple_macros(text: str) -> str:
    text = text.replace(r"\{", OPEN).replace(r"\}", CLOSE).replace(r"\_", UNDERSCORE)
    text = accents(_BROKEN_NAME.sub(_mended_name, text))
    text = _LETTER_MACRO.sub(lambda m: SYMBOLS[m[1][1:]], text)
    text = _VERBATIM.sub(r"\2", text)
    text = _ENVIRONMENT.sub(" ", text)
    text = _SPACES.sub(" ", text)
    text = _NOTHING.sub("", text)
    text = _SWITCH.sub(r"\\textrm{", text)
    text = re.sub(r"\\([%&#])", r"\1", text).replace(r"\|", "‖")
    return _NAME.sub(_named, text)


def accents(text: str) -> str:
    r"""TeX accents as letters: `Poincar\'e` -> `Poincaré`."""
    text = _ACCENT.sub(_accented, text)
    return _ACCENT.sub(_accented, text) if "\\" in text else text


def _accented(match: re.Match[str]) -> str:
    base = (match[4] or match[5]).strip().lstrip("\\")
    mark = COMBINING[match[1] or match[2] or match[3]]
    return unicodedata.normalize("NFC", base + mark)


def _mended_name(match: re.Match[str]) -> str:
    r"""`\k{appa}` is `\kappa`, broken by a converter that took `\k` for an accent."""
    return SYMBOLS.get(match[1] + match[2], match[0])


def _named(match: re.Match[str]) -> str:
    """The text of a macro that takes no argument; others stay for later."""
    name, following = match[1], match.string[match.end() : match.end() + 1]
    if name in MATH_MACROS or name in ALPHABETS:
        return match[0]
    if (symbol := SYMBOLS.get(name)) is not None:
        return symbol
    if following and following in "{[":
        return match[0]
    if name in FONTS or name in DROPPED:
        return ""
    return SYMBOLS[name[:-1]] + name[-1] if _runs_on(name) else name


def _runs_on(name: str) -> bool:
    r"""Whether a space was lost after the macro, as in `\simeqC`."""
    return len(name) > 2 and name[-1].isupper() and name[:-1] in SYMBOLS


# --- braces ---------------------------------------------------------------------------------

_GROUP = re.compile(
    r"(\\[A-Za-z]+\*?\s*(?:\[[^\[\]{}]*\]\s*){0,2}|\^\s*|_\s*)(\{[^{}]*\}(?:\s?\{[^{}]*\})*)"
    r"|\{[^{}]*\}(?:\s?\{[^{}]*\})*"
)
_PENDING = re.compile(rf"\\(?:{'|'.join(TWO_ARGUMENTS)})\s*\{{[^$]{{0,300}}\}}\s?$")
_SET = re.compile(r"[,;:=|<>]")
_SET_FUNCTION = re.compile(r"\b(?:min|max|sup|inf|gcd|lcm|argmin|argmax)$")


def _without_groups(text: str, stash: Stash) -> str:
    for _ in range(_DEEPEST):
        resolved = _GROUP.sub(lambda m: _grouped(m, stash), text)
        if resolved == text:
            break
        text = resolved
    return text.replace("{", "").replace("}", "")


def _grouped(match: re.Match[str], stash: Stash) -> str:
    """The text of a macro and its innermost groups, of a braced script, or of bare braces."""
    macro = (match[1] or "").strip()
    groups = re.findall(r"\{([^{}]*)\}", match[2] or match[0])
    if not macro:
        before = match.string[max(0, match.start() - 400) : match.start()]
        if before.rstrip().endswith("}") and _PENDING.search(before):
            return match[0]
        return "".join(_bare(group, match) for group in groups)
    if macro[0] in "^_":
        rest = "".join(f"{{{group}}}" for group in groups[1:])
        return macro[0] + stash.text(f"{{{stash.tex(groups[0])}}}") + rest
    name = macro[1:].partition("[")[0].rstrip("* ")
    if name in TWO_ARGUMENTS and len(groups) == 1 and match.string.startswith("{", match.end()):
        return match[0]
    return _applied(name, groups, stash)


def _bare(content: str, match: re.Match[str]) -> str:
    """Braces without a macro: the author's (a set) stay, TeX's grouping goes."""
    before = match.string[max(0, match.start() - 120) : match.start()]
    after = match.string[match.end() : match.end() + 1]
    if _URL.fullmatch(content.strip()):
        return "" if "http" in before else f" ({content.strip()})"
    hugged = (before[-1:].isalnum() and not _SET_FUNCTION.search(before)) or after.isalpha()
    is_set = _SET.search(content) and len(content) <= 80 and any(c.isalnum() for c in content)
    return f"{OPEN}{content}{CLOSE}" if is_set and not hugged and ". " not in content else content


def _applied(name: str, groups: list[str], stash: Stash) -> str:
    """The text of macro `name` with its arguments."""
    if name in DROPPED:
        return "".join(groups[1:])
    if name in ALPHABETS:
        content = groups[0].strip()
        return (letter(ALPHABETS[name], content) if len(content) == 1 else content) + "".join(
            groups[1:]
        )
    if name in MATH_MACROS:
        wanted = 2 if name in TWO_ARGUMENTS else 1
        tex = "".join(f"{{{stash.tex(group)}}}" for group in groups[:wanted])
        return stash.math(f"\\{name}{tex}") + "".join(groups[wanted:])
    if name in _WRITTEN:
        return _WRITTEN[name](groups)
    rest = "".join(groups[1:])
    return (
        f"{groups[0]} {rest}"
        if groups[0][-1:].isalnum() and rest[:1].isalnum()
        else (groups[0] + rest)
    )


def _code_point(code: str) -> str:
    r"""The character of MathJax's `\unicode{x2013}`."""
    digits = code.strip().lower()
    hexadecimal = re.fullmatch(r"(?:x|0x|u\+)([0-9a-f]{2,5})", digits)
    number = int(hexadecimal[1], 16) if hexadecimal else int(digits) if digits.isdecimal() else 0
    return chr(number) if 32 < number < 0x20000 and chr(number).isprintable() else ""


def _href(groups: list[str]) -> str:
    url, text = groups[0].strip(), groups[-1].strip()
    return text if not url or url in text or _URL.match(text) else f"{text} ({url})"


def _around(left: str, right: str) -> Callable[[list[str]], str]:
    return lambda groups: left + groups[0].strip() + right + "".join(groups[1:])


def _raised(sign: str) -> Callable[[list[str]], str]:
    return lambda groups: scripted(sign, groups[0]) + "".join(groups[1:])


_WRITTEN: dict[str, Callable[[list[str]], str]] = {
    "href": _href,
    "url": _around("", ""),
    "footnote": _around(" (", ")"),
    "abs": _around("|", "|"),
    "norm": _around("‖", "‖"),
    "unicode": lambda groups: _code_point(groups[0]) + "".join(groups[1:]),
    "enquote": _around("“", "”"),
    "textsuperscript": _raised("^"),
    "textsubscript": _raised("_"),
    "textcolor": lambda groups: groups[-1],
    "colorbox": lambda groups: groups[-1],
    "raisebox": lambda groups: groups[-1],
    "parbox": lambda groups: groups[-1],
    "texorpdfstring": lambda groups: groups[0],
    "SI": " ".join,
    "qty": " ".join,
}

# --- what is left ---------------------------------------------------------------------------

_UNBRACED = re.compile(
    rf"\\({'|'.join(sorted(MATH_MACROS | ALPHABETS.keys()))})\s*([^\W_]|[{STASHED}])(?![A-Za-z])"
)


def _leftovers(text: str, stash: Stash) -> str:
    r"""`\hat x` and `\mathbb R` without braces, then whatever nobody knows, by its name."""
    text = _UNBRACED.sub(lambda m: _unbraced(m[1], m[2], stash), text)
    text = re.sub(r"\\([A-Za-z]+)", lambda m: _unknown(m[1]), text)
    return re.sub(r"\\(.?)", r"\1", text)


def _unbraced(name: str, argument: str, stash: Stash) -> str:
    if name in ALPHABETS:
        return letter(ALPHABETS[name], argument)
    return stash.math(f"\\{name} {stash.tex(argument)}")


def _unknown(name: str) -> str:
    if name in FONTS or name in DROPPED or name in MATH_MACROS or name in ALPHABETS:
        return ""
    return SYMBOLS.get(name, name)
