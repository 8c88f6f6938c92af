"""The Model Context Protocol, by the official SDK's client, over both transports."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

import pytest
from django.test import Client as Browser
from httpx2 import AsyncClient
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import TextContent

from broadsheet.community.models import Vote
from tests import processes
from tests.api.running import Server
from tests.community.people import make_reader
from tests.processes import ROOT
from tests.shelf import make_paper

T = TypeVar("T")
MODES = ["auto", "legacy"]
"""The protocol of 2026 with a request by itself, and the handshake before it."""
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "a test", "version": "1"},
    },
}


def over_http(
    server: Server, mode: str, talk: Callable[[Client], Awaitable[T]], token: str = ""
) -> T:
    async def run() -> T:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with AsyncClient(headers=headers, timeout=30) as asking:
            way = streamable_http_client(f"{server.address}/mcp", http_client=asking)
            async with Client(way, mode=mode) as client:
                return await talk(client)

    return asyncio.run(asyncio.wait_for(run(), 60))


def over_stdio(
    server: Server, mode: str, talk: Callable[[Client], Awaitable[T]], token: str = ""
) -> T:
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "broadsheet", "mcp"],
        env={"PATH": os.environ["PATH"], "BROADSHEET_TOKEN": token, **server.environment},
        cwd=ROOT,
    )

    async def run() -> T:
        async with Client(stdio_client(command), mode=mode) as client:
            return await talk(client)

    return asyncio.run(asyncio.wait_for(run(), 60))


async def said(client: Client, tool: str, **arguments: object) -> str:
    result = await client.call_tool(tool, arguments)
    [content] = result.content
    assert isinstance(content, TextContent)
    return f"Fault: {content.text}" if result.is_error else content.text


async def everything(client: Client) -> dict[str, str]:
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert all(tool.description and tool.annotations for tool in tools.values())
    assert tools["read_paper"].input_schema["required"] == ["name"]
    return {
        "tools": " ".join(sorted(tools)),
        "search": await said(client, "search_papers", q="invented rivers"),
        "paper": await said(client, "read_paper", name="arXiv:2512.00007v2"),
        "day": await said(client, "papers_of_a_day", day="2025-12-15", limit=1),
        "trending": await said(client, "trending_papers"),
        "similar": await said(client, "similar_papers", name="2512.00007"),
        "missing": await said(client, "read_paper", name="2512.99999"),
        "wrong": await said(client, "papers_of_a_day", day="tomorrow"),
        "nameless": await said(client, "read_paper"),
        "unknown": await said(client, "write_paper"),
    }


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("transport", [over_http, over_stdio])
def test_an_agent_reads_everything(
    server: Server, mode: str, transport: Callable[..., dict[str, str]]
) -> None:
    told = transport(server, mode, everything)
    assert told["tools"] == (
        "comment_on_paper my_picks papers_of_a_day read_paper save_paper search_papers "
        "similar_papers trending_papers vote_for_paper"
    )
    assert "## 1. [Invented Rivers and Their α-Banks](" in told["search"]
    assert told["paper"].startswith("# Invented Rivers and Their α-Banks\n")
    assert "They flow uphill." in told["paper"]
    assert told["day"].startswith("# Monday 15 December 2025\n\nafter: ")
    assert "Old Lamps" not in told["day"]
    assert told["trending"].index("Invented Rivers") < told["trending"].index("Old Lamps")
    assert "No paper was found." in told["similar"]
    assert told["missing"] == "Fault: No paper here is called 2512.99999."
    assert told["wrong"] == "Fault: There is no day tomorrow in the calendar."
    assert told["nameless"].startswith("Fault: Object missing required field `name`")
    assert told["unknown"].startswith("Fault: There is no tool 'write_paper'; there are search_")


def token_of(server: Server, handle: str, scopes: str) -> str:
    """A token of a reader of that site, made there."""
    script = (
        "from broadsheet.readers import actions\n"
        f"reader = Reader.objects.filter(username={handle!r}).first() or actions.add_reader("
        f"{handle!r}, '{handle}@example.org', 'seven wet herons', is_admin=False)\n"
        f"print('told:' + actions.make_token(reader, 'agent', {scopes.split()!r})[1])\n"
    )
    done = shell(server, script)
    return done.rpartition("told:")[2].split()[0]


def shell(server: Server, script: str) -> str:
    return processes.shell(script, **server.environment)


async def writes(client: Client) -> dict[str, str]:
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    hints = [tool.annotations for tool in tools.values() if tool.annotations]
    assert sum(not hint.read_only_hint for hint in hints) == 3
    paper = {"name": "2512.00007"}
    return {
        "vote": await said(client, "vote_for_paper", **paper),
        "again": await said(client, "vote_for_paper", **paper),
        "save": await said(client, "save_paper", **paper, note="For later.", collection="Sand"),
        "list": await said(client, "save_paper", **paper),
        "comment": await said(client, "comment_on_paper", **paper, text="So $x^2$."),
        "empty": await said(client, "comment_on_paper", **paper, text=""),
        "missing": await said(client, "vote_for_paper", name="2512.99999"),
        "back": await said(client, "vote_for_paper", **paper, vote=False),
    }


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("transport", [over_http, over_stdio])
def test_an_agent_votes_saves_and_comments_for_its_reader(
    server: Server, mode: str, transport: Callable[..., dict[str, str]]
) -> None:
    handle = f"{transport.__name__.replace('_', '-')}-{mode}"
    token = token_of(server, handle, "vote collect comment")
    told = transport(server, mode, writes, token)
    assert told["vote"] == told["again"], "one vote, however often"
    assert told["vote"].startswith("Voted; the paper has ")
    assert told["save"].startswith("Saved to Sand: /collections/")
    assert told["list"] == "Saved to the reading list: /account/reading"
    assert told["comment"].startswith("Comment ")
    assert told["empty"].startswith("Fault: ")
    assert told["missing"] == "Fault: No paper here is called 2512.99999."
    assert told["back"].startswith("No vote of yours; the paper has ")
    asks = (
        "from broadsheet.community.desks import Reading\n"
        "from broadsheet.community.models import Comment, Vote\n"
        "from broadsheet.community.shelves import Item\n"
        f"mine = {{'reader__username': {handle!r}}}\n"
        "print('told:', Vote.objects.filter(**mine).count(), Comment.objects.filter(**mine)"
        f".count(), *Item.objects.filter(collection__owner__username={handle!r})"
        ".values_list('collection__reach', 'note'),\n"
        "      *Reading.objects.filter(**mine).values_list('state', flat=True))\n"
    )
    assert "told: 0 1 ('private', 'For later.') to-read" in shell(server, asks)


@pytest.mark.parametrize("transport", [over_http, over_stdio])
@pytest.mark.parametrize(
    ("scopes", "reason"),
    [
        (None, "Fault: This needs a token"),
        ("made-up", "Fault: This token is not good"),
        ("read", "Fault: This token does not allow: "),
    ],
)
def test_an_agent_without_the_scope_writes_nothing_and_is_told_why(
    server: Server, transport: Callable[..., dict[str, str]], scopes: str | None, reason: str
) -> None:
    token = token_of(server, "curious", scopes) if scopes == "read" else f"bst_{scopes}"
    told = transport(server, "auto", writes, token if scopes else "")
    assert [text for text in told.values() if not text.startswith(reason)] == []
    asks = (
        "from broadsheet.community.models import Act\n"
        "print('told:', Act.objects.filter(reader__username='curious').count())\n"
    )
    assert "told: 0" in shell(server, asks)


def test_a_cookie_alone_writes_nothing(client: Browser, db: None) -> None:
    """A page of another site could send it."""
    client.force_login(make_reader())
    make_paper("Rivers", arxiv_id="2512.00001")
    call = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "vote_for_paper", "arguments": {"name": "2512.00001"}},
    }
    _, told = post(client, call, **{"MCP-Protocol-Version": "2025-06-18"})
    assert "This needs a token" in told
    assert not Vote.objects.exists()


def test_addresses_in_answers_lead_to_this_site(server: Server) -> None:
    async def search(client: Client) -> str:
        return await said(client, "search_papers", q="invented rivers")

    assert f"({server.address}/papers/2512.00007)" in over_http(server, "auto", search)


def post(browser: Browser, body: object, **headers: str) -> tuple[int, str]:
    response = browser.post(
        "/mcp",
        json.dumps(body),
        content_type="application/json",
        headers={"Accept": "application/json, text/event-stream", **headers},
    )
    assert response["Cache-Control"] == "no-store"
    return response.status_code, response.content.decode()


def test_only_post_and_only_from_here(client: Browser) -> None:
    for method in ("GET", "DELETE", "PUT"):
        response = client.generic(method, "/mcp")
        assert (response.status_code, response["Allow"]) == (405, "POST")
    assert post(client, INITIALIZE, Origin="https://elsewhere.example.org")[0] == 403
    status, answer = post(client, INITIALIZE, Origin="http://testserver")
    assert status == 200
    assert json.loads(answer)["result"]["serverInfo"]["name"] == "Broadsheet"


def test_nonsense_is_answered_and_too_much_of_it_refused(client: Browser) -> None:
    status, answer = post(client, "nonsense")
    assert status == 400
    assert "error" in json.loads(answer)
    assert post(client, "x" * (1 << 20))[0] == 413


def test_a_stream_that_nobody_could_serve_ends_at_once(client: Browser) -> None:
    """A subscription would keep a thread for ever."""
    listen = {"jsonrpc": "2.0", "id": 1, "method": "subscriptions/listen", "params": {}}
    version = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "subscriptions/listen"}
    status, _ = post(client, listen, **version)
    assert status >= 400
