"""What TeX macros and HTML tags stand for: the tables behind `latex`."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from pylatexenc.latex2text import get_default_latex_context_db


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


COMBINING = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303",
    "=": "\u0304", ".": "\u0307", "c": "\u0327", "v": "\u030c", "u": "\u0306",
    "H": "\u030b", "k": "\u0328", "r": "\u030a", "d": "\u0323", "b": "\u0331", "t": "\u0361",
    "acute": "\u0301", "grave": "\u0300", "ddot": "\u0308", "check": "\u030c", "breve": "\u0306",
}  # fmt: skip

FONTS = _names(
    "em it bf sl sc rm tt sf cal frak bfseries itshape scshape upshape slshape rmfamily sffamily"
    " ttfamily mdseries normalfont normalsize tiny scriptsize footnotesize small large Large LARGE"
    " huge Huge boldmath unboldmath displaystyle textstyle scriptstyle limits nolimits"
)
"""Switches that change the look of what follows and say nothing."""

DROPPED = _names(
    "cite citep citet citealp citealt citeauthor citeyear citeyearpar citenum Cite Citet Citep"
    " parencite textcite autocite footcite fullcite onlinecite nocite ref eqref pageref autoref"
    " cref Cref label vspace hspace vskip hskip bibliography bibliographystyle includegraphics"
    " pagestyle thispagestyle setcounter usepackage phantom vphantom hphantom tag input color"
    " newcommand renewcommand hypersetup begin end"
)
"""Macros that vanish with their arguments."""

MATH_MACROS = _names(
    "frac tfrac dfrac cfrac sqrt hat widehat tilde widetilde bar overline underline vec binom"
    " overset underset stackrel dot ddot dddot overrightarrow overleftarrow xrightarrow"
    " xleftarrow underbrace overbrace sideset substack nicefrac sfrac"
)
"""Macros that only read well typeset."""

TWO_ARGUMENTS = _names(
    "frac tfrac dfrac cfrac binom overset underset stackrel href textcolor colorbox raisebox"
    " texorpdfstring nicefrac sfrac"
)

OPERATORS = _names(
    "arccos arcsin arctan arg cos cosh cot coth csc deg det dim exp gcd hom inf ker lg lim liminf"
    " limsup ln log max min mod Pr sec sin sinh sup tan tanh rank Tr tr"
)

_OWN = {
    "AA": "Å", "S": "§", "copyright": "©", "pounds": "£", "euro": "€", "deg": "°", "degree": "°",
    "degrees": "°", "prime": "′", "ast": "*", "bullet": "•", "lbrack": "[", "rbrack": "]",
    "lq": "‘", "rq": "’", "ldq": "“", "rdq": "”", "dots": "…", "textasciicircum": "^",
    "textbackslash": "", "backslash": "∖", "setminus": "∖", "textbar": "|", "textless": "<",
    "textgreater": ">", "textvert": "|", "lt": "<", "gt": ">", "ne": "≠", "land": "∧", "lor": "∨",
    "neg": "¬", "gets": "←", "iff": "⟺", "implies": "⟹", "colon": ":", "Re": "Re", "Im": "Im",
    "i": "ı", "j": "ȷ", "imath": "ı", "jmath": "ȷ", "P": "P", "R": "ℝ", "C": "ℂ", "N": "ℕ",
    "Z": "ℤ", "Q": "ℚ", "RR": "ℝ", "CC": "ℂ", "NN": "ℕ", "ZZ": "ℤ", "QQ": "ℚ",
    "IR": "ℝ", "IC": "ℂ", "IZ": "ℤ", "IN": "ℕ", "IQ": "ℚ", "eps": "ε",
    "veps": "ε", "vphi": "φ", "ie": "i.e.", "eg": "e.g.", "etal": "et al.", "etc": "etc.",
    "LaTeX": "LaTeX", "TeX": "TeX", "BibTeX": "BibTeX", "quad": " ", "qquad": " ", "space": " ",
    "newline": " ", "linebreak": " ", "par": " ", "noindent": "", "indent": "", "smallskip": " ",
    "medskip": " ", "bigskip": " ", "hfill": " ", "item": " • ", "maketitle": "", "xspace": "",
    "protect": "", "left": "", "right": "", "big": "", "Big": "", "bigl": "", "bigr": "",
    "Bigl": "", "Bigr": "", "bigg": "", "Bigg": "", "biggl": "", "biggr": "", "nonumber": "",
    "centering": "", "allowbreak": "", "nobreak": "", "nobreakspace": " ", "strut": "",
    "relax": "", "ignorespaces": "", "unskip": "",
    "arcsec": "″", "arcmin": "′", "micro": "µ", "ohm": "Ω", "angstrom": "Å", "sun": "☉",
    "odot": "☉", "lesssim": "≲", "gtrsim": "≳", "la": "≲", "ga": "≳", "lsim": "≲", "gsim": "≳",
    "permil": "‰", "checkmark": "✓", "cmark": "✓", "xmark": "✗", "dash": "—", "qed": "∎",
    "slash": "/", "textslash": "/", "argmax": "argmax", "argmin": "argmin", "hbar": "ħ",
    "textunderscore": "_", "textpercent": "%", "textampersand": "&", "textnumbersign": "#",
    "leavevmode": "", "lbrace": "{", "rbrace": "}", "sptilde": "~", "dag": "†", "ddag": "‡",
    "ddagger": "‡", "models": "⊨", "lvert": "|", "rvert": "|", "mid": "|", "vert": "|",
    "blacksquare": "■", "Box": "□", "vDash": "⊨", "And": "&", "triangle": "△", "I": "I",
}  # fmt: skip
_UNWANTED = ("today", "hspace", "vspace", "id", "th", "nolinebreak", "textcompwordmark", "ref")


def _symbols() -> dict[str, str]:
    known = {
        spec.macroname: spec.simplify_repl
        for spec in get_default_latex_context_db().iter_macro_specs()
        if isinstance(spec.simplify_repl, str)
        and spec.macroname.isalpha()
        and "%" not in spec.simplify_repl
        and "<" not in spec.simplify_repl
    }
    for name in _UNWANTED:
        known.pop(name, None)
    return known | {name: name for name in OPERATORS} | _OWN


SYMBOLS = _symbols()
"""Macro name -> text, e.g. `alpha` -> `α`."""

ALPHABETS = {
    "mathbb": "DOUBLE-STRUCK", "Bbb": "DOUBLE-STRUCK", "mathds": "DOUBLE-STRUCK",
    "mathcal": "SCRIPT", "mathscr": "SCRIPT", "mathfrak": "FRAKTUR",
}  # fmt: skip


@lru_cache(maxsize=1024)
def letter(style: str, char: str) -> str:
    """`char` in a mathematical alphabet (`SCRIPT`, `BOLD`), unchanged where Unicode has none."""
    name = unicodedata.name(char, "")
    kind = "DIGIT" if char.isdigit() else "CAPITAL" if char.isupper() else "SMALL"
    old_style = {"FRAKTUR": "BLACK-LETTER"}.get(style, style)
    for prefix in (f"MATHEMATICAL {style}", old_style):
        try:
            return unicodedata.lookup(f"{prefix} {kind} {name.rpartition(' ')[2]}")
        except KeyError:
            continue
    return char
