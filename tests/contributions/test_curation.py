"""Curators: made and dismissed in the open, and what they put on days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

import pytest
from django.utils import timezone

from broadsheet.community import merging
from broadsheet.community.actions import add_comment
from broadsheet.community.limits import Refused
from broadsheet.community.models import Decision, Moved
from broadsheet.contributions import claims, curation, jobs
from broadsheet.contributions.crediting import author_links, credits_of, curators
from broadsheet.contributions.curation import appoint, dismiss, place, take_away
from broadsheet.contributions.links import set_links
from broadsheet.contributions.models import (
    AuthorLink,
    Chosen,
    Claim,
    Curator,
    State,
    Way,
)
from broadsheet.contributions.submissions import submit
from broadsheet.contributions.takeout import brought, leave
from broadsheet.papers.actions import save_records
from broadsheet.papers.kinds import DayBasis
from broadsheet.papers.models import Paper, PaperLink
from broadsheet.papers.records import LinkKind, Record
from broadsheet.readers.models import Reader
from tests.community.people import at_once, make_reader
from tests.contributions.test_submissions import recent, stands
from tests.shelf import make_paper

pytestmark = pytest.mark.django_db
DAY = date(2025, 12, 15)


def refused(do: Callable[[], object]) -> str:
    with pytest.raises(Refused) as told:
        do()
    return told.value.message


@pytest.fixture
def curator() -> Reader:
    reader = make_reader("cy")
    Curator.objects.create(reader=reader, since=timezone.now())
    return reader


def test_moderators_give_and_take_the_role_in_the_open() -> None:
    mod, ada, paper = make_reader("mod", is_staff=True), make_reader(), make_paper()
    assert "Only moderators" in refused(lambda: appoint(ada, "ada", "I am good."))
    assert "Only curators" in refused(lambda: place(ada, paper.id, DAY))
    assert "Only curators" in refused(lambda: place(mod, paper.id, DAY))
    assert "Nobody" in refused(lambda: appoint(mod, "nobody", "x"))
    assert "say why" in refused(lambda: appoint(mod, "ada", ""))
    appoint(mod, "@ada", "Reads everything.")
    assert "already" in refused(lambda: appoint(mod, "ada", "Again."))
    place(ada, paper.id, DAY)
    assert "Only moderators" in refused(lambda: dismiss(ada, "ada", "x"))
    dismiss(mod, "ada", "Has no time.")
    assert "Only curators" in refused(lambda: place(ada, paper.id, DAY))
    told = Decision.objects.order_by("id").values_list("kind", "by__username", "handle", "reason")
    assert list(told) == [
        ("curator", "mod", "ada", "Reads everything."),
        ("place", "ada", "", "15 December 2025."),
        ("curator-end", "mod", "ada", "Has no time."),
    ]
    assert stands(paper) == (DAY, DayBasis.CHOSEN), "what was placed stays"


def test_a_curator_places_any_paper_without_window_and_limit(curator: Reader) -> None:
    old = make_paper(published=date(1999, 1, 1))
    papers = [old, *(make_paper() for _ in range(5))]
    for paper in papers:
        place(curator, paper.id, DAY, "Of this week.")
    assert Paper.objects.filter(day=DAY).count() == 6
    assert curators(DAY) == [curator]
    place(curator, old.id, DAY - timedelta(days=1))
    assert stands(old) == (DAY - timedelta(days=1), DayBasis.CHOSEN)
    ahead = timezone.localdate() + curation.AHEAD
    place(curator, old.id, ahead)
    for impossible in (ahead + timedelta(days=1), date(1989, 12, 31)):
        assert "Choose a day" in refused(lambda: place(curator, old.id, impossible))  # noqa: B023  called at once
    assert "no longer here" in refused(lambda: place(curator, 999, DAY))


def test_what_is_taken_away_stands_where_it_stood_before(curator: Reader) -> None:
    paper = recent(3)
    submit(make_reader(), paper.id, media="https://example.org/film.mp4")
    place(curator, paper.id, DAY)
    place(curator, paper.id, DAY - timedelta(days=1))
    assert "say why" in refused(lambda: take_away(curator, paper.id, " "))
    take_away(curator, paper.id, "It is an advertisement.")
    assert stands(paper) == (paper.day, DayBasis.ANNOUNCED)
    assert not PaperLink.objects.exists()
    assert not Chosen.objects.exists()
    assert "Nobody here" in refused(lambda: take_away(curator, paper.id, "Again."))
    assert "submitted already" in refused(lambda: submit(make_reader("bob"), paper.id))


def test_a_reader_takes_everything_along_and_leaves_no_name(curator: Reader) -> None:
    paper = recent()
    submit(curator, paper.id)
    place(curator, paper.id, DAY)
    claimed = make_paper(names=["Cy"])
    Claim.objects.create(
        paper=claimed, reader=curator, author="Cy", author_key=1, state=State.WAITING,
        way=Way.ASKED, words="I wrote it.", asked_at=timezone.now(),
    )  # fmt: skip
    files = {file.name: file.content.decode() for file in brought(curator)}
    assert paper.slug in files["submissions.json"]
    assert "2025-12-15" in files["curated.json"]
    assert "I wrote it." in files["claims.json"]
    assert set(files) == {
        "submissions.json",
        "lookups.json",
        "claims.json",
        "links.json",
        "curated.json",
    }
    Moved.objects.all().delete()
    leave(curator)
    Reader.objects.filter(pk=curator.pk).delete()
    assert set(Moved.objects.values_list("paper_id", flat=True)) == {paper.id, claimed.id}
    assert stands(paper) == (DAY, DayBasis.CHOSEN)
    assert curators(DAY) == []
    assert not Claim.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_who_saves_papers_and_who_contributes_do_not_block_each_other(curator: Reader) -> None:
    def told(votes: int) -> Record:
        return Record(
            source="hf-daily",
            position="line 1",
            title="A river of many long words",
            authors=("Cy",),
            arxiv_id="2512.00001",
            votes=votes,
        )

    save_records([told(0)])
    paper = Paper.objects.get()
    mod = make_reader("mod", is_staff=True)
    made = claims.claim(curator, paper.id, "Cy", "I wrote it, ask my group.")
    claims.decide(mod, made.pk, "Known.", is_author=True)
    work: list[Callable[[], object]] = []
    for number in range(1, 16):
        url = f"https://github.com/cy/{number}"
        work += [
            partial(save_records, [told(number)]),
            partial(place, curator, paper.id, DAY + timedelta(days=number)),
            partial(set_links, curator, paper.id, {LinkKind.CODE: url}),
            partial(add_comment, mod, paper.id, "Good."),
        ]
    at_once(work, threads=16)
    kept = Paper.objects.get()
    assert (kept.source_votes, kept.own_comments) == (15, 15)
    assert kept.day == Chosen.objects.get().day or jobs.keep_days() == 1
    assert kept.links.filter(kind="code").count() == AuthorLink.objects.standing().count() == 1


def test_what_was_contributed_follows_a_paper_that_becomes_part_of_another(
    curator: Reader,
) -> None:
    mod = make_reader("mod", is_staff=True)
    kept = make_paper("Tides at noon", arxiv_id="2512.00001", names=["Cy"])
    gone = recent(title="Tides at noon", doi="10.1000/tides", names=["Cy"])
    submit(make_reader(), gone.id)
    made = claims.claim(curator, gone.id, "Cy", "I wrote it, ask my group.")
    claims.decide(mod, made.pk, "Known.", is_author=True)
    set_links(curator, gone.id, {LinkKind.CODE: "https://github.com/cy/tides"})
    joined = merging.join(mod, kept.id, gone.id, "The same work.")
    credit = credits_of([kept.id])[kept.id]
    assert credit.submitter == Reader.objects.get(username="ada")
    assert credit.badge(curator.pk) == "Author"
    assert author_links([kept.id])[kept.id] == {LinkKind.CODE: "https://github.com/cy/tides"}
    jobs.keep_days()
    assert stands(kept) == (timezone.localdate(), DayBasis.CHOSEN)
    merging.part(mod, joined.pk, "They are two.")
    assert not credits_of([kept.id])[kept.id].claims
    assert credits_of([gone.id])[gone.id].badge(curator.pk) == "Author"
