"""A site of others, on this machine: it answers what a test says, well or badly."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Said:
    """One answer. `pieces` are sent instead of `body` as they come, without a length."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    pieces: Callable[[], Iterator[bytes]] | None = None
    cut_at: int | None = None
    """After so many bytes of the body the connection breaks."""


Respond = Callable[["Asked"], Said]


@dataclass(frozen=True)
class Asked:
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes = b""


class Site:
    def __init__(self, respond: Respond) -> None:
        self.respond = respond
        self.asked: list[Asked] = []
        self.address = ""


@contextmanager
def site(respond: Respond) -> Iterator[Site]:
    """A site at `address` that answers by `respond` and notes what it was asked."""
    told = Site(respond)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = Asked(parts.path, dict(parse_qsl(parts.query)), dict(self.headers), body)
            told.asked.append(asked)
            _send(self, told.respond(asked))

        do_POST = do_GET  # noqa: N815  the library calls it so

        def log_message(self, *arguments: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _send(handler: BaseHTTPRequestHandler, said: Said) -> None:
    handler.send_response(said.status)
    for name, value in said.headers.items():
        handler.send_header(name, value)
    if said.pieces:
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.close_connection = True
        try:
            for piece in said.pieces():
                handler.wfile.write(piece)
        except OSError:
            return  # whoever asked has had enough
        return
    if said.status != 304:
        handler.send_header("Content-Length", str(len(said.body)))
    handler.end_headers()
    handler.wfile.write(said.body[: said.cut_at])
    if said.cut_at is not None:
        handler.close_connection = True


def in_turn(*answers: Said) -> Respond:
    """One answer after another; the last one again and again."""
    left = list(answers)

    def respond(asked: Asked) -> Said:
        return left.pop(0) if len(left) > 1 else left[0]

    return respond
