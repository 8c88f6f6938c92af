"""Raised and lowered characters outside formulas: `x^2`, `C_{0}`, `H<sub>2</sub>O`."""

from __future__ import annotations

import re

from broadsheet.papers.formulas import STASHED, Stash

_RAISED = str.maketrans("0123456789+-−=()nikm", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱᵏᵐ")
_LOWERED = str.maketrans("0123456789+-−=()nijkm", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎ₙᵢⱼₖₘ")
_MARKS = {"∘": "°", "*": "*", "∗": "*", "′": "′", "†": "†", "+": "⁺", "-": "⁻", "−": "⁻"}
_LONGEST = 6
"""Longer scripts are easier to read typeset."""
_BODY = (
    rf"[{STASHED}]|[-+−]?\d+(?:\.\d+)?(?![\d_])|[-+−]?[A-Za-zα-ωΑ-Ωℓ∞](?:(?<=O)\([^()\s]{{1,6}}\))?(?!\w)"
    r"|[A-Za-z]{2,4}(?!\w)|[*+−∘†′∗∞⊥×∥∨-](?!\w)"
)
_SCRIPTS = re.compile(rf"[\^_](?:{_BODY})(?:\s?[\^_](?:{_BODY}))*")
_SCRIPT = re.compile(rf"([\^_])({_BODY})")
_BASE = re.compile(rf"(?:\d+(?:\.\d+)?|[^\W\d_]+|[{STASHED}]|[])°’′|])$")


def scripted(sign: str, content: str) -> str:
    """`content` raised (`^`) or lowered (`_`) in Unicode where all of it can be, else as is."""
    content = content.strip()
    table = _RAISED if sign == "^" else _LOWERED
    return content.translate(table) if _has_forms(sign, content) else content


def _has_forms(sign: str, content: str) -> bool:
    table = _RAISED if sign == "^" else _LOWERED
    return 0 < len(content) <= _LONGEST and all(ord(char) in table for char in content)


def implied_math(text: str, stash: Stash) -> str:
    """Scripts outside dollars as Unicode where there is such a character, else as formulas."""
    parts: list[str] = []
    done = 0
    for match in _SCRIPTS.finditer(text):
        found = _BASE.search(text[max(done, match.start() - 24) : match.start()])
        base = found[0] if found else ""
        start = match.start() - len(base)
        parts += [text[done:start], _resolved(base, text[start - 1 : start], match[0], stash)]
        done = match.end()
    return "".join([*parts, text[done:]])


def _resolved(base: str, before: str, scripts: str, stash: Stash) -> str:
    pairs = [(sign, _content(body, stash)) for sign, body in _SCRIPT.findall(scripts)]
    braced = any(f"{sign}{body}" not in scripts for sign, body in pairs)
    if "_" in scripts and not braced and _is_identifier(base, before, pairs[0][1]):
        return base + scripts
    if all(_has_forms(s, b) or (s == "^" and b in _MARKS) for s, b in pairs):
        return base + "".join(_MARKS.get(b) or scripted(s, b) for s, b in pairs)
    tex = "".join(f"{s}{b}" if len(b) == 1 else f"{s}{{{b}}}" for s, b in pairs)
    if (len(base) > 1 and base.isalpha()) or base in (")", "]", "|"):
        return base + stash.math(tex)
    return stash.math(stash.tex(base) + tex)


def _content(body: str, stash: Stash) -> str:
    tex = stash.tex(body).strip()
    tex = tex[1:-1].strip() if tex[:1] == "{" and tex[-1:] == "}" else tex
    return {r"\circ": "∘", r"\ast": "*", r"\prime": "′", r"\dagger": "†"}.get(tex, tex)


def _is_identifier(base: str, before: str, script: str) -> bool:
    """Whether `base_script` is a name in some program rather than mathematics."""
    if not base:
        return before.isalnum() or before in "_-"
    if before in ("_", "-", "/", ".", "@", "#") or (before and before.isalnum()):
        return True
    return base.isalpha() and len(base) > 1 and not (script.isdigit() and len(base) <= 4)
