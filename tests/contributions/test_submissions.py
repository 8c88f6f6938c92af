"""Papers looked up and put on a day: once, within a window, so many a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest
from django.test import override_settings
from django.utils import timezone

from broadsheet.community.limits import Refused
from broadsheet.community.models import Ban, Comment
from broadsheet.contributions import jobs, lookups
from broadsheet.contributions.crediting import submitters
from broadsheet.contributions.lookups import look_up
from broadsheet.contributions.models import Chosen, Lookup, Outcome, Submission
from broadsheet.contributions.submissions import submit
from broadsheet.notices import following
from broadsheet.notices.following import is_followed
from broadsheet.notices.models import About, Notice
from broadsheet.papers.actions import save_records
from broadsheet.papers.kinds import DayBasis
from broadsheet.papers.models import Paper, latest_change
from broadsheet.papers.records import Record
from broadsheet.readers.models import Reader
from tests.community.people import at_once, make_reader
from tests.contributions.sources import World
from tests.shelf import make_paper

pytestmark = pytest.mark.django_db


def recent(days: int = 2, **facts: object) -> Paper:
    published = timezone.localdate() - timedelta(days=days)
    known = {"published": published, "day": published, "day_basis": DayBasis.ANNOUNCED}
    return make_paper(**(known | facts))  # type: ignore[arg-type]  # columns of Paper


def stands(paper: Paper) -> tuple[date | None, int]:
    return Paper.objects.values_list("day", "day_basis").get(pk=paper.pk)


def refused(do: Callable[[], object]) -> str:
    with pytest.raises(Refused) as told:
        do()
    return told.value.message


@pytest.mark.parametrize(
    "told",
    [
        "2511.00001",
        " https://arxiv.org/abs/2511.00001v2 ",
        "https://arxiv.org/pdf/2511.00001",
        "https://arxiv.org/html/2511.00001v1",
        "https://doi.org/10.48550/arXiv.2511.00001",
        "https://huggingface.co/papers/2511.00001",
        "https://www.alphaxiv.org/overview/2511.00001v1",
    ],
)
def test_a_paper_that_is_not_here_is_fetched_and_stands_on_no_day(told: str, world: World) -> None:
    world.arxiv["2511.00001"] = "Learning to Count Buoys"
    reader = make_reader()
    paper = look_up(reader, told)
    assert (paper.slug, paper.title) == ("2511.00001", "Learning to Count Buoys")
    assert paper.published == world.published
    assert stands(paper) == (None, DayBasis.NONE)
    assert look_up(reader, told) == paper
    assert len(world.site.asked) == 1, "what is here is not asked for again"
    assert Lookup.objects.get().outcome == Outcome.FOUND


def test_a_doi_is_asked_of_crossref(world: World) -> None:
    world.dois["10.1000/waves.7"] = "Waves in Order"
    paper = look_up(make_reader(), "https://doi.org/10.1000/WAVES.7")
    assert paper.title == "Waves in Order"
    told = paper.sightings.get(source="crossref").told
    assert told == {"orcids": {"0000-0002-1825-0097": "Ada Example"}}


def test_what_no_source_knows_is_a_sentence(world: World) -> None:
    reader = make_reader()
    assert "arXiv knows no paper" in refused(lambda: look_up(reader, "2511.00009"))
    assert "Crossref knows no paper" in refused(lambda: look_up(reader, "10.1000/nothing"))
    assert "No paper can be looked up" in refused(lambda: look_up(reader, "my paper"))
    assert "No paper can be" in refused(lambda: look_up(reader, "http://169.254.169.254/latest"))
    assert "which paper" in refused(lambda: look_up(reader, " \0"))
    assert Lookup.objects.filter(outcome=Outcome.UNKNOWN).count() == 2
    assert not Paper.objects.exists()


def test_a_source_that_is_down_is_asked_again_by_itself(world: World) -> None:
    world.arxiv["2511.00001"] = "Learning to Count Buoys"
    world.is_down = True
    reader = make_reader()
    told = refused(lambda: look_up(reader, "2511.00001"))
    assert "arXiv does not answer" in told
    assert "is kept" in told
    assert "has not answered yet" in refused(lambda: look_up(reader, "2511.00001"))
    assert jobs.look_again() == 0, "it is not due yet"
    Lookup.objects.update(next_try=timezone.now())
    assert jobs.look_again() == 0
    assert Lookup.objects.get().tries == 2
    world.is_down = False
    Lookup.objects.update(next_try=timezone.now())
    assert jobs.look_again() == 1
    lookup = Lookup.objects.get()
    assert (lookup.outcome, lookup.paper) == (Outcome.FOUND, Paper.objects.get())
    assert Notice.objects.get(reader=reader).address == "/submit?paper=2511.00001"


def test_a_source_that_stays_down_is_given_up(world: World) -> None:
    world.is_down = True
    refused(lambda: look_up(make_reader(), "2511.00001"))
    Lookup.objects.update(next_try=timezone.now(), tries=lookups.TRIES - 1)
    jobs.look_again()
    assert Lookup.objects.get().outcome == Outcome.GIVEN_UP


def test_nothing_is_asked_without_a_contact(world: World) -> None:
    with override_settings(CONTACT=""):
        told = refused(lambda: look_up(make_reader(), "2511.00001"))
    assert "BROADSHEET_CONTACT" in told
    assert world.site.asked == []


def test_look_ups_have_a_limit_and_none_for_the_banned(world: World) -> None:
    newcomer = make_reader(days=0)
    for number in range(lookups.A_DAY // 5):
        refused(partial(look_up, newcomer, f"2511.{number + 1:05}"))
    told = refused(lambda: look_up(newcomer, "2511.01000"))
    assert "enough papers" in told
    assert len(world.site.asked) == lookups.A_DAY // 5
    banned = make_reader("bob")
    Ban.objects.create(reader=banned, reason="advertising")
    assert "advertising" in refused(lambda: look_up(banned, "2511.01000"))
    assert len(world.site.asked) == lookups.A_DAY // 5


def test_a_submission_puts_the_paper_on_todays_page() -> None:
    reader, paper = make_reader(), recent()
    change = latest_change()
    submit(reader, paper.id, "Worth a *look*.", "https://example.org/film.mp4")
    assert stands(paper) == (timezone.localdate(), DayBasis.CHOSEN)
    assert latest_change() > change, "lists and kept pages follow"
    assert submitters([paper.id]) == {paper.id: reader}
    assert is_followed(reader.pk, About.PAPER, str(paper.pk)), "a submitter hears of comments"
    assert Comment.objects.get().text == "Worth a *look*."
    assert list(paper.links.values_list("kind", "url")) == [
        ("media", "https://example.org/film.mp4")
    ]


def test_a_paper_is_submitted_once() -> None:
    paper = recent()
    submit(make_reader(), paper.id)
    assert "submitted already" in refused(lambda: submit(make_reader("bob"), paper.id))
    assert Submission.objects.get().reader == Reader.objects.get(username="ada")


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_submits() -> None:
    paper = recent()
    readers = [make_reader(f"reader{number}") for number in range(20)]

    def one(reader: object) -> str:
        try:
            submit(reader, paper.id, "Mine.")  # type: ignore[arg-type]  # readers they are
        except Refused as reason:
            return str(reason.status)
        return "done"

    told = at_once([partial(one, reader) for reader in readers])
    assert (told.count("done"), told.count("409")) == (1, 19)
    assert Submission.objects.count() == Comment.objects.count() == Chosen.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_daily_limit_holds_for_many_at_once() -> None:
    reader = make_reader()
    papers = [recent() for _ in range(12)]

    def one(paper: Paper) -> str:
        try:
            submit(reader, paper.id)
        except Refused as reason:
            return str(reason.status)
        return "done"

    told = at_once([partial(one, paper) for paper in papers])
    assert (told.count("done"), told.count("429")) == (3, 9)
    assert Paper.objects.filter(day=timezone.localdate()).count() == 3


def test_what_cannot_be_submitted_says_why() -> None:
    reader, today = make_reader(), timezone.localdate()
    old = recent(15)
    assert "for 14 days after" in refused(lambda: submit(reader, old.id))
    assert stands(old) == (old.day, DayBasis.ANNOUNCED), "a refusal leaves it where it stood"
    undated = make_paper()
    assert "not known" in refused(lambda: submit(reader, undated.id))
    gone = recent(withdrawn=True)
    assert "withdrawn" in refused(lambda: submit(reader, gone.id))
    here = recent(0, day=today)
    assert "today’s page already" in refused(lambda: submit(reader, here.id))
    chosen = recent(3, day_basis=DayBasis.CHOSEN)
    assert "chosen for a day already" in refused(lambda: submit(reader, chosen.id))
    assert "no longer here" in refused(lambda: submit(reader, 999))
    assert not Submission.objects.exists()
    with override_settings(SUBMISSION_DAYS=15):
        submit(reader, old.id)


@pytest.mark.parametrize(
    "media",
    [
        "http://example.org/film.mp4",
        "javascript:alert(1)",
        "https://user:secret@example.org/",
        "https://example.org:8443/",
        "https://localhost/",
        "https://127.0.0.1/film.mp4",
        "https://[::1]/",
        "https://example.org/\u202egnp.mp4",
        'https://example.org/"onload=',
        "https://example.org/" + "x" * 500,
        "https://exa\nmple.org/",
    ],
)
def test_a_bad_address_is_refused_and_nothing_is_done(media: str) -> None:
    paper = recent()
    refused(lambda: submit(make_reader(), paper.id, media=media))
    assert stands(paper) == (paper.day, DayBasis.ANNOUNCED)


def test_a_newcomer_submits_once_and_a_site_may_allow_none() -> None:
    newcomer = make_reader(days=0)
    submit(newcomer, recent().id)
    assert "once a day" in refused(lambda: submit(newcomer, recent().id))
    with override_settings(SUBMISSIONS_A_DAY=0):
        assert "Nobody can" in refused(lambda: submit(make_reader("bob"), recent().id))


def test_what_a_source_tells_later_does_not_move_it() -> None:
    told = Record(
        source="arxiv",
        position="line 1",
        title="A river of many long words",
        arxiv_id="2512.00001",
        published=timezone.localdate() - timedelta(days=2),
    )
    save_records([told])
    paper = Paper.objects.get()
    submit(make_reader(), paper.id)
    earlier = Record(
        source="hf-daily",
        position="line 1",
        title="A river of many long words",
        arxiv_id="2512.00001",
        day=timezone.localdate() - timedelta(days=1),
    )
    save_records([earlier])
    assert stands(paper)[0] == earlier.day
    assert jobs.keep_days() == 1
    assert stands(paper) == (timezone.localdate(), DayBasis.CHOSEN)
    assert jobs.keep_days() == 0


def test_followers_are_told_what_a_reader_submitted_and_once() -> None:
    ada, bob, eve = make_reader("ada"), make_reader("bob"), make_reader("eve")
    for follower in (ada, eve):
        following.follow(follower, "reader", "bob")
    following.mute(eve, "bob", holds=True)
    first, second = recent(title="Buoys"), recent(title="Barges", arxiv_id="2511.00002")
    submit(bob, first.id)
    assert jobs.tell_of_submissions() == 1
    assert not Notice.objects.exists(), "the profile is not public"
    Reader.objects.filter(pk=bob.pk).update(is_public=True)
    submit(bob, second.id)
    assert jobs.tell_of_submissions() == 1
    assert jobs.tell_of_submissions() == 0
    told = Notice.objects.get()
    assert (told.reader, told.kind, told.subject) == (ada, "person", "bob submitted “Barges”")
    assert told.address == f"/papers/{second.slug}"
    Submission.objects.filter(paper=second).update(is_told=False)
    jobs.tell_of_submissions()
    assert Notice.objects.count() == 1, "whoever begins again tells nobody twice"
