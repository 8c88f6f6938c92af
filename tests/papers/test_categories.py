"""arXiv's categories by name."""

from __future__ import annotations

import pytest

from broadsheet.papers.categories import CATEGORIES, FIELDS, field, name
from broadsheet.papers.identifiers import ARCHIVES


@pytest.mark.parametrize(
    ("code", "its_name", "its_field"),
    [
        ("cs.CL", "Computation and Language", "Computer Science"),
        ("quant-ph", "Quantum Physics", ""),
        ("hep-th", "High Energy Physics - Theory", ""),
        ("cs", "Computer Science", ""),
        ("math.XX", "math.XX", "Mathematics"),
        ("Water Science", "Water Science", ""),
    ],
)
def test_a_code_has_a_name_and_a_field(code: str, its_name: str, its_field: str) -> None:
    assert (name(code), field(code)) == (its_name, its_field)


def test_every_category_belongs_to_an_archive() -> None:
    archives = {code.partition(".")[0] for code in CATEGORIES}
    assert archives <= ARCHIVES
    assert set(FIELDS) <= ARCHIVES
    assert all(archive in CATEGORIES or archive in FIELDS for archive in ARCHIVES)
