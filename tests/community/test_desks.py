"""Reactions, the reading list, notes, and several editors of one collection."""

from __future__ import annotations

from collections import Counter

import pytest

from broadsheet.community import collecting, editors, keeping, limits, reacting
from broadsheet.community.actions import add_comment, delete_comment, leave
from broadsheet.community.desks import Note, Reading, State
from broadsheet.community.limits import Refused
from broadsheet.community.models import Feeling, Moved, Reaction, Verb
from broadsheet.community.shelves import Collection, Deed, Editor, Item
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from tests.community.people import at_once, make_reader
from tests.shelf import make_paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Reader:
    return make_reader("ada")


@pytest.fixture
def bob() -> Reader:
    return make_reader("bob")


@pytest.fixture
def paper() -> Paper:
    return make_paper("Rivers", arxiv_id="2512.00001")


def counts(comment_id: int, reader: Reader | None = None) -> dict[str, tuple[int, bool]]:
    found = reacting.felt([comment_id], reader.pk if reader else None)[comment_id]
    return {one.feeling.value: (one.readers, one.is_mine) for one in found if one.readers}


def test_each_feeling_counts_once_a_reader(ada: Reader, bob: Reader, paper: Paper) -> None:
    comment = add_comment(ada, paper.id, "So.")
    Moved.objects.all().delete()
    assert reacting.react(bob, comment.id, "agree", holds=True)
    assert not reacting.react(bob, comment.id, "agree", holds=True)
    assert Moved.objects.count() == 1
    reacting.react(bob, comment.id, "thanks", holds=True)
    reacting.react(ada, comment.id, "agree", holds=True)
    assert counts(comment.id, ada) == {"agree": (2, True), "thanks": (1, False)}
    assert counts(comment.id) == {"agree": (2, False), "thanks": (1, False)}
    assert reacting.react(bob, comment.id, "agree", holds=False)
    assert not reacting.react(bob, comment.id, "agree", holds=False)
    assert counts(comment.id) == {"agree": (1, False), "thanks": (1, False)}
    assert [one.feeling for one in reacting.felt([comment.id], None)[comment.id]] == list(Feeling)


def test_no_reaction_to_what_is_gone(ada: Reader, bob: Reader, paper: Paper) -> None:
    comment = add_comment(ada, paper.id, "So.")
    with pytest.raises(Refused, match="choose"):
        reacting.react(bob, comment.id, "hate", holds=True)
    delete_comment(ada, comment.id)
    with pytest.raises(Refused) as gone:
        reacting.react(bob, comment.id, "agree", holds=True)
    assert gone.value.status == 404
    assert not Reaction.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_hundred_clicks_are_one_reaction(ada: Reader, paper: Paper) -> None:
    comment = add_comment(ada, paper.id, "So.")
    done = at_once([lambda: reacting.react(ada, comment.id, "agree", holds=True)] * 100)
    assert Counter(done)[True] == 1
    assert counts(comment.id) == {"agree": (1, False)}


def test_reactions_end_with_the_account(ada: Reader, bob: Reader, paper: Paper) -> None:
    comment = add_comment(ada, paper.id, "So.")
    reacting.react(bob, comment.id, "agree", holds=True)
    Moved.objects.all().delete()
    leave(bob)
    bob.delete()
    assert counts(comment.id) == {}
    assert Moved.objects.filter(paper_id=paper.id).exists()


def test_a_paper_has_one_state(ada: Reader, paper: Paper) -> None:
    for state in ("to-read", "reading", "reading", "read"):
        keeping.set_state(ada, paper.id, state)
    assert Reading.objects.get().state == State.READ
    assert Reading.objects.counts(ada.pk) == {"read": 1}
    with pytest.raises(Refused, match="choose"):
        keeping.set_state(ada, paper.id, "burnt")
    with pytest.raises(Refused, match="no longer here"):
        keeping.set_state(ada, 999, "read")
    keeping.set_state(ada, paper.id, "")
    keeping.set_state(ada, paper.id, "")
    assert not Reading.objects.exists()


def test_the_list_has_the_last_change_first(ada: Reader, bob: Reader) -> None:
    papers = [make_paper() for _ in range(3)]
    for paper in papers:
        keeping.set_state(ada, paper.id, "to-read")
    keeping.set_state(ada, papers[0].id, "read")
    keeping.set_state(bob, papers[1].id, "read")
    ids = [paper.id for paper in papers]
    listed = list(Reading.objects.of(ada.pk).values_list("paper_id", flat=True))
    assert listed == [ids[0], ids[2], ids[1]]
    assert [one.paper_id for one in Reading.objects.of(ada.pk, "read")] == [ids[0]]
    last = Reading.objects.of(ada.pk)[1]
    after = Reading.objects.of(ada.pk).after_place(last.since, last.paper_id)
    assert [one.paper_id for one in after] == [ids[1]]


