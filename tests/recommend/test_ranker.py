"""An interest is learned, ranks, and says why."""

from __future__ import annotations

import numpy as np
import pytest

from broadsheet.recommend.ranker import WEIGHTS, Interest, _direction
from broadsheet.recommend.shelf import Shelf, Text, Vocabulary

RANDOM = np.random.default_rng(1)
TOPICS = {
    "rivers": np.eye(8, dtype=np.float32)[0],
    "proteins": np.eye(8, dtype=np.float32)[1],
    "poems": np.eye(8, dtype=np.float32)[2],
}


def text(number: int, topic: str, words: str = "") -> Text:
    vector = TOPICS[topic] + RANDOM.normal(0, 0.2, 8).astype(np.float32)
    return Text(number, words or f"about {topic} and more", vector / np.linalg.norm(vector))


@pytest.fixture
def vocabulary() -> Vocabulary:
    return Vocabulary.of([text(n, topic) for topic in TOPICS for n in range(3)])


def shelf(vocabulary: Vocabulary, *texts: Text) -> Shelf:
    return Shelf(texts, vocabulary)


def test_what_is_like_the_interest_comes_first_with_its_reasons(vocabulary: Vocabulary) -> None:
    liked = [text(1, "rivers"), text(2, "rivers")]
    others = [text(n, topic) for topic in TOPICS for n in range(10, 30)]
    learned = Interest.learn(shelf(vocabulary, *liked), shelf(vocabulary, *others))
    candidates = [text(100 + n, topic) for n, topic in enumerate(["poems", "rivers", "proteins"])]
    first, *_ = learned.picks(shelf(vocabulary, *candidates, liked[0]), at_most=2)
    assert first.paper_id == 101
    assert set(first.near) == {1, 2}
    assert first.words == ("rivers",)


def test_what_the_interest_holds_is_no_pick(vocabulary: Vocabulary) -> None:
    liked = [text(1, "rivers")]
    learned = Interest.learn(shelf(vocabulary, *liked), shelf(vocabulary, text(5, "poems")))
    picks = learned.picks(shelf(vocabulary, liked[0], text(7, "poems")), at_most=5)
    assert [pick.paper_id for pick in picks] == [7]


def test_what_was_rejected_sinks(vocabulary: Vocabulary) -> None:
    liked = shelf(vocabulary, text(1, "rivers"), text(2, "proteins"))
    others = shelf(vocabulary, *(text(n, topic) for topic in TOPICS for n in range(10, 20)))
    candidates = shelf(
        vocabulary, *(text(100 + n, "proteins") for n in range(5)), text(1, "rivers")
    )
    rejected = shelf(vocabulary, *(text(50 + n, "proteins") for n in range(5)))
    plain = Interest.learn(liked, others).scores(candidates)
    wiser = Interest.learn(liked, others, rejected).scores(candidates)
    assert wiser[-1] - wiser[:-1].mean() > plain[-1] - plain[:-1].mean()


def test_words_decide_between_equal_meanings() -> None:
    same = TOPICS["rivers"]
    texts = [
        Text(n, words, same) for n, words in enumerate(["delta", "delta", "glacier", "glacier"])
    ]
    known = Vocabulary.of(texts)
    learned = Interest.learn(Shelf(texts[:1], known), Shelf([text(9, "poems")], known))
    picks = learned.picks(Shelf(texts[1:], known), at_most=3)
    assert picks[0].paper_id == 1
    assert picks[0].words == ("delta",)


def test_the_regression_has_reached_its_minimum() -> None:
    """Where the slope of the loss is zero, computed here anew from its definition."""
    liked = RANDOM.normal(0, 1, (20, 6)).astype(np.float32)
    others = RANDOM.normal(0.5, 1, (60, 6)).astype(np.float32)
    found = _direction(liked, others, np.zeros((0, 6), np.float32)).astype(np.float64)
    weights = np.concatenate([np.full(20, 10.0), np.full(60, 200 / 60)])
    rows = np.concatenate([liked, others]).astype(np.float64)
    rows -= weights @ rows / weights.sum()
    wanted = np.arange(80) < 20

    def loss(direction: np.ndarray) -> float:
        signed = np.where(wanted, 1, -1) * (rows @ direction)
        return float(weights @ np.log1p(np.exp(-signed)) + direction @ direction / 2)

    for axis in np.eye(6):
        assert loss(found) <= loss(found + 0.02 * axis)
        assert loss(found) <= loss(found - 0.02 * axis)


def test_shared_marks_decide_between_equal_texts() -> None:
    same = TOPICS["rivers"]
    texts = [
        Text(n, "words", same, marks) for n, marks in enumerate([("ada",), ("ada", "bo"), ("bo",)])
    ]
    known = Vocabulary.of(texts)
    learned = Interest.learn(Shelf(texts[:1], known), Shelf([text(9, "poems")], known))
    assert [pick.paper_id for pick in learned.picks(Shelf(texts[1:], known), 2)] == [1, 2]


def test_an_author_of_one_candidate_counts_where_asked() -> None:
    same = TOPICS["rivers"]
    day = [Text(1, "words", same, ("bo",)), Text(2, "words", same, ("ada",))]
    for kept, best in ((True, 2), (False, 1)):
        known = Vocabulary.of(day, lone_marks=kept)
        liked = Shelf([Text(3, "words", same, ("ada",))], known)
        learned = Interest.learn(liked, Shelf([text(9, "poems")], known))
        assert learned.picks(Shelf(day, known), 1)[0].paper_id == best


