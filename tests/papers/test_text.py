"""Cleaning, comparing and flattening of texts; the samples are invented."""

from __future__ import annotations

import json
import unicodedata
from hashlib import blake2b
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from broadsheet.papers.formulas import split_math
from broadsheet.papers.text import (
    clean_abstract,
    clean_title,
    normal_title,
    plain,
    says_withdrawn,
    title_key,
)

TITLES = {
    # accents and text macros
    r"On Poincar\'e, na\"{\i}ve and \c{c}\~oes": "On Poincaré, naïve and ções",
    r"Erd\H{o}s, S{\o}ren, \O rsted and \v{S}koda": "Erdős, Søren, Ørsted and Škoda",
    r"5 \AA wide": "5 Å wide",
    r"Vi\d{\^e}t": "Việt",
    r"\textbf{L}azy \emph{and {\bf bold}} {\em networks}": "Lazy and bold networks",
    r"{F}ast {N}eural {GPT}": "Fast Neural GPT",
    r"High-\k{appa} films of 5 {\mu}m": "High-κ films of 5 μm",
    r"50\% of R\&D \#1 in a\_b": "50% of R&D #1 in a_b",
    r"\ourmodel: an unknown macro": "ourmodel: an unknown macro",
    # broken residues of the web
    r"1.6\% faster in mathcal{O}(n), 30times": "1.6% faster in 𝒪(n), 30×",
    "sometimes 3 times": "sometimes 3 times",
    "a set{x} here} and {there": "a setx here and there",
    # typography
    "``quoted'' and `single' words": "“quoted” and ‘single’ words",
    "one---two -- three, pages 1--9, --flag": "one—two – three, pages 1–9, --flag",
    "Part~II of Smith~et~al.": "Part II of Smith et al.",
    "about ~30 K, z~3": "about ~30 K, z~3",
    "lines\nbroken  twice\r\n": "lines broken twice",
    # HTML
    "H<sub>2</sub>O &amp;amp; <i>more</i>&#39;s<br>end": "H₂O & more's end",
    "a < b, <x, y> and <think> stay": "a < b, <x, y> and <think> stay",
    "for p <q and r> s": "for p <q and r> s",
    # mathematics stays
    r"$1<p<\infty$ &lt; $a &amp; b$": r"$1<p<\infty$ < $a & b$",
    r"\(x^2\), $$y_1$$ and \[z\]": "$x^2$, $y_1$ and $z$",
    r"\begin{equation}a=b\end{equation}": "$a=b$",
    r"\begin{align*}a&=b\\c&=d\end{align*}": r"$\begin{aligned}a&=b\\c&=d\end{aligned}$",
    r"$$u=0 \mbox{ on $\Gamma$}$$": r"$u=0 \mbox{ on }\Gamma\text{}$",
    r"$\textit{Only} $ words": "Only words",
    # mathematics outside dollars
    r"\alpha-stable in L^2": "α-stable in L²",
    r"on \mathbb{R}^n": "on ℝⁿ",
    r"C_{0}(X)\to Y_{max}": "C₀(X)→ $Y_{max}$",
    r"a \frac{1}{\sqrt{n}} bound": r"a $\frac{1}{\sqrt{n}}$ bound",
    "sets {0,1} and {ADD, DROP}": "sets {0,1} and {ADD, DROP}",
    "USER_NAME, my_file, https://x.org/a_b^c": "USER_NAME, my_file, https://x.org/a_b^c",
    # money
    "costs $5 and $10": "costs $5 and $10",
    r"from \$5 million to $10 million for $x$": "from $5 million to $10 million for $x$",
    "a $200 nm$ layer": "a $200 nm$ layer",
    "the $G game and the $G": "the $G game and the $G",
    # characters nobody sees
    "a\u202eb\u2066c\ufeff\u200bd\x00e\ud800f\U00100004": "abcdef",
    "e\u0301": "é",
}


@pytest.mark.parametrize(("raw", "expected"), TITLES.items())
def test_titles_are_cleaned(raw: str, expected: str) -> None:
    assert clean_title(raw) == expected


@pytest.mark.parametrize("expected", TITLES.values())
def test_a_clean_title_stays_as_it_is(expected: str) -> None:
    if "`" not in expected and "]" not in expected:
        assert clean_title(clean_title(expected)) == clean_title(expected)


def test_entities_cannot_bring_back_hidden_characters() -> None:
    assert clean_title("a&#x202e;b&#8203;c&#0;") == "abc"


def test_references_vanish_and_addresses_stay() -> None:
    raw = r"As shown~\citep[p.~3]{a,b}, see \url{https://x.org/a_b} and \href{https://y.org}{here}."
    assert clean_abstract(raw) == ("As shown, see https://x.org/a_b and here (https://y.org).")


def test_paragraphs_are_kept_in_abstracts_only() -> None:
    raw = "  One line\nand another.\n  Two begins:\n  $$x$$\n\nThree."
    assert clean_abstract(raw) == "One line and another.\n\nTwo begins: $x$\n\nThree."
    assert "\n" not in clean_title(raw)


