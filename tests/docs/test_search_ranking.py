"""What docs/search.md says of the ranking, against the code."""

from __future__ import annotations

import re
from pathlib import Path

from broadsheet.search import engine, fusion, pairs, schema

TEXT = " ".join((Path(__file__).resolve().parents[2] / "docs" / "search.md").read_text().split())


def test_its_numbers_are_those_of_the_code() -> None:
    words = round(1 - fusion.MEANING, 2)
    assert f"score = {words} × (score by words / best score by words) + {fusion.MEANING} ×" in TEXT
    assert f"each word of the title counts {schema.TITLE_WEIGHT} times" in TEXT
    assert f"Of the best {engine.READ_AGAIN} papers" in TEXT
    assert f"adds {pairs.WEIGHT} of what both words are worth" in TEXT
    assert f"Papers below {fusion.LEAST_CLOSENESS} have nothing to do with" in TEXT
    assert f"best {engine.DEPTH:,} papers by words and the nearest {engine.DEPTH:,}" in TEXT


def test_no_number_is_left_unchecked() -> None:
    prose = re.sub(r"\([^)]*\.md\)|`[^`]*`", "", TEXT.partition("```")[0]).replace("BM25", "")
    assert set(re.findall(r"\d[\d.,]*\d|\d", prose)) == {"0", "0.1", "0.25", "1", "3", "30"}
