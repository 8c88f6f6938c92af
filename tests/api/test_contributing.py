"""Papers submitted and claimed by programs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import timezone
from huggingface_hub import HfApi, close_session
from pytest_django.live_server_helper import LiveServer

from broadsheet.community.actions import add_comment
from broadsheet.community.models import Comment
from broadsheet.contributions.claims import decide
from broadsheet.contributions.models import Claim, Lookup, State, Submission
from broadsheet.contributions.submissions import submit
from broadsheet.papers.kinds import DayBasis
from broadsheet.papers.models import Paper, PaperLink
from broadsheet.readers.actions import make_token
from broadsheet.readers.models import Reader
from tests.api.test_writes import send
from tests.community.people import make_reader
from tests.contributions import sources
from tests.contributions.test_claims import author_of
from tests.shelf import make_paper

pytestmark = pytest.mark.django_db
INDEX, SUBMIT = "/api/papers/index", "/api/papers/submit"
LINKS, CLAIM = "/api/papers/2511.00001/links", "/api/settings/papers/claim"
BODIES = {
    INDEX: {"arxivId": "2511.00002"},
    SUBMIT: {"paper_id": "2511.00001"},
    LINKS: {"githubRepo": "https://github.com/ada/buoys"},
    CLAIM: {"paperId": "2511.00001", "claimAuthorId": "Ada Example", "words": "My page says so."},
}


@pytest.fixture
def world() -> Iterator[sources.World]:
    with sources.world() as told:
        yield told


@pytest.fixture(autouse=True)
def paper() -> Paper:
    published = timezone.localdate() - timedelta(days=2)
    return make_paper(
        "Buoys",
        arxiv_id="2511.00001",
        names=["Ada Example", "Bo Sample"],
        published=published,
        day=published,
        day_basis=DayBasis.ANNOUNCED,
    )


@pytest.fixture
def ada() -> Reader:
    return make_reader()


def token(reader: Reader, scope: str = "submit") -> dict[str, str]:
    return {"Authorization": f"Bearer {make_token(reader, 'script', [scope])[1]}"}


def test_a_paper_is_brought_in_onto_no_day(client: Client, ada: Reader, world: object) -> None:
    assert isinstance(world, sources.World)
    world.arxiv["2511.00002"] = "Tides"
    assert send(client, INDEX, BODIES[INDEX], **token(ada)) == (200, {"id": "2511.00002"})
    assert Paper.objects.get(slug="2511.00002").day is None
    status, fault = send(client, INDEX, {"arxivId": "2511.00009"}, **token(ada))
    assert (status, "knows no paper" in str(fault["error"])) == (404, True)
    world.is_down = True
    assert send(client, INDEX, {"arxivId": "2511.00008"}, **token(ada))[0] == 503


def test_a_submission_shows_who_made_it(client: Client, ada: Reader, paper: Paper) -> None:
    told = {"paper_id": "arXiv:2511.00001v3", "comment": "Good.",
            "media_urls": ["https://example.org/a.mp4"]}  # fmt: skip
    today = timezone.localdate().isoformat()
    assert send(client, SUBMIT, told, **token(ada)) == (200, {"id": "2511.00001", "day": today})
    assert send(client, SUBMIT, told, **token(ada))[0] == 409
    assert Comment.objects.get().text == "Good."
    for query in (f"date={today}", "submitter=ada"):
        [item] = client.get(f"/api/daily_papers?{query}").json()
        assert item["submittedBy"] == {
            "_id": str(ada.pk),
            "fullname": "ada",
            "name": "ada",
            "user": "ada",
            "type": "user",
        }
        assert item["paper"]["submittedOnDailyBy"]["user"] == "ada"
        assert item["paper"]["submittedOnDailyAt"].startswith(today)
        assert item["mediaUrls"] == ["https://example.org/a.mp4"]
    assert client.get("/api/daily_papers?submitter=eve").json() == []


def test_a_claim_makes_the_author_known(client: Client, ada: Reader, paper: Paper) -> None:
    author = client.get("/api/papers/2511.00001").json()["authors"][0]
    told = {**BODIES[CLAIM], "claimAuthorId": author["_id"], "targetUserId": str(ada.pk)}
    expected = {"status": "waiting", "author": "Ada Example"}
    assert send(client, CLAIM, told, **token(ada)) == (200, expected)
    assert "user" not in client.get("/api/papers/2511.00001").json()["authors"][0]
    decide(make_reader("mod", is_staff=True), Claim.objects.get().pk, "Known.", is_author=True)
    author = client.get("/api/papers/2511.00001").json()["authors"][0]
    assert (author["user"]["user"], author["status"]) == ("ada", "claimed_verified")
    assert author["statusLastChangedAt"].endswith("Z")
    address = f"/api/daily_papers?date={paper.day}"
    assert client.get(address).json()[0]["isAuthorParticipating"] is False
    add_comment(ada, paper.id, "Ask me.")
    assert client.get(address).json()[0]["isAuthorParticipating"] is True

    links = {"githubRepo": "https://github.com/ada/buoys", "projectPage": None}
    assert send(client, LINKS, links, **token(ada)) == (200, {"changed": ["code"]})
    told = client.get("/api/papers/2511.00001").json()
    assert told["githubRepo"] == "https://github.com/ada/buoys"
    assert told["githubRepoAddedBy"] == "user"
    assert send(client, LINKS, {"githubRepo": None}, **token(ada))[1] == {"changed": ["code"]}
    assert not PaperLink.objects.exists()


def test_nobody_claims_for_others_or_sets_their_links(client: Client, ada: Reader) -> None:
    eve = make_reader("eve")
    told = {**BODIES[CLAIM], "targetUserId": str(ada.pk)}
    assert send(client, CLAIM, told, **token(eve))[0] == 403
    assert send(client, LINKS, BODIES[LINKS], **token(eve))[0] == 403
    assert not Claim.objects.exists()
    assert not PaperLink.objects.exists()


@pytest.mark.parametrize("address", list(BODIES))
def test_every_write_wants_its_reader(address: str, ada: Reader, settings: SimpleNamespace) -> None:
    body = BODIES[address]
    assert send(Client(), address, body)[0] == 401
    for scope in ("read", "vote", "comment", "admin"):
        assert send(Client(), address, body, **token(ada, scope))[0] == 403
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(ada)
    assert send(forged, address, body)[0] == 403
    assert forged.get(address).status_code == 405
    assert send(Client(), address, "no object", **token(ada))[0] == 400
    settings.MODE = "read-only"
    assert send(Client(), address, body, **token(ada))[0] == 403
    for table in (Lookup, Submission, Claim, PaperLink):
        assert not table._default_manager.exists()


@pytest.mark.parametrize(
    ("address", "told", "status"),
    [
        (INDEX, {"arxivId": "my paper"}, 400),
        (INDEX, {"arxivId": "http://127.0.0.1/2511.00002"}, 400),
        (INDEX, {"arxivId": "2511.00002"}, 404),  # no contact is set, so nothing is asked
        (SUBMIT, {"paper_id": "2511.00001", "media_urls": ["ftp://example.org"]}, 400),
        (SUBMIT, {"paper_id": "2511.00001", "media_urls": ["https://a.org", "https://b.org"]}, 400),
        (SUBMIT, {"paper_id": "2511.00001", "comment": "x" * 10_001}, 400),
        (CLAIM, {"paperId": "2511.00001", "claimAuthorId": "2511.00001:9"}, 400),
        (CLAIM, {"paperId": "2511.00001", "claimAuthorId": "2511.00001:0"}, 400),
        (CLAIM, {"paperId": "2511.99999"}, 404),
        ("/api/papers/2511.99999/links", {}, 404),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    client: Client, ada: Reader, address: str, told: object, status: int
) -> None:
    answered, fault = send(client, address, told, **token(ada))
    assert answered == status
    assert str(fault["error"])[-1] in ".?"
    assert not Claim.objects.filter(state=State.CONFIRMED).exists()


def test_a_former_reader_is_not_named(client: Client, ada: Reader, paper: Paper) -> None:
    submit(ada, paper.id)
    Reader.objects.filter(pk=ada.pk).delete()
    [item] = client.get(f"/api/daily_papers?date={timezone.localdate()}").json()
    assert "submittedBy" not in item


@pytest.mark.django_db(transaction=True)
def test_hugging_faces_own_client_reads_who_did_it(live_server: LiveServer) -> None:
    published = timezone.localdate() - timedelta(days=2)
    paper = make_paper("Tides", arxiv_id="2511.00007", names=["Ada Example"], published=published)
    ada = author_of(paper)
    submit(ada, paper.id, "Read it.")
    api = HfApi(endpoint=live_server.url, token=False)
    [found] = api.list_daily_papers(submitter="ada")
    assert (found.id, found.submitted_by and found.submitted_by.username) == ("2511.00007", "ada")
    [author] = api.paper_info("2511.00007").authors or []
    assert author.user
    assert (author.user.username, author.status) == ("ada", "claimed_verified")
    assert author.status_last_changed_at
    close_session()  # else the server's thread keeps its connection to the database
