"""Papers as CSL-JSON."""

from __future__ import annotations

import json
from typing import Any

from broadsheet.exports import csl
from tests.exports.papers import full, paper


def item(**facts: Any) -> dict[str, Any]:
    [found] = json.loads(csl.document([full(**facts)]))
    assert isinstance(found, dict)
    return found


def test_everything_known_is_told() -> None:
    found = item()
    assert found["author"] == [
        {"family": "van der Example", "given": "Zoë"},
        {"family": "Sample", "given": "B.", "suffix": "Jr."},
        {"literal": "The Rivers Collaboration"},
        {"literal": "样本"},
    ]
    del found["author"]
    assert found == {
        "id": "2401.01234",
        "type": "article",
        "genre": "Preprint",
        "title": "Rivers in ℝ²",
        "issued": {"date-parts": [[2024, 1, 2]]},
        "abstract": "One.\n\nTwo of x1.",
        "keyword": "rivers, dams",
        "number": "arXiv:2401.01234",
        "publisher": "arXiv",
        "DOI": "10.1000/rivers",
        "URL": "https://arxiv.org/abs/2401.01234",
        "note": "J. Rivers 1 (2024)",
    }


def test_what_is_not_known_is_left_out() -> None:
    assert json.loads(csl.document([paper(published=None)])) == [
        {"id": "b7", "type": "article", "title": "Rivers"}
    ]
    assert json.loads(csl.document([])) == []
