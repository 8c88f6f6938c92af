"""Mathematics typeset on the server: cleaned text -> safe HTML with MathML, no JavaScript.

Formulas are converted by latex2mathml and then read back with an XML parser, which guarantees
well-formed output made of known elements and attributes only. What cannot be converted is shown
as a readable approximation in Unicode.
"""

from __future__ import annotations

import re
from functools import lru_cache

from latex2mathml.converter import convert
from lxml import etree
from markupsafe import Markup, escape

from broadsheet.papers.formulas import PRICE_SIGN, split_math
from broadsheet.papers.readable import plain, readable
from broadsheet.papers.symbols import DROPPED, FONTS, SYMBOLS, letter
from broadsheet.papers.text import clean_title

_LONGEST = 2000
"""Characters of TeX beyond which a formula is only approximated."""


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ELEMENTS = _names(
    "math mrow mi mo mn ms mtext mspace msup msub msubsup mfrac msqrt mroot mover munder munderover"
    " mtable mtr mtd mstyle mpadded mphantom menclose mmultiscripts mprescripts none"
)
_ATTRIBUTES = _names(
    "stretchy fence form separator lspace rspace largeop movablelimits accent accentunder width"
    " height depth linethickness displaystyle scriptlevel columnalign rowspacing columnspacing"
    " rowlines columnlines notation mathvariant minsize maxsize linebreak symmetric"
)
_VARIANTS = {
    "script": "SCRIPT",
    "fraktur": "FRAKTUR",
    "double-struck": "DOUBLE-STRUCK",
    "bold": "BOLD",
    "bold-italic": "BOLD ITALIC",
    "bold-script": "BOLD SCRIPT",
    "bold-fraktur": "BOLD FRAKTUR",
    "sans-serif": "SANS-SERIF",
    "monospace": "MONOSPACE",
    "italic": "",
}
"""MathML Core knows no `mathvariant` but `normal`: browsers want the letters themselves."""

