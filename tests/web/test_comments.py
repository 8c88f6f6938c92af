"""The discussion on the page of a paper, without JavaScript."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from broadsheet.community import jobs
from broadsheet.community.actions import add_comment, delete_comment, edit_comment, leave
from broadsheet.community.collecting import create
from broadsheet.community.models import Comment, Decision
from broadsheet.community.shelves import Collection, Item
from broadsheet.papers.models import Paper
from broadsheet.readers.models import Reader
from broadsheet.urls import collecting, discussion
from tests.community.people import make_reader
from tests.shelf import make_paper
from tests.web.reading import texts, tree_of, values

pytestmark = pytest.mark.django_db
READ_ONLY = {"comment", "comment-history", "moderation", "collections", "collection"}
READ_ONLY |= {"collection-as", "collection-feed"}
JSON = {"Accept": "application/json"}


@pytest.fixture
def paper() -> Paper:
    return make_paper("Rivers", arxiv_id="2512.00001")


def test_a_reader_writes_looks_sends_answers_edits_and_takes_back(
    client: Client, reader: Reader, paper: Paper
) -> None:
    form = tree_of(client.get("/papers/2512.00001")).xpath("//form[@class='write']")[0]
    seen = client.post(form.get("action"), {"text": "So $x^2$.", "do": "preview"})
    tree = tree_of(seen)
    assert len(tree.xpath("//div[@class='body preview']//*[local-name()='msup']")) == 1
    assert texts(tree, "//textarea") == ["So $x^2$."]
    assert not Comment.objects.exists()

    sent = client.post(form.get("action"), {"text": "So $x^2$.", "do": "post"})
    first = Comment.objects.get()
    assert sent["Location"] == f"/papers/2512.00001#comment-{first.id}"
    answered = tree_of(client.get(f"/comments/{first.id}/reply"))
    inputs = answered.xpath("//form[@class='write']//input")
    fields = {one.get("name"): one.get("value") for one in inputs}
    client.post("/papers/2512.00001/comments", {**fields, "text": "And more."})
    assert Comment.objects.get(parent=first).text == "And more."

    client.post(f"/comments/{first.id}/edit", {"text": "So **be** it.", "do": "post"})
    tree = tree_of(client.get(f"/comments/{first.id}/history"))
    assert texts(tree, "//div[@class='body']") == ["So be it.", "So x2."]
    client.post(f"/comments/{first.id}/delete")
    tree = tree_of(client.get("/papers/2512.00001"))
    assert "Taken back by its writer." in texts(tree, "//article")[1]
    assert client.get(f"/comments/{first.id}").status_code == 404
    staff = Client()
    staff.force_login(make_reader("mod", is_staff=True))
    assert staff.get(f"/comments/{first.id}").status_code == 302
    client.post(f"/comments/{first.id}/restore")
    assert client.get(f"/comments/{first.id}")["Location"].endswith(f"#comment-{first.id}")


def test_what_is_refused_is_not_lost(client: Client, reader: Reader, paper: Paper) -> None:
    long = "x" * 10_001
    told = client.post("/papers/2512.00001/comments", {"text": long})
    assert told.status_code == 400
    tree = tree_of(told)
    assert "10,000 characters" in texts(tree, "//*[@role='alert']")[0]
    assert texts(tree, "//textarea") == [long]


def test_what_was_taken_back_is_told_to_nobody(client: Client, paper: Paper) -> None:
    ada, bob = make_reader("ada"), make_reader("bob")
    gone = add_comment(ada, paper.id, "A secret.")
    edit_comment(ada, gone.id, "Another secret.")
    delete_comment(ada, gone.id)
    alone = client.get("/papers/2512.00001").content.decode()
    assert "secret" not in alone
    assert client.get(f"/comments/{gone.id}/history").status_code == 404
    client.force_login(bob)
    assert "secret" not in client.get("/papers/2512.00001").content.decode()
    assert client.get(f"/comments/{gone.id}/edit").status_code == 404


def test_a_visitor_reads_and_cannot_write(client: Client, paper: Paper) -> None:
    comment = add_comment(make_reader(), paper.id, "Good.")
    tree = tree_of(client.get("/papers/2512.00001"))
    assert texts(tree, "//article[@id]//div[@class='body']") == ["Good."]
    assert not tree.xpath("//form[@class='write'] | //div[@class='comment-acts']")
    client.get(f"/comments/{comment.id}/history")
    assert not client.cookies


@pytest.mark.parametrize(
    "pattern", [*discussion, *collecting], ids=lambda pattern: str(pattern.name)
)
def test_every_write_refuses_strangers_and_other_sites(pattern: object, paper: Paper) -> None:
    ada = make_reader()
    comment = add_comment(ada, paper.id, "Good.")
    shelf = create(ada, "Rivers", reach="public")
    route = str(getattr(pattern, "pattern"))  # noqa: B009  mypy knows no pattern
    address = "/" + route.replace("<int:number>", str(comment.id)).replace(
        "<path:slug>", paper.slug
    )
    address = re.sub(r"<key>", shelf.key, re.sub(r"<(form|feed):form>", "json", address))
    stranger, forged = Client(), Client(enforce_csrf_checks=True)
    forged.force_login(ada)
    fields = {"text": "Bad.", "why": "spam", "decision": "hide", "reason": "x"}
    told = stranger.post(address, fields, headers=JSON)
    assert told.status_code in (401, 302, 200, 404)
    if told.status_code != 401:
        assert getattr(pattern, "name") in READ_ONLY  # noqa: B009  see above
    assert forged.post(address, fields).status_code == 403
    assert list(Comment.objects.values_list("text", "hidden")) == [("Good.", False)]
    assert not Decision.objects.exists()
    assert list(Collection.objects.values_list("title", flat=True)) == ["Rivers"]
    assert not Item.objects.exists()


def test_moderators_pages_do_not_exist_for_readers(
    client: Client, reader: Reader, paper: Paper
) -> None:
    comment = add_comment(make_reader("bob"), paper.id, "Good.")
    for address in (
        "/moderation/queue",
        "/moderation/ban",
        f"/comments/{comment.id}/moderate",
        "/papers/2512.00001/moderate",
    ):
        assert client.get(address).status_code == 404
        fields = {"decision": "hide", "reason": "x", "handle": "bob"}
        assert client.post(address, fields).status_code == 404
    assert not Decision.objects.exists()


def test_a_flag_leads_to_a_decision_in_the_public_log(client: Client, paper: Paper) -> None:
    comment = add_comment(make_reader("bob"), paper.id, "Buy it!")
    client.force_login(make_reader("ada"))
    tree = tree_of(client.get(f"/comments/{comment.id}/flag"))
    assert len(tree.xpath("//input[@type='radio']")) == 5
    told = tree_of(client.post(f"/comments/{comment.id}/flag", {"why": "spam"}))
    assert texts(told, "//*[@role='status']")[0].startswith("Thank you.")

    client.force_login(make_reader("mod", is_staff=True))
    assert (
        "1 flag: Advertising or spam"
        in texts(tree_of(client.get("/moderation/queue")), "//article")[0]
    )
    fields = {"decision": "hide", "reason": "It sells <b>something</b>."}
    client.post(f"/comments/{comment.id}/moderate", fields)
    assert texts(tree_of(client.get("/moderation/queue")), "//article") == []

    log = texts(tree_of(Client().get("/moderation")), "//ul[@class='log']/li")
    assert len(log) == 1
    assert "mod hid a comment by @bob, on Rivers. It sells <b>something</b>." in log[0]
    assert "Buy it!" not in Client().get("/papers/2512.00001").content.decode()


def test_moderators_close_a_discussion_and_ban(client: Client, paper: Paper) -> None:
    make_reader("bob")
    client.force_login(make_reader("mod", is_staff=True))
    client.post("/papers/2512.00001/moderate", {"decision": "lock", "reason": "Enough."})
    tree = tree_of(Client().get("/papers/2512.00001"))
    assert "closed" in texts(tree, "//section[@id='comments']//p[@class='notice']")[0]
    client.post("/moderation/ban", {"handle": "bob", "reason": "Spam.", "days": "3"})
    wrong = client.post("/moderation/ban", {"handle": "bob", "reason": "Spam.", "days": "-1"})
    assert wrong.status_code == 400
    log = texts(tree_of(Client().get("/moderation")), "//ul[@class='log']/li")
    assert ["banned @bob until" in log[0], "closed the discussion, on Rivers" in log[1]] == [
        True,
        True,
    ]


def test_a_long_discussion_is_as_many_queries_as_a_short_one(
    client: Client, reader: Reader, paper: Paper
) -> None:
    parent = add_comment(reader, paper.id, "First.")
    short = _queries(client)
    for number in range(20):
        parent = add_comment(make_reader(f"r{number}"), paper.id, "On.", parent.id)
    assert _queries(client) == short
    tree = tree_of(client.get("/papers/2512.00001"))
    depths = values(tree, "//article[starts-with(@class, 'comment')]/@class")
    assert depths[:6] == [f"comment depth-{min(depth, 4)}" for depth in range(6)]
    assert len(depths) == 21


def _queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/papers/2512.00001").status_code == 200
    return sum("community_" in query["sql"] for query in captured.captured_queries)


def test_a_comment_shows_no_more_than_its_writers_name(client: Client, paper: Paper) -> None:
    ada = make_reader("ada")
    Reader.objects.filter(pk=ada.pk).update(name="<script>Ada</script>")
    comment = add_comment(ada, paper.id, "Good.")
    body = client.get("/papers/2512.00001").content.decode()
    assert "<script>Ada" not in body
    assert "ada@example.org" not in body
    leave(ada)
    Reader.objects.filter(pk=ada.pk).delete()
    jobs.settle()
    assert Comment.objects.get(pk=comment.pk).reader is None
    tree = tree_of(client.get("/papers/2512.00001"))
    assert "a former reader" in texts(tree, "//article[@id]")[0]
