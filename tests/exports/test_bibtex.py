"""Papers as BibTeX entries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.exports import bibtex
from tests.exports.papers import paper


def braces_balance(entry: str) -> bool:
    """As BibTeX counts: every brace, an escaped one too."""
    depth = 0
    for char in entry:
        depth += (char == "{") - (char == "}")
        if depth < 0:
            return False
    return depth == 0


def test_a_preprint() -> None:
    entry = bibtex.entry(
        paper(
            arxiv_id="2401.01234",
            title="Rivers of BERT",
            journal_ref="J. Rivers & Dams 1",
            authors=("Zoë Example", "B. Sample"),
            categories=("cs.CL", "cs.LG"),
            doi="10.1000/a_b",
        )
    )
    assert entry == (
        "@misc{arXiv:2401.01234,\n"
        "  title = {Rivers of {BERT}},\n"
        '  author = {Zo{\\"e} Example and B. Sample},\n'
        "  year = {2024},\n"
        "  eprint = {2401.01234},\n"
        "  archivePrefix = {arXiv},\n"
        "  primaryClass = {cs.CL},\n"
        "  doi = {10.1000/a_b},\n"
        "  note = {J. Rivers {\\&} Dams 1},\n"
        "  url = {https://arxiv.org/abs/2401.01234}\n"
        "}\n"
    )


def test_what_is_not_known_is_left_out() -> None:
    entry = bibtex.entry(paper(published=None))
    assert entry == "@misc{broadsheet:b7,\n  title = {Rivers}\n}\n"


@pytest.mark.parametrize(
    ("arxiv_id", "doi", "key"),
    [
        ("hep-th/9901001", "10.1/x", "arXiv:hep-th/9901001"),
        ("", "10.1000/(a,b){c}", "doi:10.1000/_a_b__c_"),
        ("", "", "broadsheet:b7"),
    ],
)
def test_the_key_follows_from_the_identifier(arxiv_id: str, doi: str, key: str) -> None:
    assert bibtex.key(paper(arxiv_id=arxiv_id, doi=doi)) == key


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ludwig van Beispiel", "Ludwig van Beispiel"),
        ("A. Sample Jr.", "Sample, Jr., A."),
        ("Ann Mary Sample III", "Sample, III, Ann Mary"),
        ("The Rivers Collaboration", "{The Rivers Collaboration}"),
        ("the Dam group", "{the Dam group}"),
        ("Rivers and Dams", "{Rivers and Dams}"),
        ("Łucja Żółw", "{\\L}ucja {\\.Z}{\\'o}{\\l}w"),
        ("Образец Пример", "Образец Пример"),
        ("样本", "样本"),
    ],
)
def test_names_keep_their_parts(name: str, shown: str) -> None:
    assert bibtex.author(name) == shown


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("50% of A_1 & B #2", "50{\\%} of {A{\\_}1} {\\&} B {\\#}2"),
        ("Rivers in $\\mathbb{R}^2$", "Rivers in $\\mathbb{R}^2$"),
        ("Rivers in $x}$ water", "Rivers in x water"),
        ("An iPhone and K-Theory", "An {iPhone} and {K-Theory}"),
        ("{Set} of \\ signs", "{\\textbraceleft}Set{\\textbraceright} of {\\textbackslash} signs"),
    ],
)
def test_titles_are_escaped_and_shielded(title: str, shown: str) -> None:
    assert bibtex.title(title) == shown


@given(st.text(max_size=60), st.text(max_size=40), st.text(max_size=30))
def test_braces_balance_whatever_stands_in_the_fields(title: str, name: str, doi: str) -> None:
    assert braces_balance(bibtex.entry(paper(title=title, authors=(name, name), doi=doi)))