_REWRITES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\\(?:label|tag|eqno|ref|eqref|cite\w*|thanks|footnote)\*?\s*\{[^{}]*\}", ""),
        (
            r"\\(?:nonumber|notag|displaystyle|textstyle|limits|nolimits|xspace|hfill|noindent"
            r"|allowbreak|nobreak|protect|strut|relax|eqno|leqno|par|mathop|mathrel|mathbin"
            r"|mathord|mathopen|mathclose|mathpunct|mathstrut|centering"
            r"|(?:big|Big|bigg|Bigg)[lrmg]?)(?![A-Za-z])",
            " ",
        ),
        (r"\\(?:ensuremath|smash|fbox|makebox)\s*(?=\{)", ""),
        (
            r"\\(?:hbox|mbox|textnormal|textup|textsc|textsl|textmd|textsf|textit|textbf|texttt"
            r"|textrm|emph|intertext|shortintertext|mathtext)\s*(?=\{)",
            r"\\text",
        ),
        (r"\\(?:nicefrac|sfrac|flatfrac|xfrac)(?![A-Za-z])", r"\\frac"),
        (r"\\(?:operatorname|operatornamewithlimits|mathop)\*?\s*\{", r"\\mathrm{"),
        (r"\\(?:mathds|mathbbm|Bbb|mathbbmss|mathbbb)(?![A-Za-z])", r"\\mathbb"),
        (r"\\(?:mathscr|mathpzc|EuScript|euscript)(?![A-Za-z])", r"\\mathcal"),
        (r"\\(?:bm|pmb|mathbfit|vb|mathbold)(?![A-Za-z])", r"\\boldsymbol"),
        (r"\\backslash(?![A-Za-z])", "∖ "),
        (r"\\sqrt\s*(?=$|[})])", "√"),
        (r"\\(begin|end)\s*\{(?:subequations|small|footnotesize|center)\}", ""),
        (
            r"\\(begin|end)\s*\{(?:aligned|align|split|alignat|flalign|gather|gathered|multline"
            r"|alignedat|eqnarray)\*?\}(?:\{\d\}|\[[tcb]\])?",
            r"\\\1{align*}",
        ),
        (r"\\(begin|end)\s*\{[dr]cases\*?\}", r"\\\1{cases}"),
        (r"\\begin\s*\{tabular\}", r"\\begin{array}"),
        (r"\\end\s*\{tabular\}", r"\\end{array}"),
        (r"(\\begin\s*\{array\})\s*\[[a-z]\]", r"\1"),
        (r"\\(?:hskip|vskip|kern|mkern)\s*-?[\d.]+\s*(?:pt|em|cm|mm|ex|in|mu)", " "),
        (r"\\(?:hspace|vspace|kern|mspace|hskip|vskip)\*?\s*\{[^{}]*\}", r"\\ "),
        (r"(?<!\\)~", r"\\ "),
        (r"(?<!\\)%(?=\s)", ""),
        (r"(?<!\\)%", r"\\%"),
        (r"(?<!\\)#", r"\\#"),
        (r"(\^(?:\{[^{}]*\}|[^\\{}\s]))(?=\s*\^)", r"\1{}"),
        (r"(_(?:\{[^{}]*\}|[^\\{}\s]))(?=\s*_)", r"\1{}"),
    )
)
_TEXT = re.compile(r"\\text\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_INSIDE_TEXT = str.maketrans("<>&", "\ue001\ue002\ue003")
_OUTSIDE_TEXT = str.maketrans("\ue001\ue002\ue003", "<>&")
_UNKNOWN = re.compile(r"\\([A-Za-z]+)")


def typeset(text: str) -> Markup:
    """A cleaned text as inline HTML, its formulas as MathML."""
    if "$" not in text:
        return _prose(text)
    parts = split_math(text)
    shown = [formula(part) if index % 2 else _prose(part) for index, part in enumerate(parts)]
    return Markup("").join(shown)


def paragraphs(text: str) -> list[Markup]:
    """Each paragraph of a cleaned abstract, typeset."""
    return [typeset(part) for part in text.split("\n\n") if part.strip()]


def excerpt(text: str, length: int) -> Markup:
    """The beginning of a cleaned text, typeset: about `length` visible characters.

    Cut between words and never inside a formula, with an ellipsis where something was left out.
    """
    text = " ".join(text.split())
    if len(text) <= length:
        return typeset(text)
    kept: list[Markup] = []
    left = length
    for index, part in enumerate(split_math(text)):
        shown = readable(part) if index % 2 else part
        if len(shown) > left:
            if not index % 2:
                kept.append(_prose(_begun(part, left).rstrip(" ,;:.(–—")))
            return Markup("").join([*kept, Markup("…")])
        kept.append(formula(part) if index % 2 else _prose(part))
        left -= len(shown)
    return Markup("").join(kept)


def _prose(text: str) -> Markup:
    """What stands between formulas; prices, stored with a sign of their own, as people write."""
    return escape(text.replace(PRICE_SIGN, "$"))


def _begun(text: str, length: int) -> str:
    """The whole words of `text` within `length`; a part of the first where it alone is longer."""
    begun = text[: length + 1]
    return begun.rpartition(" ")[0] if " " in begun else begun[:length] if length > 20 else ""


@lru_cache(maxsize=8192)
def formula(tex: str) -> Markup:
    """One formula as an inline `<math>` element, or as a `<span>` where that fails."""
    if len(tex) <= _LONGEST:
        prepared = _prepared(tex)
        for attempt in (prepared, _known_only(prepared)):
            if (element := _mathml(attempt)) is not None:
                element.set("alttext", readable(tex))
                drawn = etree.tostring(element, encoding="unicode")
                return Markup(drawn)  # noqa: S704  elements that the library made
    return Markup('<span class="math">{}</span>').format(readable(tex))


def _prepared(tex: str) -> str:
    for pattern, replacement in _REWRITES:
        tex = pattern.sub(replacement, tex)
    tex = _TEXT.sub(lambda m: f"\\text{{{_worded(m[1])}}}", tex)
    if len(re.findall(r"\\left(?![A-Za-z])", tex)) != len(re.findall(r"\\right(?![A-Za-z])", tex)):
        tex = re.sub(r"\\(?:left|right)(?![A-Za-z])\.?", "", tex)
    return tex


def _worded(text: str) -> str:
    """Words inside a formula: the converter neither reads macros there nor escapes."""
    gaps = text[:1].isspace(), text[-1:].isspace()
    words = plain(clean_title(text)).replace("{", "").replace("}", "")
    return f"{' ' * gaps[0]}{words}{' ' * gaps[1]}".translate(_INSIDE_TEXT)


def _known_only(tex: str) -> str:
    """`tex` with the macros that the converter shows raw replaced by what they seem to mean."""
    raw = set(_UNKNOWN.findall(_converted(tex) or ""))
    return _UNKNOWN.sub(lambda m: _meaning(m[1]) if m[1] in raw else m[0], tex)


def _meaning(name: str) -> str:
    if name in FONTS or name in DROPPED:
        return " "
    if symbol := SYMBOLS.get(name):
        return f" {symbol} "
    return rf"\mathrm{{{name}}}"


def _converted(tex: str) -> str | None:
    try:
        return str(convert(tex))
    except Exception:  # noqa: BLE001 - the converter raises many kinds on broken TeX
        return None


def _mathml(tex: str) -> etree._Element | None:
    converted = _converted(tex)
    if converted is None:
        return None
    source = converted.replace(' xmlns="http://www.w3.org/1998/Math/MathML" display="inline"', "")
    source = re.sub(r"<m[io]>&</m[io]>", "", source)
    try:
        root = etree.fromstring(re.sub(r"&(?![A-Za-z#][A-Za-z0-9]*;)", "&amp;", source))
    except etree.XMLSyntaxError:
        return None
    return root if _settled(root) else None


def _settled(root: etree._Element) -> bool:
    """Bring the tree to what browsers render; False where it holds raw TeX or foreign elements."""
    for element in root.iter():
        if element.tag not in _ELEMENTS or "\\" in (element.text or ""):
            return False
        if element.text:
            element.text = element.text.translate(_OUTSIDE_TEXT)
        variant = element.get("mathvariant", "")
        for name in set(element.keys()) - _ATTRIBUTES:
            del element.attrib[name]
        if variant in _VARIANTS:
            del element.attrib["mathvariant"]
            style = _VARIANTS[variant]
            element.text = "".join(letter(style, char) for char in element.text or "")
    return True