def test_part_of_a_shelf_is_as_if_made_of_its_texts() -> None:
    texts = [
        Text(n, words, TOPICS["poems"], marks)
        for n, (words, marks) in enumerate(
            [("delta river", ("a",)), ("", ()), ("glacier delta ice", ("a", "b")), ("ice", ("b",))]
        )
    ]
    known = Vocabulary.of(texts)
    part, made = Shelf(texts, known).only([2, 0, 1]), Shelf([texts[2], texts[0], texts[1]], known)
    assert part.ids == made.ids
    assert part.words.tolist() == made.words.tolist()
    assert part.ends.tolist() == made.ends.tolist()
    assert part.likeness(made.profile()).tolist() == made.likeness(made.profile()).tolist()
    assert part.marks.profile().tolist() == made.marks.profile().tolist()


def learned_from(number: int, vocabulary: Vocabulary) -> Interest:
    liked = shelf(vocabulary, *(text(n, "rivers") for n in range(number)))
    others = shelf(vocabulary, *(text(n, topic) for topic in TOPICS for n in range(10, 30)))
    return Interest.learn(liked, others)


def test_exploring_without_boldness_is_the_plain_order(vocabulary: Vocabulary) -> None:
    day = shelf(vocabulary, *(text(100 + n, topic) for topic in TOPICS for n in range(5)))
    learned = learned_from(3, vocabulary)
    drawn = learned.drawn(day, np.random.default_rng(1), 0)
    assert np.allclose(drawn, learned.scores(day))


def test_exploring_moves_less_the_more_is_known(vocabulary: Vocabulary) -> None:
    day = shelf(vocabulary, *(text(100 + n, topic) for topic in TOPICS for n in range(5)))

    def moves(number: int) -> float:
        learned, random = learned_from(number, vocabulary), np.random.default_rng(1)
        drawn = np.array([learned.drawn(day, random, 1) for _ in range(200)])
        return float(drawn.std(axis=0).mean())

    assert moves(1) > 2 * moves(60) > 0


def test_draws_have_the_spread_that_the_examples_leave(vocabulary: Vocabulary) -> None:
    """The variance of a candidate's draws is its vector's, through the covariance."""
    day = shelf(vocabulary, *(text(100 + n, topic) for topic in TOPICS for n in range(5)))
    learned, random = learned_from(2, vocabulary), np.random.default_rng(1)
    drawn = np.array([learned.drawn(day, random, 1) for _ in range(4_000)])
    centred = day.meanings - day.meanings.mean(axis=0)
    told = np.sqrt(np.einsum("nd,de,ne->n", centred, learned.spread, centred))
    told *= WEIGHTS["meaning"] / (day.meanings @ learned.direction).std()
    assert drawn.std(axis=0) == pytest.approx(told, rel=0.08)


def test_near_papers_lend_each_other_their_scores() -> None:
    """Against its formula, in full: the third power of the cosine from the middle."""
    vectors = [text(n, topic).vector for n, topic in enumerate([*TOPICS] * 70)]
    known = Vocabulary.of([Text(n, "", vector) for n, vector in enumerate(vectors)])
    day = Shelf([Text(n, "", vector) for n, vector in enumerate(vectors)], known)
    scores = RANDOM.normal(0, 1, len(vectors)).astype(np.float32)
    centred = np.array(vectors) - np.mean(vectors, axis=0)
    centred /= np.linalg.norm(centred, axis=1, keepdims=True)
    close = centred @ centred.T
    np.fill_diagonal(close, 0)
    two = np.argsort(-close, axis=1)[:, :2]
    weights = np.take_along_axis(close, two, 1) ** 3
    told = (scores[two] * weights).sum(axis=1) / weights.sum(axis=1)
    assert day.near(scores) == pytest.approx(told, abs=1e-5)


def test_a_few_papers_lend_nothing(vocabulary: Vocabulary) -> None:
    day = shelf(vocabulary, *(text(n, "rivers") for n in range(99)))
    assert not day.near(np.ones(99, np.float32)).any()
    assert day.only([3, 4]).near(np.ones(2, np.float32)).tolist() == [0, 0]


def test_a_part_of_a_shelf_finds_its_own_near_papers(vocabulary: Vocabulary) -> None:
    day = shelf(vocabulary, *(text(n, topic) for topic in TOPICS for n in range(50)))
    assert len(day.near(np.ones(150, np.float32))) == 150
    assert len(day.only(range(120)).near(np.ones(120, np.float32))) == 120


def test_one_shared_word_does_not_outweigh_all_meaning(vocabulary: Vocabulary) -> None:
    """Among many papers a lone match of words would stand out by far more than any meaning does."""
    texts = [text(n, "poems", "line and verse") for n in range(400)]
    texts += [text(400, "poems", "glacier"), text(401, "rivers", "water")]
    known = Vocabulary.of([*texts, text(402, "rivers", "glacier and water")])
    learned = Interest.learn(
        Shelf([text(403, "rivers", "glacier")], known), Shelf(texts[:60], known)
    )
    parts = learned.parts(Shelf(texts, known))
    assert parts["words"].argmax() == 400
    assert learned.picks(Shelf(texts, known), 1)[0].paper_id == 401
