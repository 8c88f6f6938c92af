"""Formulas as one line of Unicode, where they cannot be typeset: search, attributes, feeds."""

from __future__ import annotations

import re
from functools import lru_cache

from broadsheet.papers.formulas import PRICE_SIGN, Stash, split_math, with_literals
from broadsheet.papers.latex import without_macros

_DEEPEST = 12
_ALIGNMENT = re.compile(
    r"\\(?:begin|end)\s*\{\w+\*?\}(?:\{[lcr|@{} ]*\})?|(?<!\\)&|\\(?:label|tag)\s*\{[^{}]*\}"
)
_INNERMOST = re.compile(
    r"\\(?:[tdc]?frac|nicefrac|sfrac|binom)\s*\{([^{}]*)\}\s*\{([^{}]*)\}|\\sqrt\s*\{([^{}]*)\}"
    r"|\\([A-Za-z]+)\s*\{([^{}]*)\}|([\^_])\{([^{}]*)\}|(?<![}\w])\{([^{}]*)\}"
)
_OVER = {
    "bar": "\u0304",
    "overline": "\u0304",
    "hat": "\u0302",
    "widehat": "\u0302",
    "tilde": "\u0303",
    "widetilde": "\u0303",
    "dot": "\u0307",
    "ddot": "\u0308",
    "vec": "\u20d7",
}
_LOWERED = re.compile("(?<![₀-₎ₐ-ₜ])[₀-₉]+(?![₀-₎ₐ-ₜ])")
_DIGITS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")


def plain(text: str) -> str:
    r"""A cleaned text without any TeX: `H$_2$O on $\mathbb{R}^n$` -> `H2O on ℝⁿ`."""
    if "$" in text:
        parts = split_math(text)
        parts[1::2] = [readable(tex) for tex in parts[1::2]]
        text = "".join(parts)
    if not text.isascii():
        text = _LOWERED.sub(lambda m: m[0].translate(_DIGITS), text).replace(PRICE_SIGN, "$")
    return text


@lru_cache(maxsize=8192)
def readable(tex: str) -> str:
    r"""One formula: `\mathbb{R}^n` -> `ℝⁿ`, `H_2` -> `H₂`, `\frac{a}{b}` -> `a/b`."""
    stash = Stash()
    text = stash.flat(without_macros(_ALIGNMENT.sub(" ", tex), stash))
    for _ in range(_DEEPEST):
        if (shown := _INNERMOST.sub(_approximated, text)) == text:
            break
        text = shown
    text = re.sub(r"\\[A-Za-z]+ ?|[\\{}$]", "", text)
    text = re.sub(r"_(\d)", r"\1", text)
    return " ".join(with_literals(text).split())


def _approximated(match: re.Match[str]) -> str:
    above, below, root, macro, argument, sign, script, group = match.groups()
    if above is not None:
        return f"{_operand(above)}/{_operand(below)}"
    if root is not None:
        return f"√{_operand(root)}"
    if macro is not None:
        return str(argument) + (_OVER.get(macro, "") if len(argument) == 1 else "")
    return sign + _script(script) if sign else str(group)


def _operand(text: str) -> str:
    return text if re.fullmatch(r"[\w.]*", text) else f"({text})"


def _script(text: str) -> str:
    return text if re.fullmatch(r"[-+\w.*∘′∞]*", text) else f"({text})"
