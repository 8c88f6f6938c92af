"""The Model Context Protocol, spoken by its own SDK, over HTTP and over standard streams.

Over HTTP each request is served by itself: no session is kept, so any process may answer, and the
site needs no second server. The SDK is loaded by the first request that wants it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from asgiref.sync import async_to_sync, sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from broadsheet import __version__
from broadsheet.api import errors, mcp_tools
from broadsheet.api.errors import ApiError
from broadsheet.api.limits import limited
from broadsheet.api.mcp_writes import Deed
from broadsheet.api.route import site
from broadsheet.readers.tokens import secret_of

if TYPE_CHECKING:
    from mcp import types
    from mcp.server.lowlevel import Server

    from broadsheet.api.mcp_tools import Tool

LARGEST = 1 << 20
"""Bytes of a request."""
PATIENCE = 60.0
"""Seconds until an answer is given up."""
INSTRUCTIONS = (
    "Research papers by day and by votes, and a search by words and meaning. Voting, saving and "
    "commenting need a token of their reader, and are done in that reader's name."
)

Message = MutableMapping[str, Any]
_secret: ContextVar[str] = ContextVar("secret", default="")
"""The token of who speaks now, for tools that write or tell what is a reader's own."""


@csrf_exempt
@limited
def http(request: HttpRequest) -> HttpResponse:
    """The streamable HTTP transport, without sessions and without streams."""
    if request.method != "POST":
        answer = errors.response(ApiError(405, "Speak MCP here with POST; /api says more."))
        answer["Allow"] = "POST"
        return answer
    origin = urlsplit(request.headers.get("Origin", ""))
    if origin.netloc not in ("", request.get_host()):
        return errors.response(ApiError(403, "Pages of other sites may not speak MCP here."))
    body = request.read(LARGEST + 1)
    if len(body) > LARGEST:
        return errors.response(ApiError(413, "A request has at most 1 MiB."))
    asked = _secret.set(secret_of(request))
    try:
        response = async_to_sync(_exchange)(request, body)
    finally:
        _secret.reset(asked)
    response["Cache-Control"] = "no-store"
    return response


def stdio(address: str) -> None:
    """Speak MCP over standard input and output until the input ends.

    `address` is where readers find the pages of this site. What writes is done by the token of the
    settings.
    """
    _secret.set(settings.TOKEN)
    from mcp.server.stdio import stdio_server

    async def serve() -> None:
        made = server(address)
        async with stdio_server() as (incoming, outgoing):
            await made.run(incoming, outgoing, made.create_initialization_options())

    asyncio.run(serve())


@lru_cache(maxsize=8)
def server(address: str) -> Server[Any]:
    """The tools of this site, whose pages are at `address`."""
    from mcp import types
    from mcp.server.lowlevel import Server

    async def tools(_context: object, _params: object) -> types.ListToolsResult:
        return types.ListToolsResult(
            tools=[
                types.Tool(
                    name=tool.name,
                    description=tool.description,
                    input_schema=tool.schema,
                    annotations=_hints(tool),
                )
                for tool in mcp_tools.TOOLS
            ]
        )

    async def call(_context: object, params: types.CallToolRequestParams) -> types.CallToolResult:
        text, is_error = await sync_to_async(_called)(params.name, params.arguments or {}, address)
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=text)], is_error=is_error
        )

    return Server(
        settings.SITE_NAME,
        version=__version__,
        instructions=INSTRUCTIONS,
        on_list_tools=tools,
        on_call_tool=call,
    )


def _hints(tool: Tool | Deed) -> types.ToolAnnotations:
    from mcp import types

    if not isinstance(tool, Deed):
        return types.ToolAnnotations(read_only_hint=True, open_world_hint=False)
    return types.ToolAnnotations(
        read_only_hint=False,
        destructive_hint=False,
        idempotent_hint=tool.repeats,
        open_world_hint=False,
    )


def _called(name: str, arguments: dict[str, Any], address: str) -> tuple[str, bool]:
    """What a tool says, and whether it is the reason why it failed."""
    try:
        return mcp_tools.named(name).call(arguments, address, _secret.get()), False
    except ApiError as fault:
        return fault.message, True


async def _exchange(request: HttpRequest, body: bytes) -> HttpResponse:
    """One request through the SDK, which speaks ASGI."""
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

    response = HttpResponse(status=504)
    manager = StreamableHTTPSessionManager(
        server(site(request)), json_response=True, stateless=True
    )
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE), manager.run():
            await manager.handle_request(_scope(request), _reader(body), _writer(response))
    return response


def _scope(request: HttpRequest) -> Message:
    headers = [
        (name.lower().encode("latin-1"), value.encode("latin-1", "replace"))
        for name, value in request.headers.items()
    ]
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": request.scheme,
        "path": request.path,
        "query_string": b"",
        "headers": headers,
    }


def _reader(body: bytes) -> Callable[[], Awaitable[Message]]:
    parts: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return parts.pop() if parts else {"type": "http.disconnect"}

    return receive


def _writer(response: HttpResponse) -> Callable[[Message], Awaitable[None]]:
    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            response.status_code = message["status"]
            for name, value in message.get("headers", ()):
                response[name.decode("latin-1")] = value.decode("latin-1")
        else:
            response.write(message.get("body", b""))

    return send
