"""What readers keep shapes the picks of those who keep the same: of enough readers, of honest ones,
of those who let it, and in a file that is whole or counts as none."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.utils import timezone

from broadsheet.community import collecting, moderation, oversight
from broadsheet.interests import actions, company, jobs, keepers, learning, picks, reasons, windows
from broadsheet.interests.actions import Wishes
from broadsheet.interests.company import Fellows
from broadsheet.interests.models import Interest
from broadsheet.interests.picks import Pick
from broadsheet.interests.reasons import Because, Known
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from broadsheet.search.files import only_writer
from tests.community.people import make_reader
from tests.interests.crowds import crowd, listed, vote
from tests.interests.topics import TODAY, a_day, topical

pytestmark = pytest.mark.django_db

LONG_AGO = TODAY - timedelta(days=400)
NOWHERE = 99
Day = dict[str, list[Paper]]


@pytest.fixture
def day() -> Day:
    return a_day(8)


@pytest.fixture
def reader() -> Reader:
    return make_reader()


def fellows() -> Fellows | None:
    now = windows.current()
    assert now
    return company.current(now)


def an_interest(reader: Reader, liked: Paper, others: int = 20) -> Interest:
    made = actions.create(reader, Wishes("Mine", others=others, tries=0))
    actions.teach(reader, made.key, liked.id, "more")
    return made


def offered(interest: Interest) -> dict[int, Pick]:
    actions.taught(interest)
    learning.learn(Interest.objects.get(pk=interest.pk))
    return {pick.paper_id: pick for pick in picks.of(Interest.objects.get(pk=interest.pk))}


def place(found: dict[int, Pick], paper: Paper) -> int:
    """Where a paper stands, the best at 0."""
    return list(found).index(paper.id) if paper.id in found else NOWHERE


def two_groups(day: Day) -> tuple[Paper, Paper]:
    """Readers of one old paper about rivers and of a poem, readers of another and of a protein."""
    one, two = (topical("rivers", title, LONG_AGO) for title in ("Upstream", "Downstream"))
    vote(crowd(60), [one, day["poems"][0]])
    listed(crowd(60), [two, day["proteins"][0]])
    company.learn()
    return one, two


def test_each_reader_hears_of_what_readers_of_the_same_keep(day: Day) -> None:
    one, two = two_groups(day)
    poem, protein = day["poems"][0], day["proteins"][0]
    for liked, wanted, unwanted in ((one, poem, protein), (two, protein, poem)):
        found = offered(an_interest(make_reader(f"reader{liked.id}"), liked))
        assert wanted.id in found
        assert unwanted.id not in found
        assert f"kept by readers who keep “{liked.title}”" in found[wanted.id].reason
        assert "kept by" not in picks.told_to_others(found[wanted.id])


def test_a_paper_that_is_near_is_not_named_twice() -> None:
    one, two = Known("Upstream"), Known("Downstream")
    near = Because(near=(one, two), kept_with=two)
    assert reasons.sentence(near) == (
        "near “Upstream” and “Downstream”; kept by readers who keep the latter"
    )
    alone = Because(near=(one,), kept_with=one)
    assert reasons.sentence(alone) == "near “Upstream”; kept by readers who keep it too"
    assert reasons.sentence(Because(kept_with=one)) == "kept by readers who keep “Upstream”"


def test_every_pick_has_a_reason() -> None:
    assert reasons.sentence(Because()).startswith("as a whole it suits you better")
    assert reasons.sentence(Because(), is_try=True) == "a try, to learn more of what you like"


def test_content_alone_would_not_know_it(day: Day, reader: Reader) -> None:
    one, _ = two_groups(day)
    with_them = offered(an_interest(reader, one))
    without = offered(an_interest(reader, one, others=0))
    poem = day["poems"][0].id
    assert poem in with_them
    assert poem not in without
    assert set(without) == {paper.id for paper in day["rivers"]}


def test_the_slider_moves_a_paper_that_only_others_keep(day: Day, reader: Reader) -> None:
    one, _ = two_groups(day)
    places = [
        place(offered(an_interest(reader, one, others)), day["poems"][0])
        for others in (0, 10, 60, 100)
    ]
    assert places == sorted(places, reverse=True)
    assert (places[0], places[-1]) == (NOWHERE, 0)


def test_scores_spread_as_they_do_without_others(day: Day, reader: Reader) -> None:
    """So that wishes, thresholds and letters mean the same on a site of any size."""
    one = topical("rivers", "Upstream", LONG_AGO)
    mine = an_interest(reader, one)
    alone = [pick.score for pick in offered(mine).values()]
    two_groups(day)
    together = [pick.score for pick in offered(mine).values()]
    assert max(together) < 3 * max(alone)


def test_too_few_readers_are_neither_told_of_nor_learned_from(day: Day, reader: Reader) -> None:
    liked, poem = topical("rivers", "Upstream", LONG_AGO), day["poems"][0]
    vote(crowd(keepers.ENOUGH - 1), [liked, poem])
    assert keepers.libraries() == {}
    vote(crowd(1), [poem])
    assert {paper for papers in keepers.libraries().values() for paper in papers} == {poem.id}
    company.learn()
    mine = an_interest(reader, liked, others=60)
    assert not any("kept by readers" in pick.reason for pick in offered(mine).values())


def test_a_readers_own_library_is_no_company(day: Day, reader: Reader) -> None:
    """Of the three who keep both, one is the reader."""
    liked, poem = topical("rivers", "Upstream", LONG_AGO), day["poems"][0]
    others = crowd(2)
    listed([reader, *others], [liked, poem])
    company.learn()
    known = fellows()
    assert known
    assert known.kept_with([poem.id], [liked.id], reader.pk) == {}
    assert known.kept_with([poem.id], [liked.id], 0) == {poem.id: liked.id}


def apart(reader: Reader) -> None:
    actions.stand_apart(reader)


def ban(reader: Reader) -> None:
    moderation.ban(make_reader("judge", is_staff=True), reader.username, "Noise.")


def spam(reader: Reader) -> None:
    oversight.mark_spam(make_reader("judge", is_staff=True), reader.username, "Advertising.")


def leave(reader: Reader) -> None:
    reader.delete()


def rejuvenate(reader: Reader) -> None:
    Reader.objects.filter(pk=reader.pk).update(date_joined=timezone.now())


@pytest.mark.parametrize("how", [apart, ban, spam, leave, rejuvenate])
def test_who_takes_no_part_teaches_nobody(day: Day, how: Callable[[Reader], None]) -> None:
    three, kept = crowd(3), day["poems"][:2]
    listed(three, kept)
    assert set(keepers.libraries()) == {one.pk for one in three}
    company.learn()
    how(three[0])
    assert keepers.libraries() == {}
    assert company.learn() == 0
    known = fellows()
    assert known
    assert (known.company.places, known.company.readers) == ({}, {})


def test_whoever_stood_apart_can_come_back(day: Day) -> None:
    three = crowd(3)
    listed(three, day["poems"][:2])
    actions.stand_apart(three[0])
    actions.stand_apart(three[0])
    assert keepers.libraries() == {}
    actions.stand_apart(three[0], apart=False)
    assert len(keepers.libraries()) == 3


def test_everything_that_is_kept_counts_once_and_what_is_rejected_never(day: Day) -> None:
    voter, lister, saver, teacher, hater = crowd(5)
    kept, hated = day["poems"][0], day["proteins"][0]
    vote([voter], [kept])
    listed([lister, voter], [kept])
    shelf = collecting.create(saver, "Poems")
    collecting.put(saver, shelf.key, kept.id)
    an_interest(teacher, kept)
    for one in (voter, lister, saver, teacher, hater):
        mine = actions.create(one, Wishes("Other"))
        actions.teach(one, mine.key, hated.id, "less")
    wanted = {one.pk: [kept.id] for one in (voter, lister, saver, teacher)}
    assert keepers.libraries() == wanted


def test_a_vote_that_does_not_count_does_not_count_here(day: Day) -> None:
    three = crowd(3)
    vote(three, day["poems"][:1])
    assert len(keepers.libraries()) == 3
    judge = make_reader("judge", is_staff=True)
    oversight.uncount(judge, day["poems"][0].id, [three[0].pk], "Not honest.")
    assert keepers.libraries() == {}


def test_many_accounts_of_one_have_the_pull_of_one(day: Day, reader: Reader) -> None:
    """Made at once, they vote at once: odd in two ways. Two more honest votes would be needed."""
    liked, _ = two_groups(day)
    pushed = day["poems"][7]
    puppets = crowd(40, days=200)
    vote(puppets, [liked, pushed], apart=0.1)
    learned = {paper for papers in keepers.libraries().values() for paper in papers}
    assert {liked.id, day["poems"][0].id} <= learned
    assert pushed.id not in learned
    company.learn()
    found = offered(an_interest(reader, liked))
    assert place(found, day["poems"][0]) < place(found, pushed)
    assert not any("kept by" in pick.reason for key, pick in found.items() if key == pushed.id)


def test_one_reader_has_no_more_pull_than_a_library_may_have(
    day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keepers, "MOST_EACH", 2)
    papers = day["poems"][:4]
    three = crowd(3)
    listed(three, papers)
    newest = sorted(paper.id for paper in papers)[-2:]
    assert list(keepers.libraries().values()) == [newest] * 3


def test_without_a_model_or_papers_nothing_is_learned() -> None:
    assert company.learn() is None
    jobs.learn_company()
    assert not Path(settings.INDEX, "company.npz").exists()


def test_it_is_learned_once_a_night(day: Day) -> None:
    listed(crowd(3), day["poems"][:2])
    file = Path(settings.INDEX, "company.npz")
    jobs.learn_company()
    first = file.stat().st_ino
    jobs.learn_company()
    assert file.stat().st_ino == first
    yesterday = (timezone.now() - timedelta(days=1)).timestamp()
    os.utime(file, (yesterday, yesterday))
    jobs.learn_company()
    assert file.stat().st_ino != first
    assert file.stat().st_mode & 0o777 == 0o600


def test_one_process_learns_at_a_time(day: Day) -> None:
    listed(crowd(3), day["poems"][:2])
    with only_writer(Path(settings.INDEX, "company.lock")):
        assert company.learn() is None
    assert company.learn() == 3


def test_what_was_learned_is_read_as_it_was_written(day: Day) -> None:
    three = crowd(3)
    listed(three, day["poems"])
    listed(three[:2], day["rivers"][:1])
    listed([crowd(1)[0]], day["rivers"][:1])
    company.learn()
    known = fellows()
    assert known
    ours = known.company
    kept = {
        reader: sorted(paper for paper, place in ours.places.items() if place in ours.kept[own])
        for reader, row in ours.readers.items()
        for own in [ours.owners == row]
    }
    assert kept == {reader: sorted(papers) for reader, papers in keepers.libraries().items()}
    lengths = np.linalg.norm(ours.tastes, axis=1)
    assert lengths == pytest.approx(np.ones(len(lengths)), abs=1e-2)


def half(content: bytes) -> bytes:
    return content[: len(content) // 2]


def flipped(content: bytes) -> bytes:
    """One bit of an array is another, in every kilobyte."""
    changed = bytearray(content)
    for at in range(600, len(changed), 1_000):
        changed[at] ^= 1
    return bytes(changed)


def nothing(content: bytes) -> bytes:
    return b""


@pytest.mark.parametrize("damage", [half, flipped, nothing])
def test_a_damaged_file_counts_as_none_and_is_made_anew(
    day: Day, reader: Reader, damage: Callable[[bytes], bytes]
) -> None:
    one, _ = two_groups(day)
    file = Path(settings.INDEX, "company.npz")
    file.write_bytes(damage(file.read_bytes()))
    assert fellows() is None
    assert offered(an_interest(reader, one)), "content alone picks"
    company.learn()
    assert fellows()


def test_a_file_of_another_version_counts_as_none(
    day: Day, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_groups(day)
    monkeypatch.setattr(company, "FORM", company.FORM + 1)
    assert fellows() is None


def test_what_a_killed_run_left_is_cleared(day: Day) -> None:
    left = Path(settings.INDEX, "company.npz.4711.new")
    left.parent.mkdir(parents=True, exist_ok=True)
    left.write_bytes(b"half of it")
    listed(crowd(3), day["poems"])
    company.learn()
    assert not left.exists()
    assert fellows()
