"""Votes and comments by programs."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client

from broadsheet.community.models import Comment, Vote
from broadsheet.readers.actions import make_token
from tests.community.people import make_reader
from tests.shelf import make_paper

pytestmark = pytest.mark.django_db
VOTE, COMMENTS = "/api/papers/2512.00001/vote", "/api/papers/2512.00001/comments"


def send(
    client: Client, address: str, told: object, **headers: str
) -> tuple[int, dict[str, object]]:
    answer = client.post(address, told, content_type="application/json", headers=headers)
    return answer.status_code, answer.json()


@pytest.fixture(autouse=True)
def paper() -> None:
    make_paper("Rivers", arxiv_id="2512.00001", source_votes=4)


def test_a_session_votes_and_comments(client: Client) -> None:
    client.force_login(make_reader())
    assert send(client, VOTE, {}) == (200, {"upvotes": 5, "voted": True})
    assert send(client, VOTE, {"vote": True}) == (200, {"upvotes": 5, "voted": True})
    assert client.get("/api/papers/2512.00001").json()["upvotes"] == 5
    assert send(client, VOTE, {"vote": False}) == (200, {"upvotes": 4, "voted": False})
    status, told = send(client, COMMENTS, {"comment": "So $x$."})
    assert (status, told) == (200, {"id": Comment.objects.get().pk})
    status, told = send(client, COMMENTS, {"comment": "Yes.", "parent": told["id"]})
    assert Comment.objects.latest("id").parent is not None


def test_a_stranger_and_another_site_write_nothing() -> None:
    assert send(Client(), VOTE, {})[0] == send(Client(), COMMENTS, {"comment": "x"})[0] == 401
    forged = Client(enforce_csrf_checks=True)
    forged.force_login(make_reader())
    for address, told in ((VOTE, {}), (COMMENTS, {"comment": "x"})):
        status, fault = send(forged, address, told)
        assert (status, "X-CSRFToken" in str(fault["error"])) == (403, True)
    assert not Vote.objects.exists()
    assert not Comment.objects.exists()


def test_a_page_of_this_site_may_write_with_its_cookie() -> None:
    own = Client(enforce_csrf_checks=True)
    own.force_login(make_reader())
    own.get("/papers/2512.00001")
    token = own.cookies["csrftoken"].value
    assert send(own, VOTE, {}, **{"X-CSRFToken": token})[0] == 200


@pytest.mark.parametrize(
    ("address", "told", "status"),
    [
        (COMMENTS, {}, 400),
        (COMMENTS, {"comment": " "}, 400),
        (COMMENTS, {"comment": "x", "parent": 9}, 404),
        (VOTE, {"vote": "perhaps"}, 400),
        ("/api/papers/2512.99999/vote", {}, 404),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    client: Client, address: str, told: object, status: int
) -> None:
    client.force_login(make_reader())
    answered, fault = send(client, address, told)
    assert answered == status
    assert str(fault["error"]).endswith(".")


def test_a_token_writes_what_its_scopes_allow(client: Client) -> None:
    reader = make_reader()
    _, secret = make_token(reader, "script", ["vote"])
    bearer = {"Authorization": f"Bearer {secret}"}
    strict = Client(enforce_csrf_checks=True)
    assert send(strict, VOTE, {}, **bearer) == (200, {"upvotes": 5, "voted": True})
    status, fault = send(strict, COMMENTS, {"comment": "x"}, **bearer)
    assert (status, "does not allow: comment" in str(fault["error"])) == (403, True)
    assert send(strict, VOTE, {}, Authorization="Bearer bst_made-up")[0] == 401
    assert Vote.objects.get().reader == reader


@pytest.mark.parametrize("way", ["session", "token"])
def test_nothing_is_written_where_the_site_can_only_be_read(
    client: Client, settings: SimpleNamespace, way: str
) -> None:
    reader = make_reader()
    bearer = {}
    if way == "session":
        client.force_login(reader)
    else:
        bearer = {"Authorization": f"Bearer {make_token(reader, 'script', ['vote'])[1]}"}
    settings.MODE = "read-only"
    assert send(client, VOTE, {}, **bearer)[0] == 403
    assert not Vote.objects.exists()