def test_prices_beside_formulas_do_not_become_formulas() -> None:
    text = clean_abstract(r"It costs \$1.2 M at 11$\times$ and \$x, \$y of $n$.")
    assert split_math(text)[1::2] == [r"\times", "n"]


@given(st.text(alphabet=st.sampled_from("ab1 $\\{}^_&<>;~`'\"-%\n()[],.é²αcmx"), max_size=60))
@example("$" * 9)
@example("\\frac{" * 40)
@example("\\begin{align}$\\]")
def test_any_text_is_cleaned_to_one_line_in_nfc_without_macros(raw: str) -> None:
    title = clean_title(raw)
    assert "\n" not in title
    assert title == unicodedata.normalize("NFC", title)
    assert "\\" not in "".join(split_math(title)[::2])
    assert not set("\\{") & set(plain(clean_title(raw.replace(",", "").replace("{", ""))))


@given(st.text(max_size=40))
def test_any_unicode_is_cleaned(raw: str) -> None:
    kinds = {unicodedata.category(char) for char in clean_title(raw)}
    assert not kinds & {"Cc", "Cs", "Co", "Zl", "Zp"}
    assert not set(clean_abstract(raw)) & set("\u202a\u202e\u2066\u2069\ufeff\r\t")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"$\mathbb{R}^n$ and H$_2$O", "ℝⁿ and H2O"),
        (r"$\frac{a+b}{c}$, $\sqrt{x}$", "(a+b)/c, √x"),
        (r"$\bar{x}_{i,j}$ in $\mathcal{C}$", "x̄_(i,j) in 𝒞"),
        (r"$\{0,1\}^n$", "{0,1}ⁿ"),
        (r"$\operatorname{rank}(A)\leq r$", "rank(A)≤ r"),
        ("costs $5", "costs $5"),
    ],
)
def test_plain_has_no_tex(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_normal_titles_keep_letters_and_digits() -> None:
    assert normal_title("The Poincaré–Hopf  Theorem: $x^2$!") == "the poincare hopf theorem x2"
    assert normal_title("Über Ångström") == "uber angstrom"
    assert normal_title("量子 Теория") == "量子 теория"


def test_title_keys_are_stable_for_ever() -> None:
    assert title_key("On the Shape of Things") == ON_THE_SHAPE
    assert title_key("") == EMPTY
    assert title_key(clean_title(r"On the {\it Shape} of\nThings")) != title_key("On Things")


@pytest.mark.parametrize(
    "same", ["on the shape of things", "On-the-Shape of Things.", "On  the Shape of\tThings"]
)
def test_title_keys_ignore_case_and_punctuation(same: str) -> None:
    assert title_key(same) == ON_THE_SHAPE


ON_THE_SHAPE = 2285645279362788953
EMPTY = -1970711489451281740


@pytest.mark.parametrize(
    ("title", "abstract", "note"),
    [
        ("A", "This paper has been withdrawn by the author(s), due to an error.", ""),
        ("A", "A bound.", "This submission has been temporarily\n  withdrawn"),
        ("A", "A bound.", "Withdrawn due to a gap in Lemma 2"),
        ("A", "A bound.", "12 pages. Paper withdrawn because of overlap"),
        ("A", "A bound.", "We decided to withdraw this manuscript"),
        ("WITHDRAWN: A bound", "", ""),
    ],
)
def test_withdrawals_are_seen(title: str, abstract: str, note: str) -> None:
    assert says_withdrawn(title, abstract, note)


@pytest.mark.parametrize(
    ("title", "abstract", "note"),
    [
        ("Withdrawn drugs and their risks", "We study drugs withdrawn from the market.", ""),
        ("A", "A plate is withdrawn from a bath.", "10 pages"),
        ("A", "Cash withdrawals grow.", ""),
        ("A", "A bound.", "Replaces a paper of ours which has been withdrawn"),
        ("A", "A bound.", "Withdrawn from another venue in favour of this one"),
    ],
)
def test_papers_about_withdrawal_are_not_withdrawn(title: str, abstract: str, note: str) -> None:
    assert not says_withdrawn(title, abstract, note)


def test_hard_cases_are_cleaned(shared_data: Path) -> None:
    lines = (shared_data / "hard" / "hard_cases.jsonl").read_text().splitlines()
    records = [json.loads(line) for line in lines]
    for record in records:
        for text in (clean_title(record["title"]), clean_abstract(record["abstract"] or "")):
            assert "\\" not in "".join(split_math(text)[::2]), record["id"]
            assert "\\" not in plain(text), record["id"]
    withdrawn = [r for r in records if r["case"] == "withdrawn"]
    seen = [says_withdrawn(r["title"], r["abstract"] or "", r["comments"] or "") for r in withdrawn]
    assert sum(seen) >= len(withdrawn) - 4


@given(st.text(st.characters(max_codepoint=127, exclude_characters="$"), max_size=60))
def test_the_quick_way_to_a_key_is_the_same_way(text: str) -> None:
    normal = normal_title(text).replace(" ", "").encode()
    digest = blake2b(normal, digest_size=8).digest()
    assert title_key(text) == int.from_bytes(digest, "big", signed=True)
