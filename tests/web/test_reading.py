"""The reading list, private notes, reactions, editors, and what a profile shows."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from broadsheet.community import actions, collecting, jobs, keeping
from broadsheet.community.actions import add_comment
from broadsheet.community.desks import Note, Reading, Showing
from broadsheet.community.models import Reaction
from broadsheet.community.shelves import Collection
from broadsheet.notices.models import Notice
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from tests.community.people import make_reader
from tests.shelf import make_paper
from tests.web.reading import Tree, texts, tree_of, values

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}
PAPER = "/papers/2512.00001"


@pytest.fixture
def bob() -> Reader:
    return make_reader("bob")


@pytest.fixture
def paper() -> Paper:
    return make_paper("Rivers", arxiv_id="2512.00001", names=["A. Sample"])


def page(client: Client, address: str) -> Tree:
    response = client.get(address)
    assert response.status_code == 200, response
    return tree_of(response)


def pressed(tree: Tree) -> list[str]:
    return texts(tree, "//form[@class='reading']/button[@aria-pressed='true']")


def test_a_paper_goes_through_its_states(client: Client, reader: Reader, paper: Paper) -> None:
    assert pressed(page(client, PAPER)) == []
    assert client.post(f"{PAPER}/reading", {"state": "reading"})["Location"] == PAPER
    tree = page(client, PAPER)
    assert pressed(tree) == ["Reading"]
    buttons = "//form[@class='reading']/button/@value"
    assert values(tree, buttons) == ["to-read", "", "read"], "a second click takes it off"
    told = client.post(f"{PAPER}/reading", {"state": "read"}, headers=JSON)
    assert told.json() == {"state": "read"}
    assert client.post(f"{PAPER}/reading", {"state": "burnt"}, headers=JSON).status_code == 400
    client.post(f"{PAPER}/reading", {"state": ""})
    assert pressed(page(client, PAPER)) == []
    assert not page(Client(), PAPER).xpath("//form[@class='reading']")


def test_the_list_is_narrowed_taken_along_and_turned_over(
    client: Client, reader: Reader, bob: Reader
) -> None:
    assert "No paper is on your list yet" in texts(page(client, "/account/reading"), "//main")[0]
    for number in range(35):
        state = "read" if number % 2 else "to-read"
        keeping.set_state(reader, make_paper(f"Paper {number}").id, state)
    keeping.set_state(bob, make_paper("Of Bob").id, "read")
    first = page(client, "/account/reading")
    assert texts(first, "//nav[@aria-label='State']/a") == [
        "All 35",
        "To read 18",
        "Reading 0",
        "Read 17",
    ]
    second = page(client, values(first, "//a[@rel='next']/@href")[0])
    titles = texts(first, "//article/h2") + texts(second, "//article/h2")
    assert titles == [f"Paper {number}" for number in range(34, -1, -1)]
    read = page(client, "/account/reading?state=read")
    assert len(read.xpath("//article")) == 17
    assert client.get("/account/reading.bib?state=read").content.decode().count("@misc") == 17
    [none] = texts(page(client, "/account/reading?state=reading"), "//main")
    assert "No paper is in this state" in none
    assert client.get("/account/reading?state=burnt").status_code == 404
    assert client.get("/account/reading?after=x").status_code == 404


def test_a_note_is_seen_by_its_writer_alone(client: Client, reader: Reader, paper: Paper) -> None:
    client.post(f"{PAPER}/note", {"text": "So $x^2$ <script>y</script> is *hidden*."})
    tree = page(client, PAPER)
    assert len(tree.xpath("//section[@id='my-note']//em")) == 1
    assert len(tree.xpath("//section[@id='my-note']//*[local-name()='msup']")) == 1
    assert not tree.xpath("//section[@id='my-note']//script")
    assert texts(page(client, f"{PAPER}/note"), "//textarea")[0].startswith("So $x^2$")
    other = Client()
    other.force_login(make_reader("mod", is_staff=True))
    for stranger in (Client(), other):
        assert "hidden<" not in stranger.get(PAPER).content.decode()
    assert texts(page(other, f"{PAPER}/note"), "//textarea") == [""]
    client.post(f"{PAPER}/note", {"text": ""})
    assert not Note.objects.exists()


def test_a_comment_gets_reactions(
    client: Client, reader: Reader, bob: Reader, paper: Paper
) -> None:
    comment = add_comment(bob, paper.id, "So.")
    assert texts(page(Client(), PAPER), "//p[@class='reactions']") == []
    tree = page(client, PAPER)
    forms = tree.xpath("//form[@class='react']")
    assert len(forms) == 4
    fields = {one.get("name"): one.get("value") for one in forms[0].xpath(".//input | .//button")}
    sent = client.post(forms[0].get("action"), fields)
    assert sent["Location"] == f"{PAPER}#comment-{comment.id}"
    assert Reaction.objects.get().feeling == "agree"
    jobs.settle()
    assert texts(page(Client(), PAPER), "//p[@class='reactions']") == ["👍 Agree 1"]
    tree = page(client, PAPER)
    assert texts(tree, "//form[@class='react']/button[@aria-pressed='true']") == ["👍 Agree 1"]
    again = {"feeling": "agree", "holds": "no"}
    told = client.post(f"/comments/{comment.id}/react", again, headers=JSON).json()
    assert 'aria-pressed="true"' not in told["html"]
    assert not Reaction.objects.exists()
    assert client.post(f"/comments/{comment.id}/react", {"feeling": "hate"}).status_code == 400


def test_a_script_gets_what_changes(client: Client, reader: Reader, paper: Paper) -> None:
    there = f"{PAPER}/comments"
    seen = client.post(there, {"text": "So *x*.", "do": "preview"}, headers=JSON)
    assert seen.json()["preview"] == "<p>So <em>x</em>.</p>\n"
    told = client.post(there, {"text": "So <i>x</i>."}, headers=JSON).json()
    assert told["address"] == f"{PAPER}#comment-{told['id']}"
    assert "So &lt;i&gt;x&lt;/i&gt;." in told["html"]
    assert 'id="comments"' in told["html"]
    form = client.get(f"/comments/{told['id']}/reply", headers=JSON).json()["html"]
    assert f'name="parent" value="{told["id"]}"' in form
    assert "<html" not in form
    form = client.get(f"/comments/{told['id']}/edit", headers=JSON).json()["html"]
    assert "So &lt;i&gt;x&lt;/i&gt;.</textarea>" in form
    edited = client.post(f"/comments/{told['id']}/edit", {"text": "Yes."}, headers=JSON)
    assert "Yes." in edited.json()["html"]
    gone = client.post(f"/comments/{told['id']}/delete", headers=JSON)
    assert "Taken back by its writer" in gone.json()["html"]
    for wrong in ("", "x" * 10_001):
        refused = client.post(there, {"text": wrong}, headers=JSON)
        assert (refused.status_code, refused.json()["error"][-1]) == (400, ".")
    assert Client().post(there, {"text": "x"}, headers=JSON).status_code == 401


def test_several_edit_one_collection(
    client: Client, reader: Reader, bob: Reader, paper: Paper
) -> None:
    shelf = collecting.create(reader, "Of rivers")
    there = f"/collections/{shelf.key}"
    theirs = Client()
    theirs.force_login(bob)
    assert theirs.get(there).status_code == 404
    assert client.post(f"{there}/editors", {"do": "invite", "handle": "nobody"}).status_code == 404
    client.post(f"{there}/editors", {"do": "invite", "handle": "bob"})
    client.post(f"{there}/editors", {"do": "invite", "handle": "bob"})
    told = Notice.objects.get()
    assert (told.reader, told.subject, told.address) == (
        bob,
        "ada invites you to edit the collection “Of rivers”",
        there,
    )
    assert "You are invited" in texts(page(theirs, there), "//form[@class='notice']")[0]
    assert texts(page(theirs, "/collections"), "//h2")[0] == "You are invited to edit"
    theirs.post(f"{there}/editors", {"do": "accept"})
    theirs.post(f"{PAPER}/collect", {"collection": shelf.key, "note": "Here."})
    theirs.post(f"{there}/items", {"paper": paper.slug, "do": "note", "note": "There."})
    assert texts(page(client, there), "//p[@class='note']") == ["There."]
    for forbidden in ({"do": "remove", "sure": "1"}, {"title": "Mine", "reach": "public"}):
        assert theirs.post(f"{there}/change", forbidden).status_code == 404
    assert theirs.post(f"{there}/editors", {"do": "dismiss", "handle": "bob"}).status_code == 404
    steps = texts(page(client, there), "//details[summary='Who did what']//li")
    assert ["bob wrote a note to" in steps[0], "bob put in" in steps[1]] == [True, True]
    assert not page(theirs, there).xpath("//summary[.='Change this collection']")
    assert theirs.post(f"{there}/editors", {"do": "leave"})["Location"] == "/collections"
    assert theirs.get(there).status_code == 404
    assert client.post(f"{there}/editors", {"do": "x"}).status_code == 400
    assert Collection.objects.get().title == "Of rivers"


def test_a_profile_shows_what_its_reader_chose(client: Client, bob: Reader, paper: Paper) -> None:
    add_comment(bob, paper.id, "So **it** is.")
    gone = add_comment(bob, paper.id, "A secret.")
    actions.delete_comment(bob, gone.id)
    actions.cast_vote(bob, paper.id)
    collecting.create(bob, "Shown <b>", reach="public")
    collecting.create(bob, "Of my own")

    def shown() -> list[str]:
        return texts(page(client, "/readers/bob"), "//section[@class='deeds']/h2")

    assert shown() == []
    assert client.get("/readers/bob/comments").status_code == 404
    Reader.objects.filter(pk=bob.pk).update(is_public=True)
    assert shown() == ["Comments", "Collections"]
    assert client.get("/readers/bob/votes").status_code == 404
    body = client.get("/readers/bob").content.decode()
    assert "secret" not in body
    assert "Of my own" not in body
    assert "Shown &lt;b&gt;" in body
    Showing.objects.create(reader=bob, comments=False, votes=True)
    assert shown() == ["Collections", "Votes"]
    assert client.get("/readers/bob/nothing").status_code == 404
    own = Client()
    own.force_login(bob)
    assert texts(page(own, "/readers/bob"), "//section[@class='deeds']/h2") == [
        "Comments seen by you only",
        "Collections",
        "Votes",
    ]


def test_voters_are_named_where_they_let_it_be_seen(
    client: Client, bob: Reader, paper: Paper
) -> None:
    eve = make_reader("eve")
    for voter in (bob, eve):
        actions.cast_vote(voter, paper.id)
    assert not page(client, PAPER).xpath("//p[contains(@class, 'voters')]")
    own = Client()
    own.force_login(bob)
    fields = {"is_public": "on", "show-comments": "on", "show-votes": "on"}
    assert own.post("/account/", fields).status_code == 302
    jobs.settle()
    [voters] = texts(page(client, PAPER), "//p[contains(@class, 'voters')]")
    assert voters == "Voted for by bob and 1 other reader"
    assert "/readers/bob" in values(page(client, PAPER), "//p[contains(@class, 'voters')]/a/@href")
    own.post("/account/", {**fields, "show-votes": ""})
    jobs.settle()
    assert not page(Client(), PAPER).xpath("//p[contains(@class, 'voters')]")


def test_a_long_profile_has_pages(client: Client, bob: Reader) -> None:
    Reader.objects.filter(pk=bob.pk).update(is_public=True)
    for number in range(35):
        collecting.create(bob, f"Shelf {number}", reach="public")
    [further] = values(page(client, "/readers/bob"), "//section[@class='deeds']//p/a/@href")
    assert further == "/readers/bob/collections"
    first = page(client, further)
    second = page(client, values(first, "//section[@class='deeds']//p/a/@href")[0])
    found = texts(first, "//ul[@class='log']//a") + texts(second, "//ul[@class='log']//a")
    assert found == [f"Shelf {number}" for number in range(34, -1, -1)]


@pytest.mark.parametrize("address", [PAPER, "/readers/bob", "/account/reading", "/collections"])
def test_pages_ask_the_same_whatever_they_show(
    client: Client, reader: Reader, bob: Reader, paper: Paper, address: str
) -> None:
    Reader.objects.filter(pk=bob.pk).update(is_public=True)
    Showing.objects.create(reader=bob, votes=True)

    def more(number: int) -> None:
        comment = add_comment(bob, paper.id, f"So {number}.")
        Reaction.objects.create(
            comment=comment, reader=reader, feeling="agree", at=comment.written_at
        )
        other = make_paper(f"Paper {number}")
        for one in (paper, other):
            actions.cast_vote(bob, one.id)
        keeping.set_state(reader, other.id, "read")
        collecting.create(bob, f"Shelf {number}", reach="public")

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(client, address)
        return len(captured.captured_queries)

    more(0)
    page(client, address)  # a first visit writes down its session
    few = asked()
    for number in range(1, 5):
        more(number)
    assert asked() == few
    assert Reading.objects.count() == 5


def test_a_reader_takes_everything_along(client: Client, reader: Reader, paper: Paper) -> None:
    keeping.set_state(reader, paper.id, "read")
    keeping.write_note(reader, paper.id, "Mine alone.")
    from broadsheet.community.takeout import desk

    files = {file.name: file.content.decode() for file in desk(reader)}
    assert json.loads(files["reading-list.json"])[0]["state"] == "read"
    assert files["notes.md"].startswith("## Rivers\n")
    assert "Mine alone." in files["notes.md"]
