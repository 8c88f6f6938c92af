"""Letters about a reader's interests: sections, shares, and what one tap says."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from broadsheet.community.limits import Refused
from broadsheet.community.shelves import Item
from broadsheet.digests import actions, contents, jobs, taps
from broadsheet.digests.models import Letter, Opinion, State, Subscription
from broadsheet.interests.models import Example, Interest, Offer
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from tests.community.people import make_reader, with_mailbox
from tests.digests.conftest import Mailbox
from tests.shelf import make_paper

pytestmark = pytest.mark.django_db
TODAY = date(2025, 12, 17)
EVENING = datetime(2025, 12, 17, 18, tzinfo=UTC)


@pytest.fixture(autouse=True)
def evening(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: EVENING)


def interest(reader: Reader, name: str, papers: list[Paper], **more: Any) -> Interest:
    """One that offers these papers, the best first."""
    made = Interest.objects.create(reader=reader, name=name, **more)
    for place, paper in enumerate(papers):
        because: dict[str, Any] = {"words": [name, "silt"]}
        facts: dict[str, Any] = {"because": because, "made_at": EVENING - timedelta(hours=1)}
        Offer.objects.create(interest=made, paper=paper, day=TODAY, score=9.0 - place, **facts)
    return made


def wanted(reader: Reader, name: str = "", **more: Any) -> Subscription:
    made = Subscription(about="interests", name=name, **more)
    kept = actions.keep(reader, made)
    assert kept is not None
    return kept


def shown(sub: Subscription) -> dict[str, list[str]]:
    found = contents.sections(sub, EVENING - timedelta(days=1))
    return {section.title: [pick.paper.title for pick in section.picks] for section in found}


def test_each_interest_has_its_share_and_each_paper_its_place() -> None:
    reader = make_reader()
    rivers = [make_paper(f"River {n}") for n in range(4)]
    poems = [rivers[0], *(make_paper(f"Poem {n}") for n in range(3))]
    interest(reader, "rivers", rivers, position=1)
    interest(reader, "poems", poems, position=2)
    interest(reader, "stones", [make_paper("Stone")], paused=True)
    interest(make_reader("eve"), "secrets", [make_paper("Secret")])
    assert shown(wanted(reader, at_most=5)) == {
        "rivers": ["River 0", "River 1", "River 2"],
        "poems": ["Poem 0", "Poem 1"],
    }


def test_a_letter_may_be_about_some_interests_only() -> None:
    reader = make_reader()
    one = interest(reader, "rivers", [make_paper("River")])
    interest(reader, "poems", [make_paper("Poem")])
    assert shown(wanted(reader, one.key)) == {"rivers": ["River"]}


def test_it_comes_with_reasons_once_and_leaves_out_what_is_old_or_known(mailbox: Mailbox) -> None:
    reader = with_mailbox(make_reader())
    papers = [make_paper(f"River {n}") for n in range(3)]
    known = interest(reader, "rivers", papers)
    Offer.objects.filter(paper=papers[1]).update(made_at=EVENING - timedelta(days=9))
    Example.objects.create(interest=known, paper=papers[2], verdict="less", origin="said")
    sub = wanted(reader)
    Subscription.objects.update(next_at=EVENING)
    jobs.send_due()
    actions.send_now(sub)
    jobs.send_due()
    ((address, message),) = mailbox.letters
    assert address == reader.email
    assert message["Subject"] == "River 0"
    text = message.get_body(("plain",))
    assert text is not None
    assert "Why: shares the words rivers and silt." in text.get_content()
    assert Letter.objects.filter(reasons=["shares the words rivers and silt"]).count() == 1


def test_an_account_that_is_closed_gets_nothing(mailbox: Mailbox) -> None:
    reader = with_mailbox(make_reader())
    interest(reader, "rivers", [make_paper("River")])
    wanted(reader)
    Subscription.objects.update(next_at=EVENING)
    Reader.objects.update(is_active=False)
    jobs.send_due()
    assert mailbox.letters == []


def test_fifty_letters_take_few_questions(mailbox: Mailbox) -> None:
    """Beside the steps of each letter, which are its own: claimed, handed over, recorded."""
    papers = [make_paper(f"River {n}") for n in range(5)]

    def questions(readers: range) -> int:
        for number in readers:
            reader = with_mailbox(make_reader(f"r{number}"))
            for name in ("rivers", "poems", "stones"):
                interest(reader, name, papers)
            wanted(reader)
        Subscription.objects.update(next_at=EVENING, last_at=None)
        Letter.objects.all().delete()
        with CaptureQueriesContext(connection) as asked:
            jobs.send_due()
        return len(asked)

    few, many = questions(range(2)), questions(range(2, 22))
    assert len(mailbox.letters) == 2 + 22
    assert many - few <= 2 * 20 + 2


def test_more_and_less_teach_the_interest_and_saving_fills_a_collection() -> None:
    reader, paper = make_reader(), make_paper("River")
    known = interest(reader, "rivers", [paper])
    sub = wanted(reader)
    sub.letters.create(what="papers", edition="x", not_before=EVENING, papers=[paper.id])
    for _ in range(2):
        taps.tap(sub, paper.id, "less", known.key)
        taps.tap(sub, paper.id, "save")
    assert list(known.examples.values_list("paper", "verdict")) == [(paper.id, "less")]
    assert Item.objects.get().collection.title == taps.SAVED
    taps.tap(sub, paper.id, "more", known.key)
    assert known.examples.get().verdict == "more"
    taps.take_back(sub, paper.id, "more", known.key)
    taps.take_back(sub, paper.id, "save")
    assert not known.examples.exists()
    assert not Item.objects.exists()


def test_taps_are_for_papers_of_the_letter_and_interests_of_the_reader() -> None:
    reader, paper = make_reader(), make_paper("River")
    foreign = interest(make_reader("eve"), "secrets", [paper])
    sub = wanted_without_account()
    with pytest.raises(Refused, match="none of your latest letters"):
        taps.tap(sub, paper.id, "more")
    sub.letters.create(what="papers", edition="x", not_before=EVENING, papers=[paper.id])
    with pytest.raises(Refused, match="saved in an account"):
        taps.tap(sub, paper.id, "save")
    taps.tap(sub, paper.id, "less", foreign.key)
    assert Opinion.objects.get().is_more is False
    assert not foreign.examples.exists()
    sub.reader = reader
    with pytest.raises(Refused, match="no interest of yours"):
        taps.tap(sub, paper.id, "more", foreign.key)


def wanted_without_account() -> Subscription:
    return Subscription.objects.create(
        address="mary@example.org", about="trending", state=State.ACTIVE
    )
