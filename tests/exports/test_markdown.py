"""Papers as Markdown."""

from __future__ import annotations

import pytest

from broadsheet.exports import markdown
from tests.exports.papers import full, paper


def test_a_paper_whole() -> None:
    told = markdown.paper(full(), "https://papers.example.org")
    assert told == (
        "# Rivers in ℝ²\n"
        "\n"
        "- Authors: Zoë van der Example, B. Sample Jr., The Rivers Collaboration, 样本\n"
        "- Organization: Institute of Rivers\n"
        "- Published: 2024-01-02\n"
        "- Updated: 2024-03-04\n"
        "- Page: <https://papers.example.org/papers/2401.01234>\n"
        "- arXiv: <https://arxiv.org/abs/2401.01234>\n"
        "- DOI: <https://doi.org/10.1000/rivers>\n"
        "- Categories: math.DS, cs.LG\n"
        "- Keywords: rivers, dams\n"
        "- Votes: 12 at the source\n"
        "- Journal: J. Rivers 1 (2024)\n"
        "- Code: <https://github.com/example/rivers>\n"
        "\n"
        "## Summary (by the shelf, not by the authors)\n"
        "\n"
        "In short.\n"
        "\n"
        "## Abstract\n"
        "\n"
        "One.\n\nTwo of x1.\n"
        "\n"
        "The full text is not kept here; read it at <https://arxiv.org/pdf/2401.01234>.\n"
    )


def test_of_which_nothing_is_known_says_so() -> None:
    assert "No abstract is known." in markdown.paper(paper())
    assert "No paper was found." in markdown.papers("Rivers", [])


def test_a_withdrawn_paper_says_so() -> None:
    told = markdown.paper(paper(withdrawn=True, author_note="An error"))
    assert "**This paper has been withdrawn.** An error" in told


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("# not a heading", "\\# not a heading"),
        ("1. no list\n- none", "\\1. no list\n\\- none"),
        ("<script>alert(1)</script>", "\\<script\\>alert(1)\\</script\\>"),
        ("[a](https://example.org)", "\\[a\\](https://example.org)"),
        ("a_b and a*b and `c`", "a\\_b and a\\*b and \\`c\\`"),
    ],
)
def test_what_stands_in_a_text_stays_text(raw: str, shown: str) -> None:
    assert markdown.text(raw) == shown


def test_a_list_numbers_its_papers() -> None:
    told = markdown.papers("Rivers", [full(), paper(author_count=3, votes=1)], note="Soon more.")
    assert told.startswith("# Rivers\n\nSoon more.\n\n## 1. [Rivers in ℝ²](/papers/2401.01234)\n")
    assert "Zoë van der Example, B. Sample Jr., The Rivers Collaboration and 1 others" in told
    assert "## 2. [Rivers](/papers/b7)\n\n3 authors · 2024-01-02 · 1 vote · b7\n" in told
