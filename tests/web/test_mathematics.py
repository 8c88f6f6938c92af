"""Mathematics as MathML: readable, well-formed and safe."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from broadsheet.papers.readable import plain
from broadsheet.papers.text import clean_abstract
from broadsheet.web.mathematics import excerpt, formula, paragraphs, typeset

SAFE_TAGS = {"page", "math", "span", "mrow", "mi", "mo", "mn", "mtext", "msup", "msub", "msubsup",
             "mfrac", "msqrt", "mroot", "mover", "munder", "munderover", "mtable", "mtr", "mtd",
             "mstyle", "mspace", "mpadded", "mphantom", "menclose"}  # fmt: skip


def page(html: str) -> etree._Element:
    return etree.fromstring(f"<page>{html}</page>")


def shown(html: str) -> str:
    return "".join(str(text) for text in page(html).itertext())


def test_text_is_escaped_and_formulas_are_typeset() -> None:
    html = typeset("a < b & $x^2<y$")
    assert html.startswith("a &lt; b &amp; <math")
    assert [element.tag for element in page(html).iter("msup", "mo")] == ["msup", "mo"]
    assert page(html)[0].get("alttext") == "x²<y"


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\mathcal{O}(n)", "𝒪(n)"),
        (r"\mathbf{x}", "𝐱"),
        (r"\R^n", "ℝn"),
        (r"\nicefrac{1}{2}", "12"),
        (r"x \mbox{ if } y<z", "x\xa0if\xa0y<z"),
        (r"\operatorname{rank} A", "rankA"),
        (r"\text{50\% <b>}", "50%\xa0<b>"),
        (r"\ensuremath{\lesssim}", "≲"),
        (r"16.3%", "16.3%"),
        (r"\left( x", "(x"),
        (r"e^{+e}^-", "e+e−"),
        (r"A \backslash B", "A∖B"),
        (r"\unknownmacro{x}", "unknownmacrox"),
        (r"\begin{eqnarray}a&=&b\end{eqnarray}", "a=b"),
    ],
)
def test_formulas_show_no_tex(tex: str, expected: str) -> None:
    assert formula(tex).startswith("<math")
    assert shown(formula(tex)).replace(" ", "") == expected.replace(" ", "")


def test_what_cannot_be_converted_is_approximated() -> None:
    assert formula("x^") == '<span class="math">x^</span>'
    assert formula("x" * 3000).startswith("<span")


def test_prices_stay_text() -> None:
    assert typeset("costs $5 and $10") == "costs $5 and $10"
    told = clean_abstract(r"Costs \$5 for $x$ papers, \$10 for $y$.")
    assert re.sub("<[^>]+>", "", typeset(told)) == "Costs $5 for x papers, $10 for y."
    assert plain(told) == "Costs $5 for x papers, $10 for y."


@pytest.mark.parametrize(
    "text",
    [
        r"$\text{<script>alert(1)</script>}$",
        r"$\href{javascript:alert(1)}{x}$ $\class{a}{b}$ $\style{color:red}{x}$",
        r'$" onload="x$ $\color{red" onclick="}{x}$',
        "<script>$x$</script>",
        r"$\text{]]>&lt;!--}$",
    ],
)
def test_nothing_of_the_text_becomes_markup(text: str) -> None:
    for element in page(typeset(text)).iter():
        assert element.tag in SAFE_TAGS
        assert not {"href", "style", "class", "onload", "onclick", "id"} & set(element.keys()) or (
            element.tag == "span"
        )


PIECES = (
    r"\frac \alpha \text \mathbb \begin{cases} \end{cases} \left( \right) \sqrt \hat \foo \mbox"
    r" \\ & { } ^ _ $ < > x 1 + = % # ~ \{ \} \begin{array}{l} \end{array} \rm \over <b> &amp; '"
    r" \' \( é"
)
SOME_TEX = st.lists(st.sampled_from(PIECES.split()), max_size=14)


@given(SOME_TEX)
@example([r"\text", "{", "<b>", "&amp;", "}"])
def test_any_tex_is_typeset_well_formed_and_without_raw_macros(pieces: list[str]) -> None:
    text = clean_abstract(f"A ${' '.join(pieces)}$ b")
    html = typeset(text)
    assert {element.tag for element in page(html).iter()} <= SAFE_TAGS
    assert "\\" not in shown(html)


@given(st.text(max_size=60))
def test_any_text_is_typeset_well_formed(text: str) -> None:
    cleaned = clean_abstract(f"${text}$ {text}")
    assert page(typeset(cleaned)) is not None
    assert page(excerpt(cleaned, 20)) is not None


def test_paragraphs_are_apart() -> None:
    assert paragraphs("one $x$\n\ntwo <b>") == [typeset("one $x$"), "two &lt;b&gt;"]


def test_excerpts_end_between_words_and_never_inside_a_formula() -> None:
    text = r"Some words and $\alpha + \beta + \gamma + \delta$ with more, and more"
    assert excerpt(text, 400) == typeset(text)
    assert excerpt(text, 13) == "Some words…"
    assert excerpt(text, 18) == "Some words and …"
    assert shown(excerpt(text, 34)).endswith("δ with…")
    assert excerpt("x" * 50, 30) == "x" * 30 + "…"
    assert excerpt("one\n\ntwo", 30) == "one two"
