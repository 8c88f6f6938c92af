"""Comments and moderation: who may write what, and what is written down."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from broadsheet.community import moderation
from broadsheet.community.actions import (
    add_comment,
    delete_comment,
    edit_comment,
    restore_comment,
)
from broadsheet.community.limits import ALLOWED, Refused
from broadsheet.community.mentions import MOST, handles
from broadsheet.community.models import Ban, Comment, Decision, Flag, Mention, Moved, Verb
from broadsheet.papers.models import Paper
from tests.community.people import at_once, make_reader
from tests.shelf import make_paper


def comments(paper: Paper) -> int:
    return Paper.objects.get(pk=paper.pk).comments


@pytest.mark.django_db
def test_a_comment_is_answered_edited_taken_back_and_shown_again() -> None:
    ada, bob, paper = make_reader("ada"), make_reader("bob"), make_paper(source_comments=2)
    first = add_comment(ada, paper.id, " Rivers\r\nbend. \0")
    answer = add_comment(bob, paper.id, "They do.", first.id)
    assert (first.text, answer.parent_id, comments(paper)) == ("Rivers\nbend.", first.id, 4)
    edit_comment(ada, first.id, "Rivers meander.")
    assert [one.text for one in first.revisions.all()] == ["Rivers\nbend."]
    assert Comment.objects.get(pk=first.pk).edited_at is not None
    delete_comment(ada, first.id)
    assert comments(paper) == 3
    with pytest.raises(Refused, match="no longer here"):
        add_comment(bob, paper.id, "Still?", first.id)
    restore_comment(ada, first.id)
    assert comments(paper) == 4


@pytest.mark.django_db
@pytest.mark.parametrize("act", [delete_comment, restore_comment, partial(edit_comment, text="x")])
def test_a_comment_of_somebody_else_does_not_exist(act: partial[Comment]) -> None:
    comment = add_comment(make_reader("ada"), make_paper().id, "Mine.")
    with pytest.raises(Refused) as told:
        act(make_reader("bob"), comment.id)
    assert told.value.status == 404
    assert Comment.objects.get().text == "Mine."


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "told"), [(" \n", "nothing"), ("x" * 10_001, "10,001")])
def test_too_little_and_too_much_are_refused(text: str, told: str) -> None:
    with pytest.raises(Refused, match=told):
        add_comment(make_reader(), make_paper().id, text)


@pytest.mark.django_db
def test_an_answer_stays_on_its_paper() -> None:
    ada = make_reader()
    elsewhere = add_comment(ada, make_paper().id, "There.")
    with pytest.raises(Refused):
        add_comment(ada, make_paper().id, "Here.", elsewhere.id)


@pytest.mark.django_db(transaction=True)
def test_comments_at_once_are_all_counted_up_to_the_limit() -> None:
    paper = make_paper()
    most = ALLOWED[Verb.COMMENT].times
    ada, bob = make_reader("ada"), make_reader("bob")

    def say(number: int) -> bool:
        try:
            return bool(add_comment((ada, bob)[number % 2], paper.id, f"Number {number}."))
        except Refused:
            return False

    told = at_once([partial(say, number) for number in range(2 * most + 10)])
    assert told.count(True) == comments(paper) == Comment.objects.count() == 2 * most


@pytest.mark.django_db
def test_few_are_called_by_one_comment_and_never_its_writer() -> None:
    readers = [make_reader(f"reader{number}") for number in range(MOST + 3)]
    text = "@reader0 and " + " ".join(f"@{reader.username}," for reader in readers)
    comment = add_comment(readers[0], make_paper().id, text)
    called = Mention.objects.values_list("reader__username", flat=True)
    assert set(called) == {f"reader{number}" for number in range(1, MOST)}
    edit_comment(readers[0], comment.id, "Never mind, @reader7.")
    assert list(Mention.objects.values_list("reader__username", flat=True)) == ["reader7"]


def test_handles_are_told_from_addresses() -> None:
    assert handles("@ada: write to bob@example.org, @eve. (@cy-d) @ada") == ["ada", "eve", "cy-d"]


@pytest.mark.django_db
def test_a_flag_counts_once_and_a_decision_settles_all() -> None:
    writer, moderator = make_reader("spam"), make_reader("mod", is_staff=True)
    paper = make_paper()
    comment = add_comment(writer, paper.id, "Buy!")
    ada, bob = make_reader("ada"), make_reader("bob")
    flags = [moderation.flag(reader, comment.id, "spam") for reader in (ada, ada, bob)]
    assert flags == [True, False, True]
    decision = moderation.hide(moderator, comment.id, "Advertising.")
    assert (decision.handle, decision.paper_id, comments(paper)) == ("spam", paper.id, 0)
    assert not Flag.objects.waiting().exists()
    with pytest.raises(Refused):
        restore_comment(ada, comment.id)
    restore_comment(writer, comment.id)
    assert not Comment.objects.standing().exists(), "its writer cannot undo what a moderator did"
    moderation.restore(moderator, comment.id, "A mistake of mine.")
    assert comments(paper) == 1
    assert Decision.objects.count() == 2


@pytest.mark.django_db
def test_flags_need_a_preset_reason_and_another_writer() -> None:
    ada = make_reader("ada")
    comment = add_comment(ada, make_paper().id, "Mine.")
    for reader, why in ((ada, "spam"), (make_reader("bob"), "because")):
        with pytest.raises(Refused):
            moderation.flag(reader, comment.id, why)
    assert not Flag.objects.exists()


@pytest.mark.django_db
def test_only_moderators_decide_and_they_say_why() -> None:
    ada, moderator = make_reader("ada"), make_reader("mod", is_staff=True)
    paper = make_paper()
    comment = add_comment(ada, paper.id, "Fine.")
    with pytest.raises(Refused, match="Only moderators"):
        moderation.hide(ada, comment.id, "I can.")
    with pytest.raises(Refused, match="say why"):
        moderation.hide(moderator, comment.id, "  ")
    with pytest.raises(Refused, match="Only moderators"):
        moderation.ban(ada, "ada", "Because.")
    assert (comments(paper), Decision.objects.count(), Ban.objects.count()) == (1, 0, 0)


@pytest.mark.django_db
def test_a_closed_discussion_is_closed_to_all_but_moderators() -> None:
    ada, moderator = make_reader("ada"), make_reader("mod", is_staff=True)
    paper = make_paper()
    mine = add_comment(ada, paper.id, "Before.")
    moderation.lock(moderator, paper.id, "Enough said.")
    for write in (partial(add_comment, ada, paper.id), partial(edit_comment, ada, mine.id)):
        with pytest.raises(Refused, match="closed"):
            write("After.")
    add_comment(moderator, paper.id, "We closed this.")
    moderation.unlock(moderator, paper.id, "Calm again.")
    add_comment(ada, paper.id, "After.")
    assert comments(paper) == 3
    assert Moved.objects.filter(paper_id=paper.id).count() == 5


@pytest.mark.django_db
def test_a_ban_has_an_end_and_a_reason_and_can_be_lifted() -> None:
    ada, moderator = make_reader("ada"), make_reader("mod", is_staff=True)
    paper = make_paper()
    moderation.ban(moderator, "@ada", "Insults.", timezone.now() + timedelta(days=3))
    with pytest.raises(Refused, match="Insults"):
        add_comment(ada, paper.id, "But!")
    moderation.unban(moderator, "ada", "Sorry said.")
    add_comment(ada, paper.id, "Thanks.")
    kinds = Decision.objects.order_by("id").values_list("kind", "handle")
    assert list(kinds) == [("ban", "ada"), ("unban", "ada")]
    with pytest.raises(Refused, match="cannot be banned"):
        moderation.ban(moderator, "mod", "Myself.")
    with pytest.raises(Refused, match="lies in the future"):
        moderation.ban(moderator, "ada", "Late.", timezone.now())
    with pytest.raises(Refused, match="Nobody"):
        moderation.ban(moderator, "nobody", "Ghost.")
