"""Asking, confirming, pausing, ending; and which letters are made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from broadsheet.digests import actions
from broadsheet.digests.models import Letter, Stage, State, Subscription, What
from tests.community.people import at_once
from tests.digests.conftest import Subscribe, waiting

pytestmark = pytest.mark.django_db
NOON = datetime(2025, 12, 17, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock)
    return clock


def wanted(address: str = "Ada@example.org") -> Subscription:
    return Subscription(address=address, about="category", name="cs.LG")


def test_only_who_says_yes_gets_letters() -> None:
    actions.ask(wanted())
    sub = Subscription.objects.get()
    assert (sub.state, sub.next_at, sub.address) == (State.ASKED, None, "ada@example.org")
    assert Letter.objects.get().what == What.CONFIRM
    actions.confirm(sub)
    assert sub.next_at == datetime(2025, 12, 18, 7, tzinfo=UTC)
    actions.end(sub)
    actions.confirm(sub)
    assert sub.state == State.ENDED


def test_an_address_is_asked_a_few_times_a_day_only(clock: Clock) -> None:
    for number in range(6):
        clock.now = NOON + timedelta(minutes=number)
        actions.ask(wanted())
    assert Subscription.objects.count() == 1
    assert Letter.objects.count() == actions.ASKED_A_DAY


def test_asking_again_changes_nothing_of_an_active_one() -> None:
    actions.ask(wanted())
    sub = Subscription.objects.get()
    actions.confirm(sub)
    again = wanted()
    again.hour = 23
    Letter.objects.all().delete()
    actions.ask(again)
    sub.refresh_from_db()
    assert (sub.state, sub.hour) == (State.ACTIVE, 7)
    assert Letter.objects.get().subscription == sub


def test_a_site_that_is_flooded_with_addresses_asks_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(actions, "UNCONFIRMED_AN_HOUR", 2)
    Subscription.objects.update()
    for name in "abcd":
        actions.ask(wanted(f"{name}@example.org"))
    # `created` is the true now, which the frozen one is not before
    assert Subscription.objects.count() == 2


def test_each_moment_makes_one_letter(subscribe: Subscribe) -> None:
    due = NOON - timedelta(hours=5)
    subscribe(next_at=due)
    assert [actions.make_due_letters(NOON) for _ in range(3)] == [1, 0, 0]
    letter = Letter.objects.get()
    assert letter.edition == due.isoformat()
    assert letter.since == due - timedelta(days=1)
    assert Subscription.objects.get().next_at == datetime(2025, 12, 18, 7, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_workers_that_look_at_the_same_moment_make_one_letter_each(subscribe: Subscribe) -> None:
    for number in range(230):
        subscribe(f"r{number}@example.org", next_at=NOON)
    made = at_once([lambda: actions.make_due_letters(NOON)] * 4, threads=4)
    assert sum(made) == 230
    assert Letter.objects.count() == 230
    assert Letter.objects.values("subscription").distinct().count() == 230


def test_after_a_week_of_silence_there_is_one_letter_about_all_of_it(subscribe: Subscribe) -> None:
    last = NOON - timedelta(days=8)
    subscribe(next_at=NOON - timedelta(days=7), last_at=last)
    assert actions.make_due_letters(NOON) == 1
    assert Letter.objects.get().since == last
    assert actions.make_due_letters(NOON + timedelta(days=1)) == 1


def test_a_pause_holds_letters_back_and_ends_by_itself(subscribe: Subscribe) -> None:
    sub = subscribe(next_at=NOON, last_at=NOON - timedelta(days=1))
    actions.pause(sub, NOON + timedelta(days=7))
    assert actions.make_due_letters(NOON + timedelta(days=3)) == 0
    actions.resume_rested(NOON + timedelta(days=6))
    assert Subscription.objects.get().state == State.PAUSED
    actions.resume_rested(NOON + timedelta(days=7))
    assert Subscription.objects.get().state == State.ACTIVE
    actions.make_due_letters(NOON + timedelta(days=8))
    assert Letter.objects.get().since == NOON - timedelta(days=1)


def test_the_end_reaches_letters_that_wait(subscribe: Subscribe) -> None:
    letter = waiting(subscribe())
    actions.end(letter.subscription)
    letter.refresh_from_db()
    assert letter.stage == Stage.DROPPED


def test_one_now_but_not_a_hundred(subscribe: Subscribe, clock: Clock) -> None:
    sub = subscribe()
    sent = []
    for number in range(7):
        clock.now = NOON + timedelta(seconds=number)
        sent.append(actions.send_now(sub))
    assert sent == [True] * 5 + [False] * 2


def test_addresses_that_want_nothing_are_forgotten(subscribe: Subscribe) -> None:
    for state in State:
        subscribe(f"{state}@example.org", state=state)
    later = datetime.now(UTC) + timedelta(days=31)
    actions.forget(later)
    kept = set(Subscription.objects.values_list("state", flat=True))
    assert kept == {State.ACTIVE, State.PAUSED, State.REFUSED, State.REPORTED}