def test_a_note_is_kept_changed_and_removed(ada: Reader, paper: Paper) -> None:
    keeping.write_note(ada, paper.id, "  One\r\ntwo\0 ")
    assert Note.objects.get().text == "One\ntwo"
    keeping.write_note(ada, paper.id, "Three")
    assert Note.objects.get().text == "Three"
    with pytest.raises(Refused, match="20,000"):
        keeping.write_note(ada, paper.id, "x" * 20_001)
    keeping.write_note(ada, paper.id, " ")
    assert not Note.objects.exists()


def test_what_is_kept_ends_with_the_account(ada: Reader, paper: Paper) -> None:
    keeping.set_state(ada, paper.id, "read")
    keeping.write_note(ada, paper.id, "Mine.")
    ada.delete()
    assert not Note.objects.exists()
    assert not Reading.objects.exists()


def test_keeping_has_its_limit(ada: Reader, paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.ALLOWED, Verb.KEEP, limits.Allowance(2, limits.HOUR))
    keeping.set_state(ada, paper.id, "read")
    keeping.write_note(ada, paper.id, "One")
    with pytest.raises(Refused) as much:
        keeping.write_note(ada, paper.id, "Two")
    assert much.value.status == 429


def test_only_who_said_yes_edits_and_only_the_owner_decides(
    ada: Reader, bob: Reader, paper: Paper
) -> None:
    shelf = collecting.create(ada, "Rivers")
    for write in (collecting.put, collecting.take_out, collecting.move_up):
        with pytest.raises(Refused) as strange:
            write(bob, shelf.key, paper.id)
        assert strange.value.status == 404
    assert not Collection.objects.visible_to(bob.pk).exists()
    editors.invite(ada, shelf.key, "@Bob")
    editors.invite(ada, shelf.key, "bob")
    assert Collection.objects.visible_to(bob.pk).exists()
    with pytest.raises(Refused):
        collecting.put(bob, shelf.key, paper.id)
    editors.accept(bob, shelf.key)
    editors.accept(bob, shelf.key)
    collecting.put(bob, shelf.key, paper.id, "Begin here.")
    second = make_paper()
    collecting.put(bob, shelf.key, second.id)
    collecting.move_up(bob, shelf.key, second.id)
    collecting.put(bob, shelf.key, paper.id, "Begin there.")
    for forbidden in (
        lambda: collecting.remove(bob, shelf.key),
        lambda: collecting.change(bob, shelf.key, "Mine", "", "public"),
        lambda: editors.invite(bob, shelf.key, "bob"),
        lambda: editors.dismiss(bob, shelf.key, "bob"),
    ):
        with pytest.raises(Refused) as refused:
            forbidden()
        assert refused.value.status == 404
    placed = Item.objects.order_by("position").values_list("paper_id", "note")
    assert list(placed) == [(second.id, ""), (paper.id, "Begin there.")]
    collecting.take_out(bob, shelf.key, second.id)
    editors.dismiss(ada, shelf.key, "bob")
    with pytest.raises(Refused):
        collecting.put(bob, shelf.key, paper.id)
    told = [(step.by, step.deed) for step in shelf.steps.select_related("by").order_by("id")]
    assert told == [
        (ada, Deed.INVITED),
        (bob, Deed.JOINED),
        (bob, Deed.PUT),
        (bob, Deed.PUT),
        (bob, Deed.ORDER),
        (bob, Deed.NOTE),
        (bob, Deed.OUT),
        (ada, Deed.DISMISSED),
    ]


def test_an_editor_may_leave_and_an_invitation_be_declined(ada: Reader, bob: Reader) -> None:
    shelf = collecting.create(ada, "Rivers")
    with pytest.raises(Refused):
        editors.accept(bob, shelf.key)
    editors.invite(ada, shelf.key, "bob")
    editors.leave(bob, shelf.key)
    assert not Editor.objects.exists()
    for handle, status in (("nobody", 404), ("ada", 400)):
        with pytest.raises(Refused) as refused:
            editors.invite(ada, shelf.key, handle)
        assert refused.value.status == status


def test_a_list_has_so_many_editors(
    ada: Reader, bob: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(editors, "MOST_EDITORS", 1)
    shelf = collecting.create(ada, "Rivers")
    editors.invite(ada, shelf.key, "bob")
    make_reader("eve")
    with pytest.raises(Refused, match="1 editors"):
        editors.invite(ada, shelf.key, "eve")
