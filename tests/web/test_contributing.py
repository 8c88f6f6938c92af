"""Pages on which papers are submitted, claimed and put on days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from broadsheet.community import jobs
from broadsheet.community.actions import add_comment
from broadsheet.community.models import Decision
from broadsheet.contributions.claims import claim, decide
from broadsheet.contributions.models import AuthorLink, Claim, Curator, State, Submission
from broadsheet.contributions.submissions import submit
from broadsheet.papers.kinds import DayBasis
from broadsheet.papers.models import Paper, PaperLink
from broadsheet.readers.models import Reader
from broadsheet.urls import contributing
from tests.community.people import make_reader
from tests.contributions import sources
from tests.contributions.test_claims import WORDS, author_of
from tests.shelf import make_paper
from tests.web.reading import texts, tree_of, values

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def world() -> Iterator[sources.World]:
    with sources.world() as told:
        yield told


@pytest.fixture
def ada(client: Client) -> Reader:
    reader = make_reader()
    client.force_login(reader)
    return reader


@pytest.fixture
def paper() -> Paper:
    published = timezone.localdate() - timedelta(days=2)
    return make_paper(
        "Buoys",
        arxiv_id="2511.00001",
        names=["Ada Example", "Bo Sample"],
        abstract="Buoys are counted.",
        published=published,
        day=published,
        day_basis=DayBasis.ANNOUNCED,
    )


def test_a_paper_is_looked_up_shown_and_put_on_todays_page(
    client: Client, ada: Reader, world: sources.World
) -> None:
    world.arxiv["2511.00002"] = "Tides <b>count</b>"
    asked = client.post("/submit", {"do": "look", "name": "https://arxiv.org/abs/2511.00002"})
    assert asked["Location"] == "/submit?paper=2511.00002"
    tree = tree_of(client.get(asked["Location"]))
    assert texts(tree, "//article/h2")[0].startswith("Tides")
    assert texts(tree, "//article/p[@class='byline']") == ["Ada Example, Bo Sample"]
    assert "counted by a made-up network" in texts(tree, "//article/p[@class='excerpt']")[0]
    told = {"do": "place", "paper": "2511.00002", "note": "Read it.", "media": ""}
    assert client.post("/submit", told)["Location"] == "/papers/2511.00002"
    page = tree_of(client.get("/papers/2511.00002"))
    assert "Submitted by ada on" in " ".join(texts(page, "//header/p"))
    assert texts(page, "//span[@class='badge']") == ["Submitter"]
    day = tree_of(client.get(f"/papers/date/{timezone.localdate()}"))
    assert "submitted by ada" in texts(day, "//article//p[@class='facts']")[0]
    assert values(day, "//article//a[@class='by']/@href") == ["/readers/ada"]
    assert "Tides" in texts(tree_of(client.get("/account/contributions")), "//ul")[0]


def test_what_is_refused_is_said_and_what_was_written_stays(
    client: Client, ada: Reader, paper: Paper, world: sources.World
) -> None:
    told = client.post("/submit", {"do": "look", "name": "no paper"})
    assert told.status_code == 400
    assert values(tree_of(told), "//input[@id='name']/@value") == ["no paper"]
    world.is_down = True
    told = client.post("/submit", {"do": "look", "name": "2511.00005"})
    assert told.status_code == 503
    assert "is kept" in texts(tree_of(told), "//*[@role='alert']")[0]
    waiting = texts(tree_of(client.get("/account/contributions")), "//ul/li")
    assert waiting[-1].startswith("2511.00005its source does not answer; it is asked again")
    fields = {"do": "place", "paper": paper.slug, "note": "Hm.", "media": "http://example.org"}
    told = client.post("/submit", fields)
    assert told.status_code == 400
    tree = tree_of(told)
    assert "https://" in texts(tree, "//*[@role='alert']")[0]
    assert texts(tree, "//textarea") == ["Hm."]
    assert client.get("/submit?paper=2511.99999").status_code == 404


def test_a_paper_that_is_there_already_is_linked(client: Client, ada: Reader, paper: Paper) -> None:
    submit(make_reader("bob"), paper.id)
    tree = tree_of(client.get(f"/submit?paper={paper.slug}"))
    today = timezone.localdate()
    assert values(tree, "//*[@role='alert']/a/@href") == [f"/papers/date/{today}"]
    assert not tree.xpath("//form[@class='write']")
    told = client.post("/submit", {"do": "place", "paper": paper.slug})
    assert told.status_code == 409


@pytest.mark.parametrize("pattern", contributing, ids=lambda pattern: str(pattern.name))
def test_every_page_refuses_strangers_and_every_write_other_sites(
    pattern: object, paper: Paper
) -> None:
    ada = make_reader("ada", is_staff=True)
    Curator.objects.create(reader=ada, since=timezone.now())
    made = claim(make_reader("bob"), paper.id, "Ada Example", WORDS)
    route = str(getattr(pattern, "pattern"))  # noqa: B009  mypy knows no pattern
    address = "/" + route.replace("<path:slug>", paper.slug).replace("<int:number>", str(made.pk))
    fields = {
        "do": "place", "paper": paper.slug, "day": "2025-12-15", "reason": "x",
        "author": "Bo Sample", "words": WORDS, "decision": "confirm", "handle": "bob",
        "code": "https://github.com/a/b",
    }  # fmt: skip
    stranger, forged = Client(), Client(enforce_csrf_checks=True)
    forged.force_login(ada)
    assert stranger.get(address)["Location"].startswith("/account/login/?next=")
    assert stranger.post(address, fields, headers=JSON).status_code in (302, 401)
    assert forged.post(address, fields).status_code == 403
    assert not Submission.objects.exists()
    assert not Decision.objects.exists()
    assert not AuthorLink.objects.exists()
    assert list(Claim.objects.values_list("state", flat=True)) == [State.WAITING]


def test_pages_of_others_do_not_exist(client: Client, ada: Reader, paper: Paper) -> None:
    made = claim(make_reader("bob"), paper.id, "Ada Example", WORDS)
    for address in (
        "/moderation/claims",
        f"/moderation/claims/{made.pk}",
        "/moderation/curators",
        f"/papers/{paper.slug}/place",
        f"/papers/{paper.slug}/links",
    ):
        fields = {"decision": "confirm", "reason": "x", "handle": "ada", "day": "2025-12-15"}
        assert client.get(address).status_code == 404
        assert client.post(address, fields).status_code == 404
    assert not Decision.objects.exists()


def test_a_claim_is_asked_decided_and_shown(client: Client, ada: Reader, paper: Paper) -> None:
    tree = tree_of(client.get(f"/papers/{paper.slug}/claim"))
    assert texts(tree, "//select/option") == ["Choose", "Ada Example", "Bo Sample"]
    fields = {"author": "Ada Example", "words": "<b>My page</b> lists it."}
    sent = client.post(f"/papers/{paper.slug}/claim", fields)
    assert sent["Location"] == "/account/contributions"
    assert "waits for a moderator" in client.get("/account/contributions").content.decode()
    add_comment(ada, paper.id, "Ask me.")

    mod = Client()
    mod.force_login(make_reader("mod", is_staff=True))
    queue = tree_of(mod.get("/moderation/claims"))
    assert "<b>My page</b> lists it." in texts(queue, "//p[@class='note']")
    [decide_at] = values(queue, "//div[@class='comment-acts']/a/@href")
    mod.post(decide_at, {"decision": "confirm", "reason": "Her page says so."})
    assert texts(tree_of(mod.get("/moderation/claims")), "//article") == []

    page = tree_of(Client().get(f"/papers/{paper.slug}"))
    assert values(page, "//ul[@class='authors']//a/@href") == [
        "/readers/ada",
        "/authors/Bo%20Sample",
    ]
    assert texts(page, "//span[@class='badge']") == ["Author"]
    log = texts(tree_of(Client().get("/moderation")), "//ul[@class='log']/li")
    assert "mod confirmed as an author @ada, on Buoys. Her page says so." in log[0]
    assert "My page" not in log[0]

    form = tree_of(client.get(f"/papers/{paper.slug}/links"))
    assert len(form.xpath("//form[@class='write']//input[@inputmode='url']")) == 3
    wrong = client.post(f"/papers/{paper.slug}/links", {"code": "javascript:alert(1)"})
    assert wrong.status_code == 400
    client.post(f"/papers/{paper.slug}/links", {"code": "https://github.com/ada/buoys"})
    page = tree_of(Client().get(f"/papers/{paper.slug}"))
    assert "https://github.com/ada/buoys" in values(page, "//a[@rel='nofollow ugc noopener']/@href")
    mod.post(decide_at, {"decision": "revoke", "reason": "It was another Ada."})
    jobs.settle()
    page = tree_of(Client().get(f"/papers/{paper.slug}"))
    assert texts(page, "//span[@class='badge']") == []
    assert PaperLink.objects.count() == 1


def test_a_refused_claim_says_why(client: Client, ada: Reader, paper: Paper) -> None:
    made = claim(ada, paper.id, "Ada Example", WORDS)
    decide(make_reader("mod", is_staff=True), made.pk, "Nothing shows it.", is_author=False)
    assert "Nothing shows it." in client.get("/account/contributions").content.decode()
    again = tree_of(client.get(f"/papers/{paper.slug}/claim"))
    assert "Nothing shows it." in texts(again, "//p[@class='notice']")[0]


def test_a_curator_chooses_days_in_the_open(client: Client, ada: Reader, paper: Paper) -> None:
    mod = Client()
    mod.force_login(make_reader("mod", is_staff=True))
    fields = {"handle": "ada", "reason": "Reads all.", "decision": "appoint"}
    mod.post("/moderation/curators", fields)
    assert "ada" in texts(tree_of(mod.get("/moderation/curators")), "//ul[@class='rows']/li")[0]
    assert f"/papers/{paper.slug}/place" in client.get(f"/papers/{paper.slug}").content.decode()
    wrong = client.post(f"/papers/{paper.slug}/place", {"day": "soon", "do": "place"})
    assert wrong.status_code == 400
    client.post(f"/papers/{paper.slug}/place", {"day": "2025-12-15", "do": "place"})
    day = tree_of(Client().get("/papers/date/2025-12-15"))
    assert texts(day, "//p[@class='curated']/span") == ["Curated by ada and the research community"]
    assert texts(day, "//article/h2") == ["Buoys"]
    fields = {"do": "away", "reason": "A mistake."}
    client.post(f"/papers/{paper.slug}/place", fields)
    assert Paper.objects.get().day == paper.day
    log = texts(tree_of(Client().get("/moderation")), "//ul[@class='log']/li")
    assert [line.partition("UTC ")[2] for line in log] == [
        "ada took a paper from its day, on Buoys. A mistake.",
        "ada chose a day for a paper, on Buoys. 15 December 2025.",
        "mod made a curator of @ada. Reads all.",
    ]


def test_visitors_pages_name_no_one_who_left(client: Client, paper: Paper) -> None:
    ada = author_of(paper)
    Reader.objects.filter(pk=ada.pk).delete()
    page = tree_of(client.get(f"/papers/{paper.slug}"))
    assert "/readers/ada" not in values(page, "//a/@href")


def test_a_comment_sent_by_a_script_shows_badges(client: Client, ada: Reader, paper: Paper) -> None:
    submit(ada, paper.id)
    told = client.post(f"/papers/{paper.slug}/comments", {"text": "Mine."}, headers=JSON)
    assert '<span class="badge">Submitter</span>' in told.json()["html"]
