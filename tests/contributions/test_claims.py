"""Claims of authors: shown by themselves or decided, and what authors may then do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.utils import timezone

from broadsheet.community.actions import add_comment
from broadsheet.community.limits import Refused
from broadsheet.community.models import Ban, Decision, Moved
from broadsheet.contributions import claims
from broadsheet.contributions.claims import claim, decide, revoke
from broadsheet.contributions.crediting import author_links, credits_of
from broadsheet.contributions.links import set_links
from broadsheet.contributions.models import AuthorLink, Claim, State, Way
from broadsheet.notices.following import is_followed
from broadsheet.notices.models import About, Notice
from broadsheet.papers.models import Paper, PaperLink, Sighting
from broadsheet.papers.records import Link, LinkKind
from broadsheet.readers.models import Reader
from broadsheet.sources.authorship import address_hash, emails, orcids
from tests.community.people import at_once, make_reader
from tests.shelf import make_paper

pytestmark = pytest.mark.django_db
ORCID = "0000-0002-1825-0097"
WORDS = "My page at the university lists it: https://example.org/ada."


def refused(do: Callable[[], object]) -> str:
    with pytest.raises(Refused) as told:
        do()
    return told.value.message


def paper_by(*names: str, **told: object) -> Paper:
    paper = make_paper(names=names, sources=["crossref"])
    Sighting.objects.filter(paper=paper).update(told=told)
    return paper


def with_orcid(reader: Reader, orcid: str = ORCID) -> Reader:
    SocialAccount.objects.create(user=reader, provider="orcid", uid=orcid)
    return reader


def test_an_orcid_that_was_signed_in_with_shows_it() -> None:
    paper = paper_by("Bo Sample", "Ada Example", orcids={ORCID: "Ada Example"})
    made = claim(with_orcid(make_reader()), paper.id)
    assert (made.state, made.way, made.author) == (State.CONFIRMED, Way.ORCID, "Ada Example")
    assert Moved.objects.get().paper_id == paper.id
    assert not Decision.objects.exists()


def test_an_orcid_that_was_only_typed_shows_nothing() -> None:
    paper = paper_by("Ada Example", orcids={ORCID: "Ada Example"})
    reader = make_reader()
    Reader.objects.filter(pk=reader.pk).update(orcid=ORCID)
    made = claim(reader, paper.id, "Ada Example", WORDS)
    assert made.state == State.WAITING


@pytest.mark.parametrize("verified", [True, False])
def test_an_address_shows_it_once_it_is_verified(verified: bool) -> None:
    told = emails([("Ada Example", "Ada@Example.org")])
    assert "Example.org" not in str(told)
    paper = paper_by("Ada Example", **told)
    reader = make_reader()
    EmailAddress.objects.create(user=reader, email="ada@example.org", verified=verified)
    made = claim(reader, paper.id, "Ada Example", WORDS)
    assert made.state == (State.CONFIRMED if verified else State.WAITING)
    assert made.way == (Way.EMAIL if verified else Way.ASKED)


def test_what_sources_tell_of_authors() -> None:
    told = [("Ada Example", f"https://orcid.org/{ORCID}"), ("Bo", None), ("Cy", "nonsense")]
    assert orcids(told) == {"orcids": {ORCID: "Ada Example"}}
    assert orcids([("Bo", None)]) == {}
    assert emails([("Bo", "~Bo_Sample1"), ("Cy", "****@example.org")]) == {}
    assert address_hash(" Ada@example.org") == address_hash("ada@EXAMPLE.org")


def test_a_name_written_otherwise_is_known_and_one_that_fits_two_is_not() -> None:
    one = paper_by("A. Example", "Bo Sample", orcids={ORCID: "Ada Example"})
    reader = with_orcid(make_reader())
    assert claim(reader, one.id).author == "A. Example"
    two = paper_by("A. Example", "Al Example", orcids={ORCID: "Ada Example"})
    assert "which of the authors" in refused(lambda: claim(reader, two.id))


def test_a_claim_that_is_asked_waits_for_a_moderator() -> None:
    paper, ada = paper_by("Ada Example", "Bo Sample"), make_reader()
    assert "not among" in refused(lambda: claim(ada, paper.id, "Cy", WORDS))
    assert "which of" in refused(lambda: claim(ada, paper.id, "", WORDS))
    assert "in a sentence" in refused(lambda: claim(ada, paper.id, "Ada Example", "It is"))
    made = claim(ada, paper.id, "ada éxample", WORDS)
    assert "waits" in refused(lambda: claim(ada, paper.id, "Ada Example", WORDS))
    mod = make_reader("mod", is_staff=True)
    assert "Only moderators" in refused(lambda: decide(ada, made.pk, "Me.", is_author=True))
    assert "say why" in refused(lambda: decide(mod, made.pk, " ", is_author=True))
    decide(mod, made.pk, "The page says so.", is_author=True)
    assert "decided already" in refused(lambda: decide(mod, made.pk, "x", is_author=False))
    told = Decision.objects.get()
    assert (told.by, told.kind, told.handle, told.paper) == (mod, "claim", "ada", paper)
    assert claim(ada, paper.id).state == State.CONFIRMED, "asked again it is as it was"
    notice = Notice.objects.get(reader=ada)
    assert (notice.kind, notice.address) == ("claim", f"/papers/{paper.slug}/claim")
    assert "you stand as an author of" in notice.subject
    assert is_followed(ada.pk, About.PAPER, str(paper.pk)), "an author hears of comments"


def test_nobody_decides_about_an_own_claim_unless_nobody_else_can() -> None:
    paper, mod = paper_by("Ada Example"), make_reader("mod", is_staff=True)
    made = claim(mod, paper.id, "Ada Example", WORDS)
    other = make_reader("other", is_staff=True)
    assert "Another moderator" in refused(lambda: decide(mod, made.pk, "Me.", is_author=True))
    Reader.objects.filter(pk=other.pk).update(is_active=False)
    assert decide(mod, made.pk, "It is my own name.", is_author=True).by == mod


def test_an_author_is_claimed_by_one_reader() -> None:
    paper, mod = paper_by("Ada Example", "Bo Sample"), make_reader("mod", is_staff=True)
    first = claim(make_reader("ada"), paper.id, "Ada Example", WORDS)
    second = claim(make_reader("eve"), paper.id, "Ada Example", WORDS)
    decide(mod, first.pk, "Known.", is_author=True)
    assert "Another reader" in refused(lambda: decide(mod, second.pk, "x", is_author=True))
    told = refused(lambda: claim(make_reader("bob"), paper.id, "Ada Example", WORDS))
    assert "Another reader" in told
    revoke(mod, first.pk, "It was another Ada.")
    decide(mod, second.pk, "The right one.", is_author=True)
    assert [one.reader.username for one in Claim.objects.confirmed()] == ["eve"]


@pytest.mark.django_db(transaction=True)
def test_of_many_claims_at_once_one_is_confirmed() -> None:
    paper = paper_by("Ada Example", orcids={ORCID: "Ada Example"})
    readers = [with_orcid(make_reader("r0"))]
    readers += [make_reader(f"r{number}") for number in range(1, 10)]
    told = emails([("Ada Example", f"r{number}@example.org") for number in range(1, 10)])
    Sighting.objects.create(paper=paper, source="openreview", first_seen=timezone.now(), told=told)
    for reader in readers:
        EmailAddress.objects.create(user=reader, email=reader.email, verified=True)

    def one(reader: Reader) -> str:
        try:
            return claim(reader, paper.id).state
        except Refused:
            return "refused"

    states = at_once([partial(one, reader) for reader in readers])
    assert states.count(State.CONFIRMED) == 1


def test_a_refused_claim_can_be_asked_again_for_some_times() -> None:
    paper, ada = paper_by("Ada Example"), make_reader()
    mod = make_reader("mod", is_staff=True)
    for _ in range(claims.MOST_TIMES):
        made = claim(ada, paper.id, "Ada Example", WORDS)
        decide(mod, made.pk, "Nothing shows it.", is_author=False)
    assert Claim.objects.get().reason == "Nothing shows it."
    assert Notice.objects.filter(reader=ada).count() == claims.MOST_TIMES
    told = refused(lambda: claim(ada, paper.id, "Ada Example", WORDS))
    assert "cannot be asked again" in told


def test_claims_have_a_limit_and_none_for_the_banned() -> None:
    newcomer = make_reader(days=0)
    for _ in range(claims.A_DAY // 5):
        claim(newcomer, paper_by("Ada Example").id, "Ada Example", WORDS)
    more = paper_by("Ada Example")
    assert "enough" in refused(lambda: claim(newcomer, more.id, "Ada Example", WORDS))
    banned = with_orcid(make_reader("bob"))
    Ban.objects.create(reader=banned, reason="advertising")
    shown = paper_by("Ada Example", orcids={ORCID: "Ada Example"})
    assert "advertising" in refused(lambda: claim(banned, shown.id))


def author_of(paper: Paper, handle: str = "ada") -> Reader:
    reader = make_reader(handle)
    [authorship] = paper.authorships.filter(position=0)
    Claim.objects.create(
        paper=paper,
        reader=reader,
        author=authorship.name,
        author_key=authorship.key,
        state=State.CONFIRMED,
        way=Way.ASKED,
        asked_at=timezone.now(),
        decided_at=timezone.now(),
    )
    return reader


def shown(paper: Paper) -> list[tuple[str, str]]:
    return list(
        PaperLink.objects.filter(paper=paper).order_by("kind", "url").values_list("kind", "url")
    )


def test_authors_set_links_change_them_and_take_them_back() -> None:
    paper = make_paper(names=["Ada"], links=[Link(LinkKind.CODE, "https://github.com/a/known")])
    ada = author_of(paper)
    set_links(ada, paper.id, {LinkKind.CODE: "https://github.com/a/b", LinkKind.PROJECT: ""})
    assert ("code", "https://github.com/a/b") in shown(paper)
    assert set_links(ada, paper.id, {LinkKind.CODE: "https://github.com/a/b"}) == []
    set_links(ada, paper.id, {LinkKind.CODE: "https://GitHub.com/a/c"})
    assert author_links([paper.id])[paper.id] == {LinkKind.CODE: "https://github.com/a/c"}
    assert ("code", "https://github.com/a/b") not in shown(paper)
    set_links(ada, paper.id, {LinkKind.CODE: "https://github.com/a/known"})
    set_links(ada, paper.id, {LinkKind.CODE: ""})
    assert shown(paper) == [("code", "https://github.com/a/known")], "what a source told stays"
    history = AuthorLink.objects.order_by("id").values_list("url", "by__username", "ended_at")
    assert len(history) == 3
    assert all(who == "ada" and ended for _, who, ended in history)


def test_nobody_else_sets_links() -> None:
    paper = make_paper(names=["Ada"])
    ada, eve = author_of(paper), make_reader("eve")
    wanted = {LinkKind.CODE: "https://github.com/eve/bad"}
    assert "Only an author" in refused(lambda: set_links(eve, paper.id, wanted))
    other = make_paper(names=["Ada"])
    assert "Only an author" in refused(lambda: set_links(ada, other.id, wanted))
    for bad in ("http://github.com/a/b", "javascript:alert(1)", "github.com/a/b"):
        refused(partial(set_links, ada, paper.id, {LinkKind.PROJECT: bad}))
    Claim.objects.update(state=State.REFUSED)
    assert "Only an author" in refused(lambda: set_links(ada, paper.id, wanted))
    assert shown(paper) == []


@pytest.mark.django_db(transaction=True)
def test_two_authors_at_once_leave_one_link() -> None:
    paper = make_paper(names=["Ada"])
    authors = [author_of(paper, f"ada{number}") for number in range(2)]
    at_once(
        [
            partial(set_links, one, paper.id, {LinkKind.CODE: f"https://github.com/a/{number}"})
            for number in range(6)
            for one in authors
        ]
    )
    assert AuthorLink.objects.standing().count() == 1
    assert len(shown(paper)) == 1


def test_badges_and_credits() -> None:
    paper = make_paper(names=["Ada", "Bo"])
    ada, bob = author_of(paper), make_reader("bob")
    add_comment(bob, paper.id, "Good.")
    credit = credits_of([paper.id])[paper.id]
    assert (credit.badge(ada.pk), credit.badge(bob.pk), credit.badge(None)) == ("Author", "", "")
    assert not credit.is_author_talking
    add_comment(ada, paper.id, "Thank you.")
    assert credits_of([paper.id])[paper.id].is_author_talking


def test_old_claims_do_not_count_for_the_day() -> None:
    ada = make_reader()
    claim(ada, paper_by("Ada Example").id, "Ada Example", WORDS)
    Claim.objects.update(asked_at=timezone.now() - timedelta(days=2))
    newcomer_limit = claims.A_DAY
    for _ in range(newcomer_limit):
        claim(ada, paper_by("Ada Example").id, "Ada Example", WORDS)
    more = paper_by("Ada Example")
    assert "enough" in refused(lambda: claim(ada, more.id, "Ada Example", WORDS))
