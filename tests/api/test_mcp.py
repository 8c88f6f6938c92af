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
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.types import TextContent

from tests.api.running import Server
from tests.processes import ROOT

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


def over_http(server: Server, mode: str, talk: Callable[[Client], Awaitable[T]]) -> T:
    async def run() -> T:
        async with Client(f"{server.address}/mcp", mode=mode) as client:
            return await talk(client)

    return asyncio.run(asyncio.wait_for(run(), 60))


def over_stdio(server: Server, mode: str, talk: Callable[[Client], Awaitable[T]]) -> T:
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "broadsheet", "mcp"],
        env={"PATH": os.environ["PATH"], **server.environment},
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
        "my_picks papers_of_a_day read_paper search_papers similar_papers trending_papers"
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
