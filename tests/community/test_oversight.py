"""Votes left uncounted, accounts marked as spam, notices: in the open, and undone again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from broadsheet.community import actions, moderation, oversight
from broadsheet.community.limits import Refused
from broadsheet.community.models import Ban, Comment, Decision, Flag, Moved
from broadsheet.integrity.models import SiteNotice, SpamMark, Uncounted
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from tests.community.people import at_once, make_reader
from tests.shelf import make_paper

pytestmark = pytest.mark.django_db
WHY = "One person, three accounts."


@pytest.fixture
def moderator() -> Reader:
    return make_reader("mod", is_staff=True)


@pytest.fixture
def paper() -> Paper:
    made = make_paper("Rivers", arxiv_id="2512.00001", source_votes=4)
    for name in ("ada", "bob", "eve"):
        actions.cast_vote(make_reader(name), made.id)
    return made


def votes(paper: Paper) -> tuple[int, int]:
    paper.refresh_from_db()
    return paper.votes, paper.own_votes


def numbers(*names: str) -> list[int]:
    return list(Reader.objects.filter(username__in=names).values_list("pk", flat=True))


def test_the_paper_follows_what_is_left_out_and_counted_again(
    moderator: Reader, paper: Paper
) -> None:
    assert votes(paper) == (7, 3)
    Moved.objects.all().delete()
    told = oversight.uncount(moderator, paper.id, numbers("ada", "bob", "mod"), WHY)
    assert (told.reason, told.said) == (f"2 votes. {WHY}", "left votes uncounted")
    assert told.handle == "", "whose votes they are is nobody's business"
    assert votes(paper) == (5, 1)
    assert Moved.objects.get().paper_id == paper.id, "lists and search follow"
    actions.cast_vote(make_reader("new"), paper.id)
    assert votes(paper) == (6, 2), "what is left out stays so at the next count"
    again = oversight.count_again(moderator, paper.id, numbers("ada", "bob"), "A mistake.")
    assert again.reason == "2 votes. A mistake."
    assert votes(paper) == (8, 4)


def test_casting_it_again_does_not_help(moderator: Reader, paper: Paper) -> None:
    oversight.uncount(moderator, paper.id, numbers("eve"), WHY)
    eve = Reader.objects.get(username="eve")
    actions.withdraw_vote(eve, paper.id)
    actions.cast_vote(eve, paper.id)
    assert votes(paper) == (6, 2)
    actions.leave(eve)
    eve.delete()
    assert votes(paper) == (6, 2)
    assert not Uncounted.objects.exists()


def test_only_moderators_with_a_reason_and_something_to_do(moderator: Reader, paper: Paper) -> None:
    [ada] = numbers("ada")
    reader = Reader.objects.get(username="bob")
    for refused in (
        lambda: oversight.uncount(reader, paper.id, [ada], WHY),
        lambda: oversight.uncount(moderator, paper.id, [ada], "  "),
        lambda: oversight.uncount(moderator, paper.id, [], WHY),
        lambda: oversight.uncount(moderator, 999_999, [ada], WHY),
        lambda: oversight.count_again(moderator, paper.id, [ada], WHY),
        lambda: oversight.mark_spam(reader, "ada", WHY),
        lambda: oversight.mark_spam(moderator, "mod", WHY),
        lambda: oversight.mark_spam(moderator, "nobody", WHY),
        lambda: oversight.unmark_spam(moderator, "ada", WHY),
        lambda: oversight.put_up_notice(reader, "Hello.", timezone.localdate()),
        lambda: oversight.put_up_notice(moderator, " ", timezone.localdate()),
        lambda: oversight.put_up_notice(moderator, "x" * 501, timezone.localdate()),
        lambda: oversight.put_up_notice(
            moderator, "Hello.", timezone.localdate() - timedelta(days=1)
        ),
        lambda: oversight.take_down_notice(moderator, 1, WHY),
    ):
        with pytest.raises(Refused):
            refused()
    assert not Decision.objects.exists()
    assert votes(paper) == (7, 3)
    assert not SiteNotice.objects.exists()
    assert not SpamMark.objects.exists()


def test_a_mark_of_spam_puts_everything_aside_and_brings_it_back(
    moderator: Reader, paper: Paper
) -> None:
    eve, ada = Reader.objects.get(username="eve"), Reader.objects.get(username="ada")
    hidden_before = actions.add_comment(eve, paper.id, "Buy!")
    moderation.hide(moderator, hidden_before.id, "Advertising.")
    comment = actions.add_comment(eve, paper.id, "Buy more!")
    moderation.flag(ada, comment.id, "spam")
    oversight.mark_spam(moderator, "eve", "Advertising only.")
    paper.refresh_from_db()
    assert (paper.own_votes, paper.own_comments) == (2, 0)
    assert not Flag.objects.waiting().exists()
    with pytest.raises(Refused, match="banned from writing for good: Advertising only"):
        actions.add_comment(eve, paper.id, "Buy even more!")
    with pytest.raises(Refused, match="marked already"):
        oversight.mark_spam(moderator, "eve", "Again.")

    oversight.unmark_spam(moderator, "eve", "It was somebody else.")
    paper.refresh_from_db()
    assert (paper.own_votes, paper.own_comments) == (3, 1)
    shown = Comment.objects.standing().filter(reader=eve)
    assert list(shown) == [comment], "what was hidden before stays hidden"
    assert not Ban.objects.exists()
    assert not Uncounted.objects.exists()


def test_what_a_moderator_left_out_before_stays_out(moderator: Reader, paper: Paper) -> None:
    oversight.uncount(moderator, paper.id, numbers("eve"), WHY)
    oversight.mark_spam(moderator, "eve", WHY)
    oversight.unmark_spam(moderator, "eve", WHY)
    assert votes(paper) == (6, 2)


@pytest.mark.django_db(transaction=True)
def test_votes_and_decisions_at_once_leave_the_right_number(
    moderator: Reader, paper: Paper
) -> None:
    left_out = numbers("ada", "bob", "eve")
    others = [make_reader(f"reader{number}") for number in range(20)]
    work: list[Callable[[], object]] = [
        partial(actions.cast_vote, reader, paper.id) for reader in others
    ]
    work[10:10] = [partial(oversight.uncount, moderator, paper.id, left_out, WHY)]
    at_once(work)
    assert votes(paper) == (24, 20)


def test_notices_end_and_are_few(moderator: Reader) -> None:
    today = timezone.localdate()
    for number in range(oversight.MOST_NOTICES):
        oversight.put_up_notice(moderator, f"Number {number}.", today + timedelta(days=number))
    with pytest.raises(Refused, match="take one down first"):
        oversight.put_up_notice(moderator, "One more.", today)
    shown = SiteNotice.objects.shown_on(today + timedelta(days=1))
    assert [notice.text for notice in shown] == ["Number 1.", "Number 2."]
    assert Decision.objects.latest("id").reason == "Number 2."
