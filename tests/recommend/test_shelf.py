"""Papers made ready at once, one by one, or in parts are the same."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.recommend.shelf import Shelf, Text, Vocabulary

RANDOM = np.random.default_rng(5)
TEXTS = [
    Text(
        number,
        " ".join(RANDOM.choice(["silt", "delta", "river", "Über", "fold", "metre"], 6)),
        RANDOM.normal(0, 1, 4).astype(np.float32),
        tuple(RANDOM.choice(["ada", "bert", "cleo"], 2)),
    )
    for number in range(12)
]
KNOWN = Vocabulary.of(TEXTS)


def test_shelves_joined_are_as_one_made_at_once() -> None:
    whole = Shelf(TEXTS, KNOWN)
    first, second = Shelf(TEXTS[:5], KNOWN), Shelf(TEXTS[5:], KNOWN)
    joined = Shelf.joined([first.only([0, 1, 2, 3, 4]), second])
    assert joined.ids == whole.ids
    assert (joined.meanings == whole.meanings).all()
    for ours, theirs in ((joined.bags, whole.bags), (joined.marks, whole.marks)):
        for name in ("ends", "terms", "values", "owners"):
            assert (getattr(ours, name) == getattr(theirs, name)).all(), name
        assert (ours.profile() == theirs.profile()).all()
        assert (ours.likeness(theirs.profile()) == theirs.likeness(theirs.profile())).all()


def test_parts_of_shelves_are_joined_in_the_order_of_the_parts() -> None:
    whole = Shelf(TEXTS, KNOWN)
    joined = Shelf.joined([whole.only([7]), whole.only([2, 9])])
    assert joined.ids == [7, 2, 9]
    assert (joined.likeness(whole.profile()) == whole.likeness(whole.profile())[[7, 2, 9]]).all()


@given(st.text() | st.text(st.characters(max_codepoint=127)))
def test_words_are_runs_of_three_letters_or_more(text: str) -> None:
    known = Vocabulary.of([Text(1, text, TEXTS[0].vector), Text(2, text, TEXTS[0].vector)])
    assert set(known.numbers) == set(re.findall(r"[^\W\d_]{3,}", text.lower()))
