"""What readers keep teaches which papers go together; without readers content alone remains."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from broadsheet.recommend.company import SHARPNESS, Company
from broadsheet.recommend.ranker import Interest
from broadsheet.recommend.shelf import Shelf, Text, Vectors, Vocabulary

RANDOM = np.random.default_rng(3)
SIZE = 40


def unit(vectors: NDArray[np.floating]) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / lengths, np.float32)


VECTORS = unit(RANDOM.normal(0, 1, (SIZE, 8)).astype(np.float32))
WORDS = Vocabulary.of([Text(n, "a paper", VECTORS[n]) for n in range(2)])
HALVES = {reader: [*range(reader % 2, SIZE // 2, 2)] for reader in range(30)}
"""Readers of even papers and readers of odd ones; the last twenty papers nobody keeps."""


def shelf(*papers: int) -> Shelf:
    return Shelf([Text(paper, "a paper", VECTORS[paper]) for paper in papers], WORDS)


def company(libraries: dict[int, list[int]], links: tuple[tuple[int, int], ...] = ()) -> Company:
    return Company.learn(range(SIZE), VECTORS, libraries, links)


def test_what_the_same_readers_keep_comes_first() -> None:
    learned = Interest.learn(shelf(0), shelf(*range(20, 40)), None, company(HALVES))
    best = [pick.paper_id for pick in learned.picks(shelf(*range(1, 20)), at_most=5)]
    assert all(paper % 2 == 0 for paper in best)


def test_content_alone_would_not_know_it() -> None:
    learned = Interest.learn(shelf(0), shelf(*range(20, 40)))
    best = [pick.paper_id for pick in learned.picks(shelf(*range(1, 20)), at_most=5)]
    assert any(paper % 2 for paper in best)


def test_without_readers_content_alone_decides() -> None:
    liked, others, day = shelf(0, 2), shelf(*range(20, 40)), shelf(*range(1, 20))
    alone = Interest.learn(liked, others).scores(day)
    for nobody in (company({}), company({1: []}), company({1: [999]})):
        assert np.allclose(
            Interest.learn(liked, others, None, nobody).scores(day), alone, atol=1e-4
        )


def test_one_reader_more_changes_little() -> None:
    """The second reader's library moves a site's picks less where a thousand keep papers."""
    few, many = company({1: [1, 3]}), company({n: [1, 3] for n in range(1_000)})
    assert few.trust < 0.05
    assert many.trust > 0.9


def test_a_readers_own_library_is_left_out() -> None:
    of_one = company({7: [0, 2, 4], 8: [1, 3]})
    liked = shelf(0)
    assert of_one.opinion(liked).together[2] > 0
    own = of_one.opinion(liked, 7)
    assert own.together[[0, 2, 4]].tolist() == [0, 0, 0]
    assert own.alike[2] == 0


def test_the_opinion_is_what_its_formula_says() -> None:
    """Against dense matrices: what readers share squared, likeness to the sixth power."""
    libraries = {n: sorted(RANDOM.choice(SIZE, 6, replace=False).tolist()) for n in range(9)}
    learned = company(libraries)
    kept = np.zeros((9, SIZE))
    for reader, papers in libraries.items():
        kept[reader, papers] = 1
    lengths = np.maximum(np.linalg.norm(kept, axis=0), 1)
    sharing = (kept[:, [3, 5, 8]] / lengths[[3, 5, 8]]).sum(axis=1) ** 2 / 6**0.5
    opinion = learned.opinion(shelf(3, 5, 8))
    assert opinion.together == pytest.approx(sharing @ kept / lengths, abs=1e-5)
    profiles = unit(kept @ learned.tastes)
    near = np.maximum(profiles @ unit(learned.tastes[[3, 5, 8]].sum(axis=0)), 0) ** SHARPNESS
    assert opinion.alike == pytest.approx(near @ kept, abs=1e-5)


def test_a_new_paper_shares_the_company_of_those_near_to_it() -> None:
    learned = company(HALVES)
    twin = Text(777, "a paper", VECTORS[4])
    stranger = Text(778, "a paper", -VECTORS[4])
    day = Shelf([twin, stranger], WORDS)
    opinion = learned.opinion(shelf(0))
    near = learned.nearby(opinion, day)
    assert near[0] > near[1]
    assert [part.tolist() for part in learned.told(opinion, day)] == [[0, 0], [0, 0]]


def test_links_are_shared_as_the_cosines_of_their_rows_say() -> None:
    """Against a dense matrix: each paper a row of what it is linked to, itself included."""
    pairs = [tuple(RANDOM.choice(SIZE, 2, replace=False).tolist()) for _ in range(60)]
    linked = np.eye(SIZE)
    for one, other in pairs:
        linked[one, other] = linked[other, one] = 1
    cosines = unit(linked) @ unit(linked).T
    np.fill_diagonal(cosines, 0)
    opinion = company(HALVES, tuple(pairs)).opinion(shelf(3, 5, 8))
    assert opinion.linked == pytest.approx(cosines[[3, 5, 8]].sum(axis=0), abs=1e-5)


def test_being_kept_together_tells_more_where_readers_keep_more() -> None:
    one_each = company({n: [n] for n in range(30)})
    many_each = company({n: [*range(30)] for n in range(30)})
    assert company({}).density == 0
    assert one_each.density < 0.02
    assert many_each.density == pytest.approx(1 / 3)


def test_linked_papers_move_together() -> None:
    apart, linked = company(HALVES), company(HALVES, ((30, 31), (31, 30), (30, 999)))
    before, after = (float(c.tastes[30] @ c.tastes[31]) for c in (apart, linked))
    assert after > before + 0.2


def test_what_varies_within_libraries_counts_less() -> None:
    """Readers keep papers of one side of the first axis, and of all sides of the second."""
    vectors = unit(RANDOM.normal(0, 1, (200, 4)).astype(np.float32))
    sides = [np.flatnonzero(vectors[:, 0] > 0), np.flatnonzero(vectors[:, 0] < 0)]
    libraries = {n: RANDOM.choice(sides[n % 2], 12, replace=False).tolist() for n in range(60)}
    stretch = np.linalg.norm(Company.learn(range(200), vectors, libraries).turn, axis=1)
    assert stretch[0] == max(stretch)
    assert stretch[0] > 1.3 * stretch[1:].max()


def test_a_paper_without_a_vector_stays_without() -> None:
    blank = VECTORS.copy()
    blank[39] = 0
    learned = Company.learn(range(SIZE), blank, HALVES)
    unread = Text(500, "a paper", np.zeros(8, np.float32))
    assert not learned.tastes[39].any()
    assert not learned.seen(Shelf([unread], WORDS)).meanings.any()
