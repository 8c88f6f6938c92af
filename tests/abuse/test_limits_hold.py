"""Limits hold while fifty clients try at once, on a server that really runs, on both databases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from broadsheet.community.limits import ALLOWED, NEWCOMERS_SHARE
from broadsheet.community.models import Verb
from tests.abuse.running import ask, make_account, running
from tests.api import recorded
from tests.api.running import Server

CLIENTS = 50
PASSWORD = "seven wet herons"  # noqa: S105  invented for tests


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("limits")
    with running(folder, recorded.line(), BROADSHEET_WEB_THREADS="16") as server:
        make_account(server, "ada", PASSWORD)
        yield server


def at_once(ask_one: Callable[[httpx.Client, int], int]) -> Counter[int]:
    """How often each status was answered to fifty clients, each with a connection of its own."""

    def one(number: int) -> int:
        with httpx.Client(timeout=60) as client:
            return ask_one(client, number)

    with ThreadPoolExecutor(CLIENTS) as pool:
        return Counter(pool.map(one, range(CLIENTS)))


def token(site: Server) -> str:
    told = ask(
        site,
        "from broadsheet.readers import actions\n"
        "ada = Reader.objects.get(username='ada')\n"
        "print('told:' + actions.make_token(ada, 'x', ['vote', 'comment'])[1])\n",
    )
    return told.rpartition("told:")[2].split()[0]


def test_fifty_comments_at_once_are_as_many_as_are_allowed(site: Server) -> None:
    bearer = {"Authorization": f"Bearer {token(site)}"}
    address = f"{site.address}/api/papers/2512.00007/comments"

    def comment(client: httpx.Client, number: int) -> int:
        told = {"comment": f"Number {number}."}
        return client.post(address, json=told, headers=bearer).status_code

    allowed = ALLOWED[Verb.COMMENT].times // NEWCOMERS_SHARE
    assert at_once(comment) == {200: allowed, 429: CLIENTS - allowed}
    counted = (
        "from broadsheet.community.models import Comment\n"
        "paper = Paper.objects.called('2512.00007')\n"
        "print('told:', Comment.objects.count(), paper.own_comments)\n"
    )
    assert f"told: {allowed} {allowed}" in ask(site, counted)


def test_fifty_votes_at_once_are_one(site: Server) -> None:
    bearer = {"Authorization": f"Bearer {token(site)}"}
    address = f"{site.address}/api/papers/2512.00007/vote"
    answers = at_once(lambda client, _: client.post(address, json={}, headers=bearer).status_code)
    assert answers[200] > 0
    assert set(answers) <= {200, 429}
    counted = (
        "from broadsheet.community.models import Vote\n"
        "print('told:', Vote.objects.count(), Paper.objects.called('2512.00007').own_votes)\n"
    )
    assert "told: 1 1" in ask(site, counted)


def test_fifty_guesses_at_once_are_stopped(site: Server) -> None:
    """Even the right password opens nothing afterwards, for some minutes."""
    login = f"{site.address}/account/login/"

    def guess(client: httpx.Client, password: str) -> httpx.Response:
        client.get(login)
        form = {"login": "ada@example.org", "password": password}
        form["csrfmiddlewaretoken"] = client.cookies["csrftoken"]
        return client.post(login, data=form)

    answers = at_once(lambda client, number: guess(client, f"wrong {number}").status_code)
    assert set(answers) <= {200, 429}
    with httpx.Client(timeout=60) as client:
        assert guess(client, PASSWORD).status_code != 302
        assert client.get(f"{site.address}/account/").status_code == 302
    tried = (
        "from broadsheet.readers.models import Event\n"
        "print('told:', Event.objects.filter(what='sign-in refused').count())\n"
    )
    assert int(ask(site, tried).rpartition("told: ")[2].split()[0]) <= 10
