"""As much of IMAP as is needed to read a box: an account, a folder, messages and their flags."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Box:
    messages: list[bytes]
    seen: set[int] = field(default_factory=set)
    password: str = "secret"  # noqa: S105  of a test
    port: int = 0


class Conversation(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        self._say("* OK ready")
        for line in self.rfile:
            tag, _, said = line.decode().strip().partition(" ")
            self._say(f"{tag} {self._answer(said)}")
            if said.upper().startswith("LOGOUT"):
                return

    def _answer(self, said: str) -> str:
        box, verb = self.server.box, said.upper()
        if verb.startswith("CAPABILITY"):
            self._say("* CAPABILITY IMAP4rev1")
        elif verb.startswith("LOGIN") and box.password not in said:
            return "NO wrong password"
        elif verb.startswith("SELECT"):
            self._say(f"* {len(box.messages)} EXISTS")
        elif verb.startswith("UID SEARCH"):
            unseen = [n for n in range(1, len(box.messages) + 1) if n not in box.seen]
            self._say(" ".join(["* SEARCH", *map(str, unseen)]))
        elif fetch := re.match(r"UID FETCH (\d+)", verb):
            self._give(int(fetch[1]), box.messages[int(fetch[1]) - 1])
        elif store := re.match(r"UID STORE (\d+) \+FLAGS \(\\SEEN\)", verb):
            box.seen.add(int(store[1]))
        return "OK done"

    def _give(self, number: int, raw: bytes) -> None:
        head = f"* {number} FETCH (UID {number} BODY[]<0> {{{len(raw)}}}\r\n"
        self.wfile.write(head.encode() + raw + b")\r\n")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, box: Box) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.box = box
        box.port = self.server_address[1]


@contextmanager
def imap_server(messages: list[bytes]) -> Iterator[Box]:
    """A box with these messages, none of them seen."""
    server = Server(Box(messages))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server.box
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
