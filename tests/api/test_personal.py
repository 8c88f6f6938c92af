"""Programs follow, react, keep and read notices for their readers."""

from __future__ import annotations

import pytest
from django.test import Client

from broadsheet.community.actions import add_comment, delete_comment
from broadsheet.community.desks import Note, Reading
from broadsheet.community.models import Comment, Reaction
from broadsheet.notices.models import Follow, Kind, Notice
from broadsheet.notices.telling import notify
from broadsheet.papers.models import Paper
from broadsheet.readers.actions import make_token
from broadsheet.readers.models import Reader
from tests.api.test_writes import send
from tests.community.people import make_reader
from tests.shelf import make_paper

pytestmark = pytest.mark.django_db
FOLLOWS, SEEN = "/api/v1/follows", "/api/v1/notices/read"
READING, NOTE = "/api/v1/papers/2512.00001/reading", "/api/v1/papers/2512.00001/note"
AUTHOR = {"about": "author", "name": "Ada Sample"}


@pytest.fixture
def paper() -> Paper:
    return make_paper("Rivers", arxiv_id="2512.00001", names=["Ada Sample"])


@pytest.fixture
def comment(paper: Paper) -> Comment:
    return add_comment(make_reader("bob"), paper.id, "So.")


@pytest.fixture
def reader(client: Client) -> Reader:
    reader = make_reader()
    client.force_login(reader)
    return reader


@pytest.mark.usefixtures("paper", "reader")
def test_a_program_keeps_for_its_reader(client: Client) -> None:
    assert send(client, FOLLOWS, AUTHOR) == (200, {"followed": True})
    assert send(client, FOLLOWS, AUTHOR) == (200, {"followed": True})
    assert Follow.objects.get().name == "Ada Sample"
    assert send(client, FOLLOWS, {**AUTHOR, "follow": False}) == (200, {"followed": False})
    assert not Follow.objects.exists()
    assert send(client, READING, {"state": "reading"}) == (200, {"kept": True})
    assert Reading.objects.get().state == "reading"
    assert send(client, READING, {"state": ""}) == (200, {"kept": False})
    assert send(client, NOTE, {"text": "So $x$."}) == (200, {"kept": True})
    assert Note.objects.get().text == "So $x$."
    assert send(client, NOTE, {"text": ""}) == (200, {"kept": False})


def test_a_program_reacts(client: Client, reader: Reader, comment: Comment) -> None:
    there = f"/api/v1/comments/{comment.id}/reactions"
    none = {"agree": 0, "thanks": 0, "insight": 0, "doubt": 0}
    assert send(client, there, {"reaction": "agree"}) == (200, {**none, "agree": 1})
    assert send(client, there, {"reaction": "agree", "holds": False}) == (200, none)
    delete_comment(comment.reader or reader, comment.id)
    assert send(client, there, {"reaction": "agree"})[0] == 404


def test_a_program_reads_notices_of_its_reader_alone(client: Client, reader: Reader) -> None:
    other = make_reader("eve")
    for one in (reader, reader, other):
        notify(one, Kind.CLAIM, "So it is.", "/papers")
    ids = list(Notice.objects.order_by("id").values_list("id", flat=True))
    assert send(client, SEEN, {"notices": [ids[0], ids[2]]}) == (200, {"unread": 1})
    assert Notice.objects.get(pk=ids[2]).read_at is None
    assert send(client, SEEN, {}) == (200, {"unread": 0})


@pytest.mark.parametrize(
    ("address", "told", "status"),
    [
        (FOLLOWS, {}, 400),
        (FOLLOWS, {"about": "source", "name": "arxiv"}, 400),
        (FOLLOWS, {"about": "author", "name": "Nobody"}, 404),
        (READING, {"state": "burnt"}, 400),
        (NOTE, {"text": "x" * 20_001}, 400),
        ("/api/v1/papers/2512.99999/note", {"text": "x"}, 404),
        ("/api/v1/papers/2512.99999/reading", {"state": "read"}, 404),
        ("/api/v1/comments/99/reactions", {"reaction": "agree"}, 404),
        ("/api/v1/comments/x/reactions", {"reaction": "agree"}, 404),
        (f"/api/v1/comments/{'9' * 30}/reactions", {"reaction": "agree"}, 404),
        (SEEN, {"notices": ["x"]}, 400),
        (SEEN, {"notices": [2**70]}, 400),
    ],
)
@pytest.mark.usefixtures("paper", "reader")
def test_what_cannot_be_done_is_a_sentence(
    client: Client, address: str, told: object, status: int
) -> None:
    answered, fault = send(client, address, told)
    assert (answered, str(fault["error"])[-1]) == (status, ".")


def test_each_needs_its_scope_and_a_stranger_writes_nothing(comment: Comment) -> None:
    there = f"/api/v1/comments/{comment.id}/reactions"
    writes = [
        (FOLLOWS, AUTHOR, "follow"),
        (SEEN, {}, "follow"),
        (there, {"reaction": "agree"}, "comment"),
        (READING, {"state": "read"}, "collect"),
        (NOTE, {"text": "x"}, "collect"),
    ]
    reader = make_reader()
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(reader)
    for address, told, scope in writes:
        assert send(Client(), address, told)[0] == 401
        assert send(forged, address, told)[0] == 403
        others = [one for one in ("read", "vote", "comment", "collect", "follow") if one != scope]
        _, secret = make_token(reader, "wrong", others)
        bearer = {"Authorization": f"Bearer {secret}"}
        assert send(Client(), address, told, **bearer)[0] == 403
    assert not Follow.objects.exists()
    assert not Reaction.objects.exists()
    assert not Reading.objects.exists()
    assert not Note.objects.exists()
    for address, told, scope in writes:
        _, secret = make_token(reader, scope, [scope])
        strict = Client(enforce_csrf_checks=True)
        assert send(strict, address, told, Authorization=f"Bearer {secret}")[0] == 200
