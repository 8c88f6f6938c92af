"""Formulas that are wider than a phone."""

from __future__ import annotations

from broadsheet.web import wide

LONG = "$" + " + ".join(f"x_{{{number}}}" for number in range(20)) + " = 0$"


def test_a_short_formula_stays_in_its_line() -> None:
    [shown] = wide.paragraphs("Let $x^2 = 1$ be.")
    assert "<math" in shown
    assert "wide" not in shown


def test_a_long_formula_scrolls_on_a_line_of_its_own() -> None:
    [shown] = wide.paragraphs(f"Let {LONG} be.")
    assert shown.startswith('Let <span class="wide" tabindex="0" role="group"')
    assert shown.endswith("</math></span> be.")
    assert 'class="wide"' in wide.excerpt(f"Let {LONG} be.", 300)


def test_a_matrix_scrolls_too() -> None:
    [shown] = wide.paragraphs(r"$\begin{pmatrix} a & b \\ c & d \end{pmatrix}$")
    assert shown.startswith('<span class="wide"')


def test_a_headline_never_scrolls() -> None:
    shown = wide.headline(f"Of {LONG}")
    assert "<math" not in shown
    assert shown.startswith('Of <span class="math">x')
    assert "<math" in wide.headline("Of $x^2$")


def test_text_around_formulas_is_escaped() -> None:
    assert "<b>" not in wide.headline("<b> $x$")
    assert "<b>" not in wide.excerpt("<b> $x$", 50)
