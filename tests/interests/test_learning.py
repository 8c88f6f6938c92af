"""What an interest is taught decides what it is offered, and why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from broadsheet.community import actions as community
from broadsheet.community import collecting, keeping
from broadsheet.interests import actions, evidence, jobs, learning, picks, windows
from broadsheet.interests.actions import Wishes
from broadsheet.interests.models import Interest, Offer
from broadsheet.notices import following
from broadsheet.notices.models import Follow
from broadsheet.papers.models import Counter, Paper
from broadsheet.readers.models import Reader
from broadsheet.search.models import SameWork
from broadsheet.search.same_works import COUNTER
from tests.community.people import make_reader
from tests.interests.topics import TODAY, a_day, topical
from tests.shelf import make_paper

pytestmark = pytest.mark.django_db

Day = dict[str, list[Paper]]


@pytest.fixture
def reader() -> Reader:
    return make_reader()


@pytest.fixture
def day() -> Day:
    return a_day()


@pytest.fixture
def interest(reader: Reader) -> Interest:
    return actions.create(reader, Wishes("Water", others=0, tries=0))


def offered(interest: Interest) -> list[int]:
    learning.learn(Interest.objects.get(pk=interest.pk))
    return [pick.paper_id for pick in picks.of(Interest.objects.get(pk=interest.pk))]


def test_what_is_like_what_was_liked_is_offered_with_its_reason(
    reader: Reader, interest: Interest, day: Day
) -> None:
    liked = topical("rivers", "Where the silt goes", day=TODAY - timedelta(days=400))
    actions.teach(reader, interest.key, liked.id, "more")
    assert set(offered(interest)) == {paper.id for paper in day["rivers"]}
    first = picks.of(interest)[0]
    assert first.interest == interest
    assert first.reason.startswith("near “Where the silt goes”; shares the words ")
    assert first.score > 0


def test_who_wrote_what_was_liked_comes_first(reader: Reader, interest: Interest, day: Day) -> None:
    liked = topical("rivers", day=TODAY - timedelta(days=400), names=["Ada Lovelace", "B. Quiet"])
    again = topical("rivers", names=["C. New", "Ada Lovelace"])
    actions.teach(reader, interest.key, liked.id, "more")
    assert offered(interest)[0] == again.id


def test_what_was_rejected_or_liked_or_seen_comes_no_more(
    reader: Reader, interest: Interest, day: Day
) -> None:
    one, two, three, four = day["rivers"]
    actions.teach(reader, interest.key, one.id, "more")
    assert set(offered(interest)) == {two.id, three.id, four.id}
    actions.teach(reader, interest.key, two.id, "less")
    assert {pick.paper_id for pick in picks.of(interest)} == {three.id, four.id}
    assert two.id not in offered(interest)
    actions.teach(reader, interest.key, three.id, "seen")
    left = offered(interest)
    assert four.id in left
    assert not {one.id, two.id, three.id} & set(left)
    community.cast_vote(reader, four.id)
    assert four.id not in [pick.paper_id for pick in picks.of(interest)]
    assert four.id not in offered(interest)


def test_saved_papers_teach_and_never_come(reader: Reader, day: Day) -> None:
    shelf = collecting.create(reader, "Water")
    one, two, *_ = day["rivers"]
    collecting.put(reader, shelf.key, one.id)
    wishes = Wishes("Water", collections=(shelf.key,), others=0, tries=0)
    interest = actions.create(reader, wishes)
    found = offered(interest)
    assert two.id in found
    assert one.id not in found
    collecting.put(reader, shelf.key, two.id)
    assert two.id not in {pick.paper_id for pick in picks.of(interest)}


def test_what_is_on_the_reading_list_never_comes(
    reader: Reader, interest: Interest, day: Day
) -> None:
    one, two, three, _ = day["rivers"]
    actions.teach(reader, interest.key, one.id, "more")
    keeping.set_state(reader, two.id, "to-read")
    assert two.id not in offered(interest)
    keeping.set_state(reader, three.id, "read")
    assert three.id not in {pick.paper_id for pick in picks.of(interest)}


def test_somebody_elses_collection_teaches_nothing(reader: Reader, day: Day) -> None:
    other = make_reader("bert")
    shelf = collecting.create(other, "Theirs")
    collecting.put(other, shelf.key, day["rivers"][0].id)
    interest = actions.create(reader, Wishes("Water", collections=(shelf.key,)))
    assert interest.collections.count() == 0
    assert offered(interest) == []


def test_votes_teach_where_they_are_wanted(reader: Reader, day: Day) -> None:
    community.cast_vote(reader, day["poems"][0].id)
    without = actions.create(reader, Wishes("None", others=0, tries=0))
    wanted = actions.create(reader, Wishes("Poems", uses_votes=True, others=0, tries=0))
    assert offered(without) == []
    assert set(offered(wanted)) == {paper.id for paper in day["poems"][1:]}


@pytest.mark.parametrize("state", ["to-read", "reading", "read"])
def test_the_reading_list_teaches_in_the_states_that_are_wanted(
    reader: Reader, day: Day, state: str
) -> None:
    keeping.set_state(reader, day["poems"][0].id, state)
    for one in {"to-read", "reading", "read"} - {state}:
        keeping.set_state(reader, day["proteins"][0].id, one)
    without = actions.create(reader, Wishes("None", others=0, tries=0))
    wanted = actions.create(reader, Wishes("Poems", reading=(state, "?"), others=0, tries=0))
    assert wanted.reading == [state]
    assert offered(without) == []
    assert set(offered(wanted)) == {paper.id for paper in day["poems"][1:]}


def test_what_is_followed_counts_where_it_is_wanted(reader: Reader) -> None:
    by = topical("poems", names=["Ada Lovelace"], keywords=["metre"])
    placed = topical("proteins", categories=["q-bio.BM"])
    spoken = topical("proteins", keywords=["ribosome"])
    topical("rivers", names=["B. Loud"])
    following.follow(reader, "author", "Ada Lovelace")
    for about, name in (("category", "q-bio.BM"), ("keyword", "ribosome")):
        Follow.objects.create(reader=reader, about=about, name=name, mark=name)
    without = actions.create(reader, Wishes("None", others=0, tries=0))
    wanted = actions.create(reader, Wishes("Followed", uses_follows=True, others=0, tries=0))
    assert offered(without) == []
    assert offered(wanted) == [by.id, spoken.id, placed.id]
    assert [pick.reason for pick in picks.of(wanted)] == [
        "by Ada Lovelace, whom you follow",
        "has the keyword “ribosome”",
        "stands in q-bio.BM",
    ]
    following.unfollow(reader, "author", "Ada Lovelace")
    assert by.id not in offered(Interest.objects.get(pk=wanted.pk))


def test_a_followed_search_teaches_its_words(reader: Reader, day: Day) -> None:
    for search in ('verses "metre of poems" cat:cs.LG', "cat:cs.LG"):
        following.follow(reader, "search", search)
    wanted = actions.create(reader, Wishes("Followed", uses_follows=True, others=0, tries=0))
    assert evidence.gather(wanted).searches == ["verses metre of poems"]
    offered(wanted)
    poems = {paper.id for paper in day["poems"]}
    told = [pick for pick in picks.of(wanted) if pick.paper_id in poems]
    assert told
    assert {"metre", "verses"} & set(told[0].because.words)


def test_authors_words_and_categories_are_followed_and_muted(reader: Reader) -> None:
    by = topical("poems", names=["Ada Lovelace"])
    spoken = topical("proteins", "Ribosomes at work")
    placed = topical("proteins", categories=["q-bio.BM"])
    both = topical("proteins", "A ribosome too many", names=["B. Loud"])
    asked = (
        ("author", "ada lovelace"),
        ("word", "ribosome"),
        ("category", "q-bio"),
        ("not-author", "B. Loud"),
    )
    interest = actions.create(reader, Wishes("Names", others=0, tries=0, asked=asked))
    assert offered(interest) == [by.id, spoken.id, placed.id]
    reasons = [pick.reason for pick in picks.of(interest)]
    assert reasons == [
        "by ada lovelace, whom you follow",
        "speaks of “ribosome”",
        "stands in q-bio",
    ]
    actions.wish(reader, interest.key, "not-word", "ribosomes")
    assert spoken.id not in offered(interest)
    assert both.id not in offered(interest)


def test_each_work_comes_once(reader: Reader, interest: Interest, day: Day) -> None:
    one, two, three, four = day["rivers"]
    SameWork.objects.create(earlier=two, later=three)
    Counter.objects.create(name=COUNTER, value=three.change)
    actions.teach(reader, interest.key, one.id, "more")
    found = offered(interest)
    assert len({two.id, three.id} & set(found)) == 1
    assert four.id in found


def test_what_others_like_counts_as_far_as_the_reader_lets_it(reader: Reader) -> None:
    liked = topical("rivers", day=TODAY - timedelta(days=40))
    near = topical("rivers", source_votes=0)
    loved = topical("poems", source_votes=500)
    for _ in range(6):
        topical("proteins")
    own = actions.create(reader, Wishes("Own", others=0, tries=0))
    many = actions.create(reader, Wishes("Many", others=90, tries=0))
    for interest in (own, many):
        actions.teach(reader, interest.key, liked.id, "more")
    assert offered(own)[0] == near.id
    assert offered(many)[0] == loved.id
    assert picks.of(many)[0].reason.endswith("500 votes so far")


def test_like_minded_readers_are_told_of_only_as_several(
    reader: Reader, interest: Interest, day: Day
) -> None:
    one, two, far = day["rivers"][0], day["rivers"][1], day["poems"][0]
    others = [make_reader(f"reader{number}") for number in range(3)]
    actions.change(reader, interest.key, Wishes("Water", others=60, tries=0))
    for paper in (one, two):
        actions.teach(reader, interest.key, paper.id, "more")
    for number, other in enumerate(others, start=1):
        for paper in (one, two, far):
            community.cast_vote(other, paper.id)
        actions.taught(interest)
        offered(interest)
        told = {pick.paper_id: pick.because.readers for pick in picks.of(interest)}
        assert told.get(far.id, 0) == (number if number >= 3 else 0)


def test_tries_stand_beyond_what_is_liked_and_say_so(reader: Reader, day: Day) -> None:
    interest = actions.create(reader, Wishes("Water", others=0, tries=1))
    actions.teach(reader, interest.key, day["rivers"][0].id, "more")
    offered(interest)
    tries = [pick for pick in picks.of(interest) if pick.is_try]
    assert len(tries) == 1
    assert tries[0].reason.startswith("a try, to learn more of what you like")


def test_only_recent_days_are_looked_at(
    reader: Reader, interest: Interest, settings: object
) -> None:
    settings.PICK_DAYS = 2  # type: ignore[attr-defined]  # the fixture takes any name
    liked = topical("rivers", day=None)
    old = topical("rivers", day=TODAY - timedelta(days=2))
    new = topical("rivers", day=TODAY)
    topical("poems")
    actions.teach(reader, interest.key, liked.id, "more")
    found = offered(interest)
    assert new.id in found
    assert old.id not in found


def test_an_offer_stays_new_only_once(reader: Reader, interest: Interest, day: Day) -> None:
    actions.teach(reader, interest.key, day["rivers"][0].id, "more")
    offered(interest)
    before = Offer.objects.order_by("id").values_list("made_at", flat=True)[0]
    assert picks.of(interest, since=before)
    assert picks.of(interest, since=before + timedelta(days=1)) == []
    late = topical("rivers")
    offered(interest)
    newest = Offer.objects.get(paper=late).made_at
    assert [pick.paper_id for pick in picks.of(interest, since=newest)] == [late.id]


def test_what_a_page_has_shown_is_not_told_again(
    reader: Reader, interest: Interest, day: Day
) -> None:
    actions.teach(reader, interest.key, day["rivers"][0].id, "more")
    first, *others = offered(interest)
    actions.show([(interest.pk, first)])
    assert {pick.paper_id for pick in picks.of(interest)} == set(others)
    assert first in {pick.paper_id for pick in picks.on_day([interest], TODAY)}


def test_it_learns_only_when_something_changed(
    reader: Reader, interest: Interest, day: Day
) -> None:
    actions.teach(reader, interest.key, day["rivers"][0].id, "more")
    everybody = Interest.objects.awake()
    assert jobs.learn_all(everybody) == 1
    assert jobs.learn_all(everybody) == 0
    topical("rivers")
    assert jobs.learn_all(everybody) == 1
    actions.pause(reader, interest.key)
    actions.teach(reader, interest.key, day["rivers"][1].id, "more")
    assert jobs.learn_all(Interest.objects.stale()) == 0
    assert picks.of(Interest.objects.get(pk=interest.pk)) == []


def test_papers_that_teach_are_read_once(
    day: Day, django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = windows.current()
    assert now
    one, two, three, _ = [paper.id for paper in day["rivers"]]
    assert now.shelf_of([]) is None
    with django_assert_num_queries(6):
        first = now.shelf_of([one, two])
        more = now.shelf_of([two, three, 999_999])
    assert first
    assert more
    assert (first.ids, sorted(more.ids)) == ([one, two], sorted([two, three]))
    with django_assert_num_queries(0):
        again = now.shelf_of([one, two])
    assert again
    assert (again.profile() == first.profile()).all()
    monkeypatch.setattr(windows, "MOST_READ", 0)
    with django_assert_num_queries(3):
        assert now.shelf_of([one, two])


def test_papers_without_meaning_are_ranked_by_words(reader: Reader, interest: Interest) -> None:
    liked = make_paper("River deltas and their silt", abstract="Silt in a delta.")
    near = make_paper("Silt of a delta", day=TODAY)
    for number in range(4):
        make_paper(f"Poems of the sea {number}", day=TODAY)
    actions.teach(reader, interest.key, liked.id, "more")
    assert offered(interest) == [near.id]
    assert picks.of(interest)[0].because.words


def test_an_empty_site_offers_nothing(reader: Reader, interest: Interest) -> None:
    assert offered(interest) == []
