"""A reader's own interests and picks, for programs that the reader trusts."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from django.test import Client

from broadsheet.interests import actions, learning
from broadsheet.interests.actions import Wishes
from broadsheet.interests.models import Example, Interest
from broadsheet.readers.actions import make_token
from broadsheet.readers.models import Reader
from tests.community.people import make_reader
from tests.interests.topics import TODAY, a_day

pytestmark = pytest.mark.django_db
ADDRESSES = ("/api/v1/interests", "/api/v1/picks")


def token(reader: Reader, *scopes: str) -> dict[str, str]:
    _, secret = make_token(reader, "a script", list(scopes), None)
    return {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def known() -> SimpleNamespace:
    reader, day = make_reader(), a_day()
    interest = actions.create(reader, Wishes("Water", others=0, tries=0))
    actions.teach(reader, interest.key, day["rivers"][0].id, "more")
    learning.learn(interest)
    return SimpleNamespace(reader=reader, interest=interest, day=day)


def test_a_token_reads_its_readers_picks(client: Client, known: SimpleNamespace) -> None:
    headers = token(known.reader, "interests")
    [told] = client.get("/api/v1/interests", headers=headers).json()
    assert told == {
        "key": known.interest.key,
        "name": "Water",
        "paused": False,
        "days": [str(TODAY)],
    }
    for query in ("", f"?interest={known.interest.key}", f"?day={TODAY}"):
        answer = client.get(f"/api/v1/picks{query}", headers=headers)
        assert answer["Cache-Control"] == "private, no-store"
        found = answer.json()["picks"]
        assert len(found) == 3
        assert found[0]["reason"].startswith("near “")
    assert client.get("/api/v1/picks?interest=x", headers=headers).status_code == 404
    assert client.get("/api/v1/picks?day=x", headers=headers).status_code == 400


def test_nobody_else_reads_them(client: Client, known: SimpleNamespace) -> None:
    client.force_login(known.reader)
    other = token(make_reader("bert"), "interests")
    for address in ADDRESSES:
        assert client.get(address).status_code == 401
        assert client.get(address, headers=token(known.reader, "read")).status_code == 403
        assert client.get(address, headers=other).json() in ([], {"picks": []})
    own = f"/api/v1/picks?interest={known.interest.key}"
    assert client.get(own, headers=other).status_code == 404


def test_a_token_teaches(client: Client, known: SimpleNamespace) -> None:
    there = f"/api/v1/interests/{known.interest.key}"
    paper = known.day["rivers"][1]

    def say(told: object, headers: dict[str, str]) -> int:
        return client.post(
            there, told, content_type="application/json", headers=headers
        ).status_code

    headers = token(known.reader, "interests")
    assert say({"paper": paper.slug, "say": "less"}, headers) == 200
    assert Example.objects.get(paper=paper).verdict == "less"
    assert len(client.get("/api/v1/picks", headers=headers).json()["picks"]) == 2
    assert say({"paper": paper.slug, "say": "nothing"}, headers) == 200
    assert not Example.objects.filter(paper=paper).exists()
    assert say({"paper": "2512.99999", "say": "more"}, headers) == 404
    assert say({"paper": paper.slug, "say": "perhaps"}, headers) == 400
    assert say({"paper": paper.slug, "say": "more"}, token(known.reader, "vote")) == 403
    stranger = token(make_reader("bert"), "interests")
    assert say({"paper": paper.slug, "say": "more"}, stranger) == 404
    assert Interest.objects.get().examples.count() == 1


def test_an_agent_with_the_token_is_told_picks_and_one_without_is_not(
    client: Client, known: SimpleNamespace
) -> None:
    asked = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "my_picks", "arguments": {}},
    }

    def ask(headers: dict[str, str]) -> str:
        accept = {"Accept": "application/json, text/event-stream"}
        answer = client.post(
            "/mcp", json.dumps(asked), content_type="application/json", headers=accept | headers
        )
        return str(answer.json()["result"]["content"][0]["text"])

    told = ask(token(known.reader, "interests"))
    assert "Picked for you" in told
    assert "near “" in told
    assert "needs a token" in ask({})
    assert "does not allow: interests" in ask(token(known.reader, "read"))
    assert "needs a token" in ask({})
