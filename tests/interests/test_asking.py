"""Newcomers are asked about what tells the most."""

from __future__ import annotations

import numpy as np
import pytest

from broadsheet.interests import actions, asking, informative
from broadsheet.interests.actions import Wishes
from broadsheet.interests.models import Interest, Origin
from broadsheet.papers.models import Paper
from tests.community.people import make_reader
from tests.interests.topics import a_day, topical

RANDOM = np.random.default_rng(2)


def around(axis: int, number: int) -> np.ndarray:
    vectors = np.eye(6)[axis] + RANDOM.normal(0, 0.1, (number, 6))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1)[:, None], np.float32)


def test_before_the_first_yes_votes_decide_and_of_equals_what_is_unlike_the_others() -> None:
    meanings = np.concatenate([around(axis, 10) for axis in range(3)])
    votes = np.ones(30, np.float32)
    votes[29] = 5
    asked: list[int] = []
    for _ in range(3):
        may = np.ones(30, bool)
        may[asked] = False
        asked.append(informative.question(meanings, may, asked, None, votes))
    assert asked[0] == 29, "the one with the most votes comes first"
    assert {at // 10 for at in asked} == {0, 1, 2}


def test_after_it_what_is_likely_comes_first_and_nothing_twice() -> None:
    meanings, scores = around(0, 5), np.array([0, 3, 1, 2, 0], np.float32)
    may = np.array([True, False, True, True, True])
    assert informative.question(meanings, may, [1], scores, np.zeros(5, np.float32)) == 3


def test_what_is_chosen_is_far_from_what_is_known() -> None:
    meanings = np.concatenate([around(axis, 5) for axis in range(3)])
    worth = np.ones(15, np.float32)
    chosen = informative.choose(meanings, worth, meanings[:1], 2)
    assert {at // 5 for at in chosen} == {1, 2}
    assert informative.choose(meanings, 0 * worth, meanings[:1], 2) == []


@pytest.mark.django_db
def test_answers_lead_to_what_the_reader_likes() -> None:
    a_day(each=7)
    interest = actions.create(make_reader(), Wishes("New"))
    poems, asked = 0, list[int]()
    for _ in range(8):
        question = asking.next_question(Interest.objects.get())
        assert question.paper_id
        assert question.paper_id not in asked
        asked.append(question.paper_id)
        is_poem = "poem" in Paper.objects.get(id=question.paper_id).abstract
        poems += is_poem
        say = "more" if is_poem else "less"
        actions.teach(interest.reader, interest.key, question.paper_id, say, Origin.ASKED)
    assert poems >= 5, "of seven, found among 21 papers"
    last = asking.next_question(Interest.objects.get())
    assert (last.answered, last.yes) == (8, poems)


@pytest.mark.django_db
def test_what_is_known_already_is_not_asked_about() -> None:
    reader = make_reader()
    interest = actions.create(reader, Wishes("New"))
    first, second = topical("rivers", source_votes=5), topical("rivers")
    assert asking.next_question(interest).paper_id == first.id
    actions.teach(reader, interest.key, first.id, "more")
    assert asking.next_question(interest).paper_id == second.id
