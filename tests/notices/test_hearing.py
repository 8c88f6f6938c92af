"""Who is told of a comment, why, and who is not."""

from __future__ import annotations

import pytest

from broadsheet.community import moderation
from broadsheet.community.actions import (
    add_comment,
    delete_comment,
    edit_comment,
    restore_comment,
)
from broadsheet.community.desks import Showing
from broadsheet.community.models import Spoken
from broadsheet.notices import following, hearing, telling
from broadsheet.notices.models import Kind, Notice, Way
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from tests.community.people import at_once, make_reader
from tests.notices.conftest import killed

pytestmark = pytest.mark.django_db


def told(reader: Reader) -> list[tuple[str, str]]:
    found = Notice.objects.shown_to(reader.pk).order_by("id")
    return list(found.values_list("kind", "subject"))


def hear() -> None:
    while hearing.hear():
        pass


def test_whoever_is_answered_is_told_once(ada: Reader, bob: Reader, paper: Paper) -> None:
    first = add_comment(ada, paper.id, "So.")
    hear()
    assert told(ada) == []
    reply = add_comment(bob, paper.id, "No, @ada.", first.id)
    hear()
    hear()
    assert told(ada) == [("reply", "bob answered your comment on “Rivers”")]
    assert Notice.objects.get().address == f"/papers/2512.00001#comment-{reply.id}"
    assert not Spoken.objects.exists()


def test_a_mention_is_told_also_when_it_is_edited_in_but_once(
    ada: Reader, bob: Reader, paper: Paper
) -> None:
    comment = add_comment(bob, paper.id, "So.")
    hear()
    edit_comment(bob, comment.id, "So, @ada.")
    hear()
    edit_comment(bob, comment.id, "So, @ada and @bob.")
    hear()
    assert told(ada) == [("mention", "bob addressed you in a comment on “Rivers”")]
    assert told(bob) == []


def test_a_killed_round_tells_all_and_nobody_twice(ada: Reader, bob: Reader, paper: Paper) -> None:
    for number in range(3):
        add_comment(bob, paper.id, f"@ada {number}")
    killed(hearing.hear)
    assert told(ada) == []
    hear()
    assert len(told(ada)) == 3


def test_what_no_longer_stands_is_told_to_nobody(ada: Reader, bob: Reader, paper: Paper) -> None:
    early = add_comment(bob, paper.id, "@ada: a secret.")
    delete_comment(bob, early.id)
    hear()
    assert not Notice.objects.exists()
    late, hidden = (add_comment(bob, paper.id, f"@ada {word}.") for word in ("late", "hidden"))
    hear()
    assert len(told(ada)) == 2
    delete_comment(bob, late.id)
    moderation.hide(make_reader("mod", is_staff=True), hidden.id, "Spam.")
    assert told(ada) == []
    restore_comment(bob, late.id)
    assert len(told(ada)) == 1


def test_the_muted_and_the_banned_reach_nobody(ada: Reader, bob: Reader, paper: Paper) -> None:
    add_comment(bob, paper.id, "@ada one.")
    hear()
    assert len(told(ada)) == 1
    following.mute(ada, "bob", holds=True)
    assert told(ada) == []
    add_comment(bob, paper.id, "@ada two.")
    hear()
    following.mute(ada, "bob", holds=False)
    assert len(told(ada)) == 1
    add_comment(bob, paper.id, "@ada three.")
    moderation.ban(make_reader("mod", is_staff=True), "bob", "Spam.")
    hear()
    assert len(told(ada)) == 1


def test_one_reader_cannot_flood_another(ada: Reader, bob: Reader, paper: Paper) -> None:
    for number in range(telling.MOST_UNREAD_OF_ONE + 5):
        add_comment(bob, paper.id, f"@ada {number}")
    hear()
    assert len(told(ada)) == telling.MOST_UNREAD_OF_ONE
    telling.read(ada)
    add_comment(bob, paper.id, "@ada again.")
    hear()
    assert len(told(ada)) == telling.MOST_UNREAD_OF_ONE + 1


def test_who_wants_no_answers_may_still_want_mentions(
    ada: Reader, bob: Reader, paper: Paper
) -> None:
    telling.choose(ada, {Kind.REPLY: Way.NONE})
    first = add_comment(ada, paper.id, "So.")
    add_comment(bob, paper.id, "No.", first.id)
    add_comment(bob, paper.id, "No, @ada.", first.id)
    hear()
    assert [kind for kind, _ in told(ada)] == ["mention"]


def test_followers_of_a_paper_and_of_a_reader_are_told(bob: Reader, paper: Paper) -> None:
    ada, eve = make_reader("ada"), make_reader("eve")
    following.follow(ada, "paper", "2512.00001")
    following.follow(eve, "reader", "bob")
    add_comment(bob, paper.id, "One.")
    hear()
    assert told(ada) == [("paper", "bob commented on “Rivers”")]
    assert told(eve) == [], "the profile is not public"
    Reader.objects.filter(pk=bob.pk).update(is_public=True)
    add_comment(bob, paper.id, "Two.")
    hear()
    assert told(eve) == [("person", "bob commented on “Rivers”")]
    Showing.objects.create(reader=bob, comments=False)
    add_comment(bob, paper.id, "Three.")
    hear()
    assert len(told(eve)) == 1


def test_many_followers_are_told_some_at_a_time(
    bob: Reader, paper: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    Reader.objects.filter(pk=bob.pk).update(is_public=True)
    followers = [make_reader(f"reader{number}") for number in range(5)]
    for follower in followers:
        following.follow(follower, "reader", "bob")
    monkeypatch.setattr(telling, "AT_ONCE", 2)
    add_comment(bob, paper.id, "One.")
    many = telling._tell_some
    some: list[int] = []

    def dies_after_two(ids: list[int], news: telling.Telling) -> set[int]:
        if len(some) == 2:
            raise KeyboardInterrupt
        some.append(len(ids))
        return many(ids, news)

    monkeypatch.setattr(telling, "_tell_some", dies_after_two)
    with pytest.raises(KeyboardInterrupt):
        hearing.hear()
    assert [len(told(one)) for one in followers] == [1, 1, 1, 1, 0]
    monkeypatch.setattr(telling, "_tell_some", many)
    hear()
    assert [len(told(one)) for one in followers] == [1] * 5
    assert not Spoken.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_workers_tell_each_once(ada: Reader, bob: Reader, paper: Paper) -> None:
    for number in range(9):
        add_comment(bob, paper.id, f"@ada {number}")
    at_once([hearing.hear] * 8, threads=8)
    hear()
    assert len(told(ada)) == 9
