"""What readers did follows a paper that is made one with another, and comes back."""

from __future__ import annotations

import pytest

from broadsheet.community import collecting, merging
from broadsheet.community.actions import add_comment, cast_vote, withdraw_vote
from broadsheet.community.limits import Refused
from broadsheet.community.models import Comment, Decision, Vote
from broadsheet.community.moderation import lock
from broadsheet.community.shelves import Item
from broadsheet.papers.kinds import Why
from broadsheet.papers.models import Paper
from broadsheet.papers.works import Joining
from tests.community.people import make_reader
from tests.shelf import make_paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept() -> Paper:
    return make_paper("Tides at noon", arxiv_id="2512.00001", names=["Ada Example"])


@pytest.fixture
def gone() -> Paper:
    return make_paper("Tides at noon", doi="10.1000/tides", names=["Ada Example"])


def voters(paper: Paper) -> set[str]:
    return set(Vote.objects.filter(paper_id=paper.id).values_list("reader__username", flat=True))


def test_votes_comments_and_collections_follow_and_come_back(kept: Paper, gone: Paper) -> None:
    ada, bo, moderator = make_reader(), make_reader("bo"), make_reader("mo", is_staff=True)
    for reader, paper in ((ada, kept), (ada, gone), (bo, gone)):
        cast_vote(reader, paper.id)
    said = add_comment(bo, gone.id, "A fine paper.")
    add_comment(ada, kept.id, "Another one.")
    shelf = collecting.create(ada, "Tides")
    other = collecting.create(bo, "Moons")
    for reader, key, paper in (
        (ada, shelf.key, kept),
        (ada, shelf.key, gone),
        (bo, other.key, gone),
    ):
        collecting.put(reader, key, paper.id, f"note on {paper.slug}")
    lock(moderator, gone.id, "Quarrels")

    made = merging.join(moderator, kept.id, gone.id, "The same work")
    kept.refresh_from_db()
    assert voters(kept) == {"ada", "bo"}
    assert (kept.own_votes, kept.votes, kept.own_comments) == (2, 2, 2)
    assert Item.objects.count() == 2
    answer = add_comment(moderator, kept.id, "Yes.", said.pk)
    cast_vote(moderator, kept.id)

    merging.part(moderator, made.pk, "They are two")
    kept.refresh_from_db()
    again = Paper.objects.get(slug=gone.slug)
    assert (voters(kept), voters(again)) == ({"ada", "mo"}, {"ada", "bo"})
    assert (kept.own_votes, again.own_votes, kept.own_comments, again.own_comments) == (2, 2, 1, 2)
    assert set(Comment.objects.filter(paper=again)) == {said, answer}
    notes = Item.objects.order_by("collection", "paper").values_list("note", flat=True)
    assert list(notes) == ["note on 2512.00001", f"note on {gone.slug}", f"note on {gone.slug}"]
    with pytest.raises(Refused, match="closed"):
        add_comment(ada, again.id, "Still?")
    told = list(Decision.objects.order_by("id").values_list("kind", "paper__slug", "reason"))
    assert told == [
        ("lock", gone.slug, "Quarrels"),
        ("join", kept.slug, "The same work"),
        ("part", kept.slug, "They are two"),
    ]


def test_a_vote_that_was_taken_back_does_not_come_back(kept: Paper, gone: Paper) -> None:
    ada, moderator = make_reader(), make_reader("mo", is_staff=True)
    cast_vote(ada, kept.id)
    cast_vote(ada, gone.id)
    made = merging.join(moderator, kept.id, gone.id, "The same work")
    withdraw_vote(ada, kept.id)
    merging.part(moderator, made.pk, "They are two")
    assert not Vote.objects.exists()


def test_who_left_stays_away(kept: Paper, gone: Paper) -> None:
    ada, moderator = make_reader(), make_reader("mo", is_staff=True)
    for paper in (kept, gone):
        cast_vote(ada, paper.id)
    made = merging.join(moderator, kept.id, gone.id, "The same work")
    ada.delete()
    merging.part(moderator, made.pk, "They are two")
    assert not Vote.objects.exists()


def test_only_moderators_can_with_a_reason(kept: Paper, gone: Paper) -> None:
    with pytest.raises(Refused, match="Only moderators"):
        merging.join(make_reader(), kept.id, gone.id, "Mine")
    moderator = make_reader("mo", is_staff=True)
    with pytest.raises(Refused, match="say why"):
        merging.join(moderator, kept.id, gone.id, " ")
    with pytest.raises(Refused, match="same paper"):
        merging.join(moderator, kept.id, kept.id, "Twice")
    with pytest.raises(Refused, match="nothing to part"):
        merging.part(moderator, 1, "Why not")
    assert (Paper.objects.count(), Joining.objects.count(), Decision.objects.count()) == (2, 0, 0)


def test_by_themselves_pairs_become_one_once_and_stay_parted(kept: Paper, gone: Paper) -> None:
    moderator = make_reader("mo", is_staff=True)
    assert merging.join_one_work(gone.id, kept.id, Why.NAMED)
    assert list(Paper.objects.values_list("slug", flat=True)) == [kept.slug]
    merging.part(moderator, Joining.objects.get().pk, "They are two")
    assert not merging.join_one_work(gone.id, kept.id, Why.NAMED)
    other = make_paper("Moons", arxiv_id="2512.00002", names=["Cy Sample"])
    assert not merging.join_one_work(kept.id, other.id, Why.ALIKE)
    assert not merging.join_one_work(gone.id, other.id, Why.NAMED)
    assert Paper.objects.count() == 3
